"""How the identifiers of the invented world are written. They are numbers until a file is written; must not draw anything."""

import hashlib
import uuid
from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

ABSENT: Final = -1

PERSONAL: Final = (
    "crm",
    "member_card",
    "unionid@P1",
    "openid@wxShop",
    "openid@wxClub",
    "phone",
    "email",
    "tmall",
    "jd",
    "douyin",
)
HASHED: Final = {"phone_sha256": "phone", "email_sha256": "email"}
DEVICES: Final = ("idfa", "gaid", "oaid", "android_id", "cookie", "qr_scan")
HEADERS: Final = (*PERSONAL, *HASHED, *DEVICES)
"""The columns of identifiers in a file of sightings."""

MOST_NUMBERS: Final = 9_000_000
"""Per namespace; there are not more invented phone numbers."""

STAFF_PHONE: Final = 1_001
"""What shop staff type where a customer gives no number."""

_FIRST_PHONE: Final = 10_000
_JUNK: Final = 10_000_000
JUNK_VALUES: Final = {
    "phone": ("13800000000", "null", "00000000"),
    "email": ("test@test.com", "null"),
    "idfa": ("00000000-0000-0000-0000-000000000000",),
    "gaid": ("00000000-0000-0000-0000-000000000000",),
}
"""What people and programs write where they have nothing to write."""

_MAIL_DOMAINS: Final = ("mail.example.com", "post.example.net", "inbox.example.org")


def junk_number(header: str, which: int) -> int:
    """The number that stands for a junk value of a column."""
    return _JUNK + which % len(JUNK_VALUES[header])


def is_junk(numbers: Ints) -> Bools:
    """Which numbers stand for junk values."""
    return numbers >= _JUNK


def phone_numbers(count: int) -> Ints:
    """Numbers of that many phones which belong to somebody."""
    return np.arange(count, dtype=np.int64) + _FIRST_PHONE


def written(header: str, numbers: Ints) -> pl.Series:
    """Each number as the value of its column, normalised; phones without country."""
    junk = JUNK_VALUES.get(header, ())
    values = _WRITERS[header](numbers)
    if not junk or not is_junk(numbers).any():
        return values
    wrong = pl.Series(junk).gather(np.where(is_junk(numbers), numbers - _JUNK, 0))
    chosen = pl.when(pl.col("number") >= _JUNK).then("wrong").otherwise("value")
    frame = pl.DataFrame({"number": numbers, "wrong": wrong, "value": values})
    return frame.select(chosen.alias("value"))["value"]


def name(header: str, value: str) -> str:
    """`namespace:value` or `namespace@scope:value`, as referrals, consents and the truth name an identifier."""
    return f"{header}:+86{value}" if header == "phone" else f"{header}:{value}"


def in_other_forms(header: str, values: pl.Series, forms: Ints) -> pl.Series:
    """Phones and e-mails as people write them: form 0 is the usual one, and each form means the same identifier."""
    value, form = pl.col("value"), pl.col("form")
    plain = value.str.contains(r"^1380\d{7}$" if header == "phone" else r"^u\.")
    spaced = pl.concat_str(value.str.slice(0, 3), pl.lit(" "), value.str.slice(3, 4), pl.lit(" "), value.str.slice(7))
    dashed = pl.concat_str(
        pl.lit("+86-"), value.str.slice(0, 3), pl.lit("-"), value.str.slice(3, 4), pl.lit("-"), value.str.slice(7)
    )
    others = {
        "phone": [pl.concat_str(pl.lit("+86"), value), spaced, dashed, pl.concat_str(pl.lit("0086"), value)],
        "email": [value.str.to_uppercase(), pl.concat_str(value.str.slice(0, 1).str.to_uppercase(), value.str.slice(1))],
    }[header]
    chosen = value
    for number, other in enumerate(others, 1):
        chosen = pl.when(plain & (form == number)).then(other).otherwise(chosen)
    return pl.DataFrame({"value": values, "form": forms}).select(chosen.alias("value"))["value"]


FORMS: Final = {"phone": 5, "email": 3}
"""In how many forms a value is written."""


def _digits(prefix: str, width: int) -> Callable[[Ints], pl.Series]:
    def write(numbers: Ints) -> pl.Series:
        text = pl.concat_str(pl.lit(prefix), pl.col("n").cast(pl.String).str.zfill(width))
        return pl.DataFrame({"n": numbers}).select(text.alias("value"))["value"]

    return write


def _token(salt: str, length: int, prefix: str = "") -> Callable[[Ints], pl.Series]:
    """Values that look random and are not: a digest of the number."""

    def write(numbers: Ints) -> pl.Series:
        return pl.Series(
            [prefix + hashlib.md5(f"{salt}{n}".encode(), usedforsecurity=False).hexdigest()[:length] for n in numbers.tolist()],
            dtype=pl.String,
        )

    return write


def _uuid(salt: str, *, upper: bool) -> Callable[[Ints], pl.Series]:
    token = _token(salt, 32)

    def write(numbers: Ints) -> pl.Series:
        texts = [str(uuid.UUID(text)) for text in token(numbers).to_list()]
        return pl.Series([text.upper() for text in texts] if upper else texts, dtype=pl.String)

    return write


def _phone(numbers: Ints) -> pl.Series:
    return _digits("1380", 7)(np.where(is_junk(numbers), 0, numbers))


def _email(numbers: Ints) -> pl.Series:
    domain = pl.Series(_MAIL_DOMAINS).gather(numbers % len(_MAIL_DOMAINS))
    local = _token("mail", 8, "u.")(numbers)
    return pl.DataFrame({"local": local, "domain": domain}).select(pl.concat_str("local", pl.lit("@"), "domain").alias("value"))[
        "value"
    ]


def _sha256(of: Callable[[Ints], pl.Series], prefix: str = "") -> Callable[[Ints], pl.Series]:
    def write(numbers: Ints) -> pl.Series:
        return pl.Series(
            [hashlib.sha256((prefix + value).encode()).hexdigest() for value in of(numbers).to_list()], dtype=pl.String
        )

    return write


_WRITERS: Final[dict[str, Callable[[Ints], pl.Series]]] = {
    "crm": _digits("C", 8),
    "member_card": _digits("6200", 12),
    "unionid@P1": _token("unionid", 24, "oP1"),
    "openid@wxShop": _token("shop", 24, "oSh"),
    "openid@wxClub": _token("club", 24, "oCl"),
    "phone": _phone,
    "email": _email,
    "tmall": _token("tmall", 10, "tb"),
    "jd": _token("jd", 12, "jd_"),
    "douyin": _digits("dy", 10),
    "phone_sha256": _sha256(_phone, "+86"),
    "email_sha256": _sha256(_email),
    "idfa": _uuid("idfa", upper=True),
    "gaid": _uuid("gaid", upper=False),
    "oaid": _token("oaid", 16),
    "android_id": _token("android", 16),
    "cookie": _token("cookie", 32, "ck."),
    "qr_scan": _digits("QR", 12),
}
