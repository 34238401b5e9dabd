"""The written form of explanations, of who was on a device, and of times that are asked about."""

from typing import Annotated, Final, Literal

from pydantic import Field

from api.schemas.base import Asked, Count, Time, Told
from api.validation import field_names
from graph import instants
from graph.answers import OnDevice
from graph.events import Moment, Name
from graph.explanations import Explanation as Found
from graph.explanations import Hop as FoundHop
from graph.explanations import Named
from graph.wording import words

AsOf = Annotated[Moment | None, Field(description="As it was at this time: events after it don't count. Absent means now.")]
KnownAt = Annotated[Moment | None, Field(description="By what was on record at this time. Absent means all.")]
Purpose = Annotated[str | None, Field(min_length=1, max_length=64, description="Without it, the policy's first purpose.")]


class ExplanationQuestion(Asked):
    """Why are these two one person, or why not?"""

    identifiers: Annotated[tuple[Name, Name], Field(description="Two identifiers.")]
    purpose: Purpose = None
    as_of: AsOf = None
    known_at: KnownAt = None


class DeviceQuestion(Asked):
    """Who was on this device at that time?"""

    device: Annotated[Name, Field(description="An identifier of a device.")]
    at: Annotated[Moment, Field(description="When.")]
    purpose: Purpose = None
    known_at: KnownAt = None


KNOWN: Final = field_names([ExplanationQuestion, DeviceQuestion])


class NamedIdentifier(Told):
    """An identifier as people may see it."""

    own_id: str
    namespace: str
    scope: Annotated[str, Field(description="Empty where the identifier has none.")]
    mask: Annotated[str, Field(description="A few characters of the value.")]
    kind: Literal["person", "device", "attribute"]


class HopBacking(Told):
    """What evidence rests on: a consent with the notice last agreed to, or a legal basis."""

    consent_id: str | None
    notice: str | None
    basis: str | None


class Hop(Told):
    """One link of the path, by own ids."""

    a: str
    b: str
    verdict: Annotated[str, Field(description="What became of the link; only `accepted` joins.")]
    reason: Annotated[str | None, Field(description="Why it was refused.")]
    clash: Annotated[tuple[str, str] | None, Field(description="The pair of own ids that a refused link clashed with.")]
    made_by: Annotated[
        Literal["sightings", "session", "decision"],
        Field(description="Whether both were seen together, were seen in one session on a device, or a human ruled it."),
    ]
    first_seen: Time
    last_seen: Time
    count: Annotated[Count, Field(description="Pieces of evidence.")]
    sources: Annotated[list[str], Field(description="Who saw it.")]
    backings: Annotated[list[HopBacking], Field(description="Consents and legal bases that it rests on.")]
    bridge: Annotated[bool, Field(description="True where the person falls apart without this link.")]
    cut_off: Annotated[list[str], Field(description="Own ids that would no longer answer with the root without it.")]


class Explanation(Told):
    """Why two identifiers are one person, or why not."""

    together: bool
    why: Annotated[
        str,
        Field(
            description="`same` (one identifier) or `path`; else `unknown`, `attribute`, `mass_value`, `shared`, `refused`, "
            "`past`, `expired`, `withdrawn`, `unbacked`, `closed`, `weak`, or `nothing`: no evidence leads from one to the other."
        ),
    ]
    words: Annotated[list[str], Field(description="The same in sentences, the answer first.")]
    purpose: str
    policy: Annotated[str, Field(description="Version of the policy.")]
    as_of: Time
    identifiers: Annotated[
        list[NamedIdentifier], Field(description="Those on the path in its order, then others that are spoken of.")
    ]
    hops: Annotated[
        list[Hop],
        Field(description="The shortest accepted path; or else the one with the fewest links that don't hold."),
    ]
    distance: Annotated[int | None, Field(ge=0, description="Links on the path (标识距离).")]
    never: Annotated[list[tuple[str, str]], Field(description="Pairs of own ids that a decision keeps apart.")]
    elsewhere: Annotated[list[str], Field(description="Other purposes under which the two are one today.")]


class DeviceAnswer(Told):
    """Who was on a device."""

    status: Literal["resolved", "shared", "unknown"]
    root_id: Annotated[str | None, Field(description="Root of then; null where nobody had seen the device by then.")]
    own_id: Annotated[str | None, Field(description="Own id of the person seen, or of the device.")]
    proven: Annotated[
        bool, Field(description="True where a person was seen on it at that time or shortly before; else it is by last login.")
    ]
    seen: Annotated[Time | None, Field(description="When the person was seen on it.")]


def named(one: Named) -> NamedIdentifier:
    """An identifier as it is written."""
    return NamedIdentifier(
        own_id=one.own_id,
        namespace=one.namespace,
        scope=one.scope,
        mask=one.mask,
        kind=one.kind,  # type: ignore[arg-type]  # a kind of the domain, as text
    )


def _hop(hop: FoundHop) -> Hop:
    return Hop(
        a=hop.a,
        b=hop.b,
        verdict=hop.verdict,
        reason=hop.reason,
        clash=hop.clash,
        made_by=hop.made_by,
        first_seen=instants.text(hop.first_seen),
        last_seen=instants.text(hop.last_seen),
        count=hop.count,
        sources=list(hop.sources),
        backings=[HopBacking(consent_id=b.consent_id, notice=b.notice, basis=b.basis) for b in hop.backings],
        bridge=hop.bridge,
        cut_off=list(hop.cut_off),
    )


def shown(found: Found) -> Explanation:
    """An explanation as it is written."""
    return Explanation(
        together=found.together,
        why=found.why,
        words=words(found),
        purpose=found.purpose,
        policy=found.policy,
        as_of=instants.text(found.as_of),
        identifiers=[named(one) for one in found.identifiers],
        hops=[_hop(hop) for hop in found.hops],
        distance=found.distance,
        never=list(found.never),
        elsewhere=list(found.elsewhere),
    )


def seen_on(found: OnDevice) -> DeviceAnswer:
    """Who was on a device, as it is written."""
    seen = None if found.seen is None else instants.text(found.seen)
    return DeviceAnswer(status=found.status, root_id=found.root_id, own_id=found.own_id, proven=found.proven, seen=seen)
