"""The brand's policy: which namespaces there are, and the rules of resolution. Read from YAML or TOML, validated whole."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal, cast

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from graph import instants
from graph.errors import InvalidIdentifierError, PolicyError, UndeclaredNamespaceError
from graph.instants import duration
from graph.model import Identifier, Kind
from graph.namespaces import LONGEST_VALUE, Mask, Normaliser, is_sha256, masker, normaliser

_DURATIONS: Final = ("max_age", "session_window")

DEFAULT_POLICY: Final = Path(__file__).parent / "policies" / "brand-cn.yaml"
"""A policy for a consumer brand in China; what `rootid` uses where nothing else is given."""

MOST: Final = 1_000_000_000
"""The largest number of a rule: more than there are people at a brand, and small enough for every store."""

_WORD: Final = re.compile(r"[$A-Za-z][$A-Za-z_.-]{0,31}[0-9]{0,3}", re.ASCII)
_NAME: Final = re.compile(r"[^\s:@\0]{1,64}")


def _duration(value: object, info: ValidationInfo) -> object:
    if info.context is not None:
        return value
    return duration(value) if isinstance(value, (int, float, str)) else value


Duration = Annotated[int, BeforeValidator(_duration), Field(json_schema_extra={"type": ["number", "string"]})]
"""Microseconds inside; written as a number of days or `15m`, `2h`, `90d`."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Namespace(_Strict):
    """The rules of one namespace."""

    rank: int = Field(
        default=100, ge=1, le=MOST, description="Strength: 1 is the strongest. Stronger layers join first and lead."
    )
    kind: Kind = Field(default=Kind.PERSON, description="person joins; device is occupancy; attribute only forbids.")
    unique: bool = Field(default=False, description="At most one value per person and scope.")
    limit: int | None = Field(default=None, ge=1, le=MOST, description="At most so many values per person and scope.")
    blocked: tuple[str, ...] = Field(
        default=(), description="Regular expressions, case-insensitive, on the normalised value: never recorded."
    )
    max_holders: int | None = Field(
        default=None,
        ge=1,
        le=MOST,
        description="A value linked to more identifiers of one stronger namespace belongs to nobody.",
    )
    max_age: Duration | None = Field(default=None, description="A link through it expires unless seen again within this time.")
    normalise: Normaliser = Field(default="trim", description="trim, lower, or phone (E.164).")
    mask: Mask = Field(default="ends", description="What people see: ends, phone, email, or all (nothing).")
    pattern: str | None = Field(default=None, description="What a normalised value must match as a whole; else it is rejected.")
    hash_of: str | None = Field(
        default=None,
        description="Values are SHA-256 digests (hex) of that namespace's normalised values: the same identifiers.",
    )
    payment: bool = Field(
        default=False,
        description="Means of payment: invitees of one referrer who use the same are a hint at a farm, as on one device.",
    )
    store_value: bool = Field(default=False, description="Keep the normalised value in clear beside its key.")

    @field_validator("blocked", "pattern")
    @classmethod
    def _compiles(cls, value: Any) -> Any:
        for pattern in [value] if isinstance(value, str) else value or ():
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"'{pattern}' is no regular expression: {error}") from None
        return value

    @model_validator(mode="after")
    def _consistent(self) -> "Namespace":
        if self.max_holders is not None and self.kind is not Kind.PERSON:
            raise ValueError("max_holders is for namespaces of kind person")
        if self.limit is not None and self.kind is Kind.ATTRIBUTE:
            raise ValueError("limit has no meaning for an attribute")
        return self

    @cached_property
    def junk(self) -> re.Pattern[str] | None:
        """All blocked patterns as one."""
        return re.compile("|".join(f"(?:{p})" for p in self.blocked), re.IGNORECASE) if self.blocked else None

    @property
    def thing(self) -> bool:
        """Whether it is something that people use, and may use together: a device or a means of payment."""
        return self.payment or self.kind is Kind.DEVICE

    @cached_property
    def cap(self) -> int | None:
        """Most values per person and scope, by `unique` or `limit`."""
        return 1 if self.unique else self.limit


