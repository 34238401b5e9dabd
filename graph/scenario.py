"""Scenario files: a story with a known right answer, read and checked for form. Runs nothing (graph.rehearsal does)."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, cast

import yaml
from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from graph import instants, policy
from graph.errors import InvalidInputError, PolicyError, ScenarioError
from graph.events import Event, Name, PairOfNames, Strict

DAY_ZERO: Final = instants.parse("2026-01-01T00:00:00Z")
"""Integers in `at` count days from here."""


def _moment(value: object) -> object:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)) or (isinstance(value, str) and re.fullmatch(r"\d{1,6}", value)):
        return DAY_ZERO + int(float(value) * instants.DAY)
    try:
        return instants.parse(str(value))
    except InvalidInputError as error:
        raise ValueError(error.message) from None


Day = Annotated[int, BeforeValidator(_moment)]


class ScenarioEvent(Event):
    """An event whose times may be written as days."""

    at: Day = -1  # pyright: ignore[reportIncompatibleVariableOverride]  # narrower and frozen; absent is an error below
    expires: Day | None = None
    refunded_at: Day | None = None

    @model_validator(mode="after")
    def _has_time(self) -> "ScenarioEvent":
        if self.at < 0:
            raise ValueError("an event of a scenario needs 'at'")
        return self


class Refusal(Strict):
    """A link that must be refused, and why."""

    link: PairOfNames
    reason: Literal["unique", "limit", "never_link", "max_size", "other_owner", "attribute"]


class ExpectedVerdict(Strict):
    """A link and its verdict."""

    link: PairOfNames
    verdict: Literal["accepted", "past", "unbacked", "withdrawn", "expired", "closed", "weak", "mass_value", "shared", "refused"]


class Lineage(Strict):
    """Whose root-ID after event n is (or isn't) the one of `now` at the end."""

    now: Name
    was: Name
    after: int = Field(ge=1)


class Grouping(Strict):
    """Expectations on a partition."""

    groups: tuple[tuple[Name, ...], ...] | None = None
    together: tuple[PairOfNames, ...] = ()
    apart: tuple[PairOfNames, ...] = ()


class AsOf(Grouping):
    """A partition of another time."""

    at: Day
    known_after: int | None = Field(default=None, ge=1)


class OnDevice(Strict):
    """Who was on a device at a time."""

    device: Name
    at: Day
    root_of: Name
    proven: bool


class Path_(Strict):  # noqa: N801 - `Path` is pathlib's
    """The shortest accepted path and its bridges."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    start: Name = Field(alias="from")
    to: Name
    hops: tuple[Name, ...]
    bridges: tuple[PairOfNames, ...] | None = None


class WhatIf(Strict):
    """What a dry-run of one more event would do."""

    event: ScenarioEvent
    merges: int | None = None
    splits: int | None = None
    refused: tuple[Refusal, ...] = ()


class ReferralCount(Strict):
    """Referrals of a whole person."""

    accepted: int
    self_: int = Field(alias="self")


class Expectation(Grouping):
    """Everything a scenario may expect."""

    refused: tuple[Refusal, ...] = ()
    verdicts: tuple[ExpectedVerdict, ...] = ()
    shared: tuple[Name, ...] = ()
    mass: tuple[Name, ...] = ()
    blocked: tuple[Name, ...] = ()
    rejected: tuple[int, ...] = ()
    kept: tuple[Lineage, ...] = ()
    not_kept: tuple[Lineage, ...] = ()
    merges: int | None = None
    splits: int | None = None
    unchanged_after: int | None = None
    purpose: str | None = None
    by_purpose: dict[str, Grouping] = Field(default_factory=dict[str, Grouping])
    as_of: tuple[AsOf, ...] = ()
    on_device: tuple[OnDevice, ...] = ()
    path: Path_ | None = None
    what_if: WhatIf | None = None
    referrals: dict[str, ReferralCount] = Field(default_factory=dict[str, ReferralCount])


class Scenario(Strict):
    """One story."""

    id: Name
    title: str
    source: str = ""
    policy: policy.Policy
    events: tuple[ScenarioEvent, ...]
    expect: Expectation


def _expand(events: Any, place: str) -> Iterator[Any]:
    """Write out every `repeat`."""
    if not isinstance(events, list):
        raise ScenarioError(f"{place}: a list of events")
    listed = cast("list[Any]", events)
    for number, event in enumerate(listed):
        if not isinstance(event, Mapping) or "repeat" not in event:
            yield event
            continue
        body = cast("dict[str, Any]", cast("dict[str, Any]", event)["repeat"])
        where = f"{place}.{number}.repeat"
        if len(cast("dict[str, Any]", event)) != 1 or set(body) != {"var", "from", "to", "do"}:
            raise ScenarioError(f"{where}: has the keys var, from, to, do")
        for value in range(int(body["from"]), int(body["to"]) + 1):
            yield from _expand(_replace(body["do"], f"<{body['var']}>", str(value)), where)


def _replace(tree: Any, name: str, value: str) -> Any:
    if isinstance(tree, str):
        return tree.replace(name, value)
    if isinstance(tree, Mapping):
        mapping = cast("dict[Any, Any]", tree)
        return {key: _replace(item, name, value) for key, item in mapping.items()}
    if isinstance(tree, list):
        listed = cast("list[Any]", tree)
        return [_replace(item, name, value) for item in listed]
    return tree


def _scenario(document: Any, place: str) -> Scenario:
    if not isinstance(document, Mapping):
        raise ScenarioError(f"{place}: a scenario is a mapping with id, title, policy, events, expect")
    values = {str(key): value for key, value in cast("dict[object, Any]", document).items()}
    place = f"{place}: {values.get('id', '?')}"
    try:
        rules = policy.from_mapping(values.get("policy"), defaults={"require_consent": False})
        values["events"] = list(_expand(values.get("events"), f"{place}: events"))
        values["policy"] = rules
        return Scenario.model_validate(values)
    except PolicyError as error:
        raise ScenarioError("; ".join(f"{place}: policy.{problem}" for problem in error.problems)) from None
    except ValidationError as error:
        problem = error.errors()[0]
        kind = "unknown key" if problem["type"] == "extra_forbidden" else problem["msg"].removeprefix("Value error, ")
        raise ScenarioError(f"{place}: {'.'.join(str(part) for part in problem['loc'])}: {kind}") from None


def load(path: Path) -> list[Scenario]:
    """Read all scenarios of a file. Raises ScenarioError naming file, scenario and key."""
    try:
        documents = list(yaml.safe_load_all(path.read_text("utf-8")))
    except OSError as error:
        raise ScenarioError(f"{path}: can't be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{path}: not UTF-8 text") from None
    except yaml.YAMLError as error:
        raise ScenarioError(f"{path}: {' '.join(str(error).split())}") from None
    return [_scenario(document, str(path)) for document in documents if document is not None]
