"""How a raw value of a namespace becomes its one normalised form, and the mask that people may see. Pure."""

import re
from collections.abc import Callable
from typing import Final, Literal

import phonenumbers

from graph.errors import InvalidIdentifierError

Normaliser = Literal["trim", "lower", "phone"]
Mask = Literal["ends", "phone", "email", "all"]

LONGEST_VALUE: Final = 512
"""Characters; a longer value is no identifier but a mistake in the column mapping."""

_SEPARATORS: Final = str.maketrans("", "", " \t-()./\u00a0\u3000")
_FULL_WIDTH: Final = {0xFF0B: "+", **{0xFF10 + digit: str(digit) for digit in range(10)}}
_CHINESE_MOBILE: Final = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})", re.ASCII)
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def normalise_phone(value: str, region: str = "CN") -> str:
    """E.164 of a phone number written in any usual way; numbers without a country belong to `region`.

    The mobile numbers of China are read directly (a hundred times faster); everything else goes through libphonenumber's
    rules. Raises InvalidIdentifierError for what can't be a phone number.
    """
    if region == "CN" and (match := _CHINESE_MOBILE.fullmatch(value)):
        return "+86" + match[1]
    compact = value.translate(_FULL_WIDTH).translate(_SEPARATORS)
    if region == "CN" and (match := _CHINESE_MOBILE.fullmatch(compact)):
        return "+86" + match[1]
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        raise InvalidIdentifierError("not a phone number") from None
    if not phonenumbers.is_possible_number(number):
        raise InvalidIdentifierError("not a phone number: too short or too long")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normaliser(name: Normaliser, region: str) -> Callable[[str], str]:
    """The function that a namespace's `normalise` names."""
    if name == "phone":
        return lambda value: normalise_phone(value, region)
    if name == "lower":
        return lambda value: value.strip().lower()
    return str.strip


def is_sha256(value: str) -> bool:
    """Whether a value is a SHA-256 digest in lower-case hexadecimal."""
    return _SHA256.fullmatch(value) is not None


def _ends(value: str) -> str:
    shown = min(4, len(value) // 4)
    return "****" if shown == 0 else f"{value[: (shown + 1) // 2]}****{value[len(value) - shown // 2 :]}"


def _phone(value: str) -> str:
    national = value[3:] if value.startswith("+86") else value
    return f"{national[:3]}****{national[-4:]}" if len(national) >= 10 else "****"


def _email(value: str) -> str:
    local, at, domain = value.rpartition("@")
    return f"{local[:1]}***@{domain}" if at and len(local) > 1 else "****"


_MASKS: Final[dict[Mask, Callable[[str], str]]] = {
    "ends": _ends,
    "phone": _phone,
    "email": _email,
    "all": lambda _: "****",
}


def masker(style: Mask) -> Callable[[str], str]:
    """The function that a namespace's `mask` names."""
    return _MASKS[style]


def mask(value: str, style: Mask) -> str:
    """What people may see of a normalised value: `138****0001`, `a***@example.com`, or a few characters of its ends.

    Never more than half of the value; a short value is hidden whole.
    """
    return _MASKS[style](value)
