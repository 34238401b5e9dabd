"""What each column of a file means: reserved words, identifiers, or left out. Must not read a row."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from graph import instants
from graph.errors import InvalidInputError
from graph.policy import Policy

Content = Literal["sightings", "consents", "withdrawals", "referrals", "orders", "recruits", "opt-outs"]

SIGHTING_WORDS: Final = ("at", "source", "event_id", "session", "consent", "basis", "weight")
CONSENT_WORDS: Final = (
    *("consent", "purposes", "at", "subject", "expires", "notice", "evidence", "channel", "in_exchange_for"),
    *("basis", "controller", "jurisdiction", "language"),
    *("source", "event_id"),
)
WITHDRAWAL_WORDS: Final = ("withdraw", "subject", "purpose", "at", "channel", "reason")
REFERRAL_WORDS: Final = ("referrer", "referee", "at", "campaign", "channel", "code", "status", "value", "source", "event_id")
ORDER_WORDS: Final = (
    *("order", "subject", "at", "amount", "refunded", "refunded_at", "currency", "campaign", "channel", "code", "source"),
)
RECRUIT_WORDS: Final = ("recruit", "programme", "at", "expires")
OPT_OUT_WORDS: Final = ("opt_out", "at")

_WORDS: Final[dict[Content, tuple[str, ...]]] = {
    "sightings": SIGHTING_WORDS,
    "consents": CONSENT_WORDS,
    "withdrawals": WITHDRAWAL_WORDS,
    "referrals": REFERRAL_WORDS,
    "orders": ORDER_WORDS,
    "recruits": RECRUIT_WORDS,
    "opt-outs": OPT_OUT_WORDS,
}
NEEDED: Final[dict[Content, tuple[str, ...]]] = {
    "sightings": (),
    "consents": ("consent",),
    "withdrawals": (),
    "referrals": ("referrer", "referee"),
    "orders": ("order", "subject"),
    "recruits": ("recruit", "programme"),
    "opt-outs": ("opt_out",),
}
"""Columns that a file must have, and cells that must be filled."""

_NAMING: Final = ("subject", "referrer", "referee", "recruit", "opt_out")
"""Cells that name an identifier; `referrer:phone` says that the column holds phones, without it each cell says so itself."""

_VALUE_LIKE: Final = re.compile(r"\d{6}|^[^@\s]+@[^@\s]+\.[a-z]{2,}$", re.IGNORECASE)
IGNORED: Final = "-"


@dataclass(frozen=True, slots=True)
class IdentifierPlace:
    """A column of identifiers of one namespace and scope."""

    namespace: str
    scope: str
    column: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read from where. `words` gives the column of a reserved word, `prefixes` the namespace of a naming one."""

    content: Content
    words: Mapping[str, int]
    identifiers: tuple[IdentifierPlace, ...]
    prefixes: Mapping[str, str]

    @property
    def columns(self) -> list[int]:
        """Every column that is read, in the order of the file."""
        return sorted({*self.words.values(), *(place.column for place in self.identifiers)})