class Policy(_Strict):
    """One policy; `version` (the hash of everything in it) is recorded with what it decided."""

    title: str = Field(default="", description="For people; not part of the version.")
    namespaces: dict[str, Namespace] = Field(description="Which identifiers exist, and their rules.")
    on_conflict: Literal["newest", "oldest"] = Field(default="newest", description="Which of two clashing links wins.")
    shared_after: int = Field(
        default=3, ge=2, le=MOST, description="A device of so many unique persons is shared and belongs to none."
    )
    session_window: Duration | None = Field(default=None, description="Two persons on one device within this time are one.")
    max_size: int | None = Field(
        default=None, ge=1, le=MOST, description="Most identifiers of one part; growth beyond it is frozen."
    )
    min_weight: float = Field(default=0.0, ge=0, description="Evidence of less weight doesn't count.")
    require_consent: bool = Field(default=True, description="Evidence that names neither consent nor basis doesn't count.")
    purposes: dict[str, tuple[str, ...]] = Field(
        default={"default": ()},
        min_length=1,
        description="Each purpose with the legal bases that carry it without consent.",
    )
    undeclared: Literal["reject", "park"] = Field(
        default="reject",
        description="An undeclared namespace: reject the sighting, or park (set aside) the identifier.",
    )
    region: str = Field(default="CN", pattern=r"^[A-Z]{2}$", description="Country of phone numbers that name none.")

    @model_validator(mode="before")
    @classmethod
    def _empty_rules(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        given = cast("dict[str, Any]", values)
        if not isinstance(given.get("namespaces"), dict):
            return given
        spaces = cast("dict[object, Any]", given["namespaces"])
        none: dict[str, Any] = {}
        return {**given, "namespaces": {str(name): none if rules is None else rules for name, rules in spaces.items()}}

    @model_validator(mode="after")
    def _consistent(self) -> "Policy":
        for name, space in self.namespaces.items():
            if not _NAME.fullmatch(name):
                raise ValueError(f"namespaces.{name}: a name has no blank, colon or @ and at most 64 characters")
            twin = self.namespaces.get(space.hash_of) if space.hash_of else None
            if space.hash_of and (twin is None or twin.hash_of):
                raise ValueError(f"namespaces.{name}: hash_of must name a declared namespace of clear values")
        for name in self.purposes:
            if not _NAME.fullmatch(name):
                raise ValueError(f"purposes.{name}: a name has no blank, colon or @ and at most 64 characters")
        return self

    @cached_property
    def version(self) -> str:
        """Sixteen hex digits that change with every rule; a rule that says what is the default anyway changes nothing."""
        return hashlib.sha256(self.model_dump_json(exclude={"title"}, exclude_defaults=True).encode()).hexdigest()[:16]

    @cached_property
    def hashed(self) -> frozenset[str]:
        """Namespaces of clear values that have a hashed twin; their token is the SHA-256 of the value."""
        return frozenset(space.hash_of for space in self.namespaces.values() if space.hash_of)

    @property
    def warnings(self) -> list[str]:
        """What is allowed but probably not meant, one line each."""
        spaces = self.namespaces.values()
        found: list[str] = []
        unique_person = any(s.unique and s.kind is Kind.PERSON and not s.hash_of for s in spaces)
        if any(s.kind is Kind.DEVICE for s in spaces) and not unique_person:
            found.append("no person namespace is unique: a shared device can never be seen")
        if self.require_consent and not any(self.purposes.values()):
            found.append("no purpose has a legal basis: nothing is linked without consent")
        if not self.require_consent:
            found.append("require_consent is false: evidence without consent or basis links people")
        if not any(s.kind is Kind.PERSON for s in spaces):
            found.append("no namespace of kind person: nobody can be known")
        return found

    def space(self, namespace: str) -> Namespace:
        """The rules of a namespace; the defaults for one that an older policy recorded and this one doesn't declare."""
        return self.namespaces.get(namespace) or Namespace()

    def reader(self, namespace: str) -> Callable[[str], tuple[str, str] | None]:
        """A function from raw value to (token, normalised value), or None for a blocked value; for many values at a time.

        For the hashed twin of a namespace the value is empty. The function raises InvalidIdentifierError, which never
        tells the value. Raises UndeclaredNamespaceError for a namespace that isn't declared.
        """
        space = self.namespaces.get(namespace)
        if space is None:
            raise UndeclaredNamespaceError(undeclared(namespace))
        normalise = normaliser(space.normalise, self.region)
        junk = space.junk.search if space.junk else None
        form = re.compile(space.pattern).fullmatch if space.pattern else None
        hashed, digest_only = namespace in self.hashed, space.hash_of is not None

        if space.normalise == "trim" and not (junk or form or hashed or digest_only):
            return lambda raw: _trimmed(namespace, raw)

        def read(raw: str) -> tuple[str, str] | None:
            trimmed = raw.strip()
            if len(trimmed) > LONGEST_VALUE or "\0" in trimmed:
                raise InvalidIdentifierError(f"{namespace}: not an identifier (over {LONGEST_VALUE} characters, or a NUL in it)")
            if digest_only:
                trimmed = trimmed.lower()
                if junk and junk(trimmed):
                    return None
                if not is_sha256(trimmed):
                    raise InvalidIdentifierError(f"{namespace}: not a SHA-256 digest in hexadecimal")
                return trimmed, ""
            try:
                value = normalise(trimmed)
            except InvalidIdentifierError as error:
                if junk and junk(trimmed):
                    return None
                raise InvalidIdentifierError(f"{namespace}: {error.message}") from None
            if junk and junk(value):
                return None
            if not value:
                raise InvalidIdentifierError(f"{namespace}: an empty value")
            if form and not form(value):
                raise InvalidIdentifierError(f"{namespace}: not of the form that the policy asks for")
            return (hashlib.sha256(value.encode()).hexdigest() if hashed else value), value

        return read

    def home(self, namespace: str) -> str:
        """The namespace under which identifiers are kept: its clear twin's for a hashed one."""
        return self.namespaces[namespace].hash_of or namespace

    def shower(self, namespace: str) -> Callable[[str, str], tuple[str, str | None]]:
        """A function from (token, value) of a home namespace to the mask and, where it is kept, the clear value."""
        space = self.space(namespace)
        shown, kept = masker(space.mask), space.store_value

        def show(token: str, value: str) -> tuple[str, str | None]:
            if not value:
                return f"#{token[:2]}****", None
            return shown(value), value if kept else None

        return show

    def maker(self, namespace: str) -> Callable[[str, str], Identifier | None]:
        """A function from scope and raw value to the identifier, or None for a blocked value.

        The function raises InvalidIdentifierError, which never tells the value. Raises UndeclaredNamespaceError for a namespace
        that isn't declared.
        """
        read, home = self.reader(namespace), self.home(namespace)
        show = self.shower(home)

        def make(scope: str, raw: str) -> Identifier | None:
            found = read(raw)
            return None if found is None else Identifier(home, scope, found[0], *show(*found))

        return make


def _trimmed(namespace: str, raw: str) -> tuple[str, str]:
    value = raw.strip()
    if not value:
        raise InvalidIdentifierError(f"{namespace}: an empty value")
    if len(value) > LONGEST_VALUE or "\0" in value:
        raise InvalidIdentifierError(f"{namespace}: not an identifier (over {LONGEST_VALUE} characters, or a NUL in it)")
    return value, value


def undeclared(namespace: str) -> str:
    """What is said of an undeclared namespace; it is named only where it can't be a value in the wrong place."""
    if _WORD.fullmatch(namespace):
        return f"namespace '{namespace}' is not declared in the policy"
    return "a namespace that is not declared in the policy"


def parse_name(text: str) -> tuple[str, str, str]:
    """Namespace, scope and raw value of `namespace:value` or `namespace@scope:value`, split at the first colon."""
    head, colon, value = text.partition(":")
    namespace, at, scope = head.partition("@")
    if not colon or not namespace.strip() or (at and not scope.strip()):
        raise InvalidIdentifierError("an identifier is written namespace:value or namespace@scope:value")
    return namespace.strip(), scope.strip(), value


def from_mapping(values: object, *, defaults: Mapping[str, object] | None = None) -> Policy:
    """Validate a policy that was read from anywhere. Raises PolicyError with one line for each problem."""
    if not isinstance(values, Mapping):
        raise PolicyError(["a policy is a mapping with the key 'namespaces'"])
    given = cast("Mapping[object, Any]", values)
    try:
        return Policy.model_validate({**(defaults or {}), **{str(key): value for key, value in given.items()}})
    except ValidationError as error:
        raise PolicyError([_line(problem) for problem in error.errors()]) from None


def _line(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"])
    text = {"extra_forbidden": "unknown key", "missing": "is missing"}.get(problem["type"])
    text = text or str(problem["msg"]).removeprefix("Value error, ")
    return f"{place}: {text}" if place else text


def load(path: Path) -> Policy:
    """Read a policy file (YAML, or TOML by its suffix). Raises PolicyError with one line for each problem."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
        values: object = tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
    except OSError as error:
        raise PolicyError([f"{path}: can't be read ({error.strerror})"]) from None
    except UnicodeDecodeError:
        raise PolicyError([f"{path}: not UTF-8 text"]) from None
    except (yaml.YAMLError, tomllib.TOMLDecodeError) as error:
        raise PolicyError([f"{path}: {' '.join(str(error).split())}"]) from None
    return from_mapping(values)


def from_json(text: str) -> Policy:
    """A policy that `model_dump_json` wrote (durations there are microseconds)."""
    return Policy.model_validate_json(text, context={"durations": "microseconds"})


def written(found: Policy) -> dict[str, Any]:
    """What differs from the defaults, as `from_mapping` reads it: durations as people write them."""
    values = found.model_dump(mode="json", exclude_defaults=True)
    for rules in [values, *values.get("namespaces", {}).values()]:
        for name in _DURATIONS:
            if rules.get(name) is not None:
                rules[name] = _duration_text(rules[name])
    return values


def _duration_text(microseconds: int) -> str:
    for unit, size in (("d", instants.DAY), ("h", instants.HOUR), ("m", instants.MINUTE)):
        if microseconds % size == 0:
            return f"{microseconds // size}{unit}"
    return f"{microseconds / instants.SECOND:g}s"
