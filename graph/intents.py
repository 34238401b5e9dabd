"""Reads written events into facts: names into identifiers, what the policy blocks or parks set aside. Must not touch a store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graph.errors import InvalidDecisionError, InvalidIdentifierError, InvalidInputError, UnknownPurposeError
from graph.events import Event
from graph.model import Close, Consent, Decision, Erasure, Fact, Identifier, Kind, Mark, Order, Referral, Withdrawal
from graph.policy import Policy, parse_name
from graph.tables import SightingRow, SightingTable, table_of

Telling = Referral | Order
"""Facts that name the identifiers they tell of, as a sighting of one would."""


@dataclass(frozen=True, slots=True)
class Intent:
    """An event ready to be recorded: a sighting as a row and its raw names, any other fact as a value (a `Telling` as both)."""

    number: int
    row: SightingRow | None = None
    names: tuple[tuple[str, str, str], ...] = ()
    fact: Fact | None = None
    parked: int = 0

    @property
    def at(self) -> int:
        """Event time."""
        return self.row[1] if self.row is not None else self.fact.at if self.fact is not None else 0


class Reader:
    """Reads events under one policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._makers: dict[str, Callable[[str, str], Identifier | None]] = {}

    def identifier(self, name: str) -> Identifier:
        """The identifier of a written name. Raises InvalidIdentifierError also for a blocked value."""
        found = self._read(*parse_name(name))
        if found is None:
            raise InvalidIdentifierError("a value that the policy blocks")
        return found

    def _read(self, namespace: str, scope: str, raw: str) -> Identifier | None:
        make = self._makers.get(namespace) or self._makers.setdefault(namespace, self._policy.maker(namespace))
        return make(scope, raw)

    def intent(self, number: int, event: Event, now: int) -> Intent:
        """What an event wants recorded. Raises InvalidInputError and its kin."""
        at = now if event.at is None else event.at
        if event.see is None:
            ordering = (event.subject,) if event.order is not None and event.subject is not None else ()
            names = tuple(parse_name(name) for name in event.refer or ordering)
            return Intent(number, None, names, self._fact(event, at))
        names = tuple(parse_name(name) for name in event.see)
        row = (number, at, event.source or "", event.event_id, event.session, event.consent, event.basis, event.weight)
        spaces = self._policy.namespaces
        parked = sum(name[0] not in spaces for name in names) if self._policy.undeclared == "park" else 0
        return Intent(number, row, names, parked=parked)

    def table(self, intents: Sequence[Intent], telling_ids: Sequence[str]) -> SightingTable:
        """The table of what intents saw; a line is the number of the event.

        A referral names both its identifiers: two sightings of one each, under its id. An order names its subject.
        """
        rows: list[SightingRow] = []
        named: list[Sequence[tuple[str, str, str]]] = []
        ids = iter(telling_ids)
        for intent in intents:
            if intent.row is not None:
                rows.append(intent.row)
                named.append(intent.names)
            elif isinstance(intent.fact, Telling):
                event_id = next(ids)
                roles = ("referrer", "referee") if isinstance(intent.fact, Referral) else ("subject",)
                for name, role in zip(intent.names, roles, strict=True):
                    source = intent.fact.source
                    rows.append((intent.number, intent.fact.at, source, f"{event_id}#{role}", None, None, None, 1.0))
                    named.append([name])
        return table_of(rows, named)

    def _fact(self, event: Event, at: int) -> Fact:
        verb = event.verb
        if verb == "consent":
            return self._consent(event, at)
        if verb == "withdraw":
            return self._withdrawal(event, at)
        if verb == "close" and event.close is not None:
            pair = event.close if isinstance(event.close, tuple) else (event.close, None)
            second = self.identifier(pair[1]) if pair[1] is not None else None
            return Close(self.identifier(pair[0]), second, at, event.source, event.by, event.reason)
        if verb in ("never_link", "same_person", "reverse"):
            return self._decision(event, at)
        if verb == "refer" and event.refer is not None:
            return self._referral(event, at)
        if verb == "order":
            return self._order(event, at)
        if verb in ("recruit", "opt_out", "opt_in"):
            return self._mark(event, at)
        name = event.erase if event.erase is not None else event.erase_person
        return Erasure(self.identifier(name or ""), at, whole_person=event.erase_person is not None)

    def _consent(self, event: Event, at: int) -> Consent:
        unknown = [purpose for purpose in event.purposes or () if purpose not in self._policy.purposes]
        if unknown:
            raise UnknownPurposeError(f"a purpose that the policy doesn't have; it has: {', '.join(self._policy.purposes)}")
        if event.expires is not None and event.expires <= at:
            raise InvalidInputError("a consent that expires before it is given")
        return Consent(
            event.consent or "",
            event.purposes or (),
            at,
            event.expires,
            self.identifier(event.subject) if event.subject is not None else None,
            event.notice,
            event.evidence,
            event.channel,
            event.in_exchange_for,
            event.basis,
            event.controller,
            event.jurisdiction,
            event.language,
        )

    def _withdrawal(self, event: Event, at: int) -> Withdrawal:
        what = event.withdraw
        if what is None or isinstance(what, str):
            return Withdrawal(at, what, channel=event.channel, reason=event.reason)
        if what.purpose not in self._policy.purposes:
            raise UnknownPurposeError(f"a purpose that the policy doesn't have; it has: {', '.join(self._policy.purposes)}")
        return Withdrawal(at, None, self.identifier(what.subject), what.purpose, event.channel, event.reason)

    def _decision(self, event: Event, at: int) -> Decision:
        ruling = "never_link" if event.never_link else "same_person" if event.same_person else "reverse"
        pair = event.never_link or event.same_person or event.reverse or ("", "")
        first, second = (self.identifier(name) for name in pair)
        if (first.place, first.token) == (second.place, second.token):
            raise InvalidDecisionError("a decision is on two identifiers")
        if ruling == "same_person" and any(self._policy.space(end.namespace).kind is not Kind.PERSON for end in (first, second)):
            raise InvalidDecisionError("same_person is on two persons; a device or an attribute is none")
        return Decision(ruling, first, second, at, event.by, event.reason, event.consent, event.basis)

    def _referral(self, event: Event, at: int) -> Referral:
        pair = event.refer or ("", "")
        return Referral(
            self.identifier(pair[0]),
            self.identifier(pair[1]),
            at,
            event.campaign,
            event.channel,
            event.code,
            event.status,
            event.value,
            event.source or "",
            event.event_id,
        )

    def _order(self, event: Event, at: int) -> Order:
        if event.refunded_at is not None and event.refunded_at < at:
            raise InvalidInputError("an order that is refunded before it is placed")
        return Order(
            event.order or "",
            self.identifier(event.subject or ""),
            at,
            event.amount,
            event.refunded,
            event.refunded_at,
            event.currency,
            event.campaign,
            event.channel,
            event.code,
            event.source or "",
        )

    def _mark(self, event: Event, at: int) -> Mark:
        if event.recruit is not None:
            if event.expires is not None and event.expires < at:
                raise InvalidInputError("somebody is recruited from a time that is after the end")
            return Mark("recruited", self.identifier(event.recruit), at, event.expires, event.programme or "")
        out = event.opt_out is not None
        return Mark("opted_out", self.identifier(event.opt_out or event.opt_in or ""), at, None if out else at)