def parse_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """`header=target` pairs as a mapping. Raises InvalidInputError for anything else."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        header, equals, target = pair.rpartition("=")
        header, target = header.strip(), target.strip()
        if not equals or not header or not target:
            raise InvalidInputError(
                "--map takes HEADER=TARGET, the target being a reserved word, NAMESPACE, NAMESPACE@SCOPE or -"
            )
        if header in mapping:
            raise InvalidInputError(f"--map names the column '{header}' twice")
        mapping[header] = target
    return mapping


def plan(headers: Sequence[str], policy: Policy, mapping: Mapping[str, str]) -> Plan:
    """Decide on each column. Raises InvalidInputError that names every column which has no meaning, and what would have one."""
    headers = [header.strip() for header in headers]
    _check_headers(headers)
    if absent := [header for header in mapping if header not in headers]:
        raise InvalidInputError(f"--map names {_quoted(absent)}, but the header has: {', '.join(headers)}")
    targets = [mapping.get(header, header) for header in headers]
    content = _content(targets)
    words: dict[str, int] = {}
    prefixes: dict[str, str] = {}
    identifiers: list[IdentifierPlace] = []
    strange: list[str] = []
    for column, (header, target) in enumerate(zip(headers, targets, strict=True)):
        word, colon, prefix = target.partition(":")
        if target == IGNORED:
            continue
        if target in _WORDS[content] or (colon and word in _NAMING and word in _WORDS[content]):
            if word in words:
                raise InvalidInputError(f"two columns are '{word}': '{headers[words[word]]}' and '{header}'")
            words[word] = column
            if colon:
                prefixes[word] = prefix
            continue
        place = _identifier(target, column)
        if content == "sightings" and place and (place.namespace in policy.namespaces or policy.undeclared == "park"):
            identifiers.append(place)
        else:
            strange.append(header)
    if strange:
        raise InvalidInputError(_strange(strange, content, policy, timed="at" in words))
    if content == "sightings" and not identifiers:
        raise InvalidInputError(f"no column of identifiers; declared are {', '.join(policy.namespaces)}")
    _check_words(words, content)
    return Plan(content, words, tuple(identifiers), prefixes)


def _content(targets: Sequence[str]) -> Content:
    if "purposes" in targets:
        return "consents"
    named = {target.partition(":")[0] for target in targets}
    if "withdraw" in named or {"subject", "purpose"} <= named:
        return "withdrawals"
    if named & {"referrer", "referee"}:
        return "referrals"
    if {"order", "subject"} <= named:
        return "orders"
    if "programme" in named:
        return "recruits"
    return "opt-outs" if "opt_out" in named else "sightings"


def _check_headers(headers: Sequence[str]) -> None:
    if any(_is_value(header) for header in headers):
        raise InvalidInputError("line 1 holds values, not the names of the columns; a header must come first")
    places: dict[str, int] = {}
    for column, header in enumerate(headers, 1):
        if not header:
            raise InvalidInputError(f"column {column} has no name in the header")
        if header in places:
            raise InvalidInputError(f"two columns are named '{header}': {places[header]} and {column}; give each its own name")
        places[header] = column


def _is_value(header: str) -> bool:
    if _VALUE_LIKE.search(header):
        return True
    try:
        instants.parse(header)
    except InvalidInputError:
        return False
    return True


def _identifier(target: str, column: int) -> IdentifierPlace | None:
    namespace, at, scope = target.partition("@")
    namespace, scope = namespace.strip(), scope.strip()
    return None if not namespace or ":" in target or (at and not scope) else IdentifierPlace(namespace, scope, column)


def _strange(strange: Sequence[str], content: Content, policy: Policy, *, timed: bool) -> str:
    words = ", ".join(_WORDS[content])
    ignored = _option(strange[0], IGNORED)
    if content != "sightings":
        return f"{_quoted(strange)}: not known in a file of {content}, which has: {words}; leave one out with {ignored}"
    several = "are neither reserved words nor declared namespaces" if len(strange) > 1 else "is neither reserved nor declared"
    text = (
        f"{_quoted(strange)} {several}; declared are {', '.join(policy.namespaces)}; reserved are {words}; "
        f"say what it means with {_option(strange[0], 'TARGET')}, or leave it out with {ignored}"
    )
    return text if timed else f"{text}; and no column is 'at' (when it happened)"


def _check_words(words: Mapping[str, int], content: Content) -> None:
    for word in NEEDED[content]:
        if word not in words:
            raise InvalidInputError(f"no column '{word}', which a file of {content} must have")
    if "at" not in words:
        raise InvalidInputError("no column 'at' (when it happened); if another column has the time, say --map COLUMN=at")


def _option(header: str, target: str) -> str:
    """The option as it is typed into a shell."""
    return f"--map {shlex.quote(f'{header}={target}')}"


def _quoted(names: Sequence[str]) -> str:
    listed = ", ".join(f"'{name}'" for name in names)
    return f"column {listed}" if len(names) == 1 else f"columns {listed}"
