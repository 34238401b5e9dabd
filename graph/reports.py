"""Reports on the whole store for those who answer for it: compliance, health of the data. Holds no rule, and tells of nobody."""

from typing import TYPE_CHECKING

from graph import compliance, health
from graph.aside import aside
from graph.compliance import Compliance, Period
from graph.health import Health

if TYPE_CHECKING:
    from graph.service import Service


class Reports:
    """The reports of a service."""

    def __init__(self, service: "Service") -> None:
        self._service = service

    async def compliance(self, since: int | None = None, until: int | None = None) -> Compliance:
        """What there is to answer for; withdrawals, erasures, decisions and receipts from a time until before another.

        Raises PurposeNotAllowedError for a caller of some purposes only.
        """
        service = self._service
        service.hold_to(service.policy.purposes)

        async def told() -> Compliance:
            audit = await service.audit.verify()
            async with service.store.reading() as reading:
                now = max(service.now(), (await reading.clock())[0])
                return await compliance.report(reading, now, service.policy.version, Period(since, until), audit)

        return await aside(service.store, told())

    async def health(self, purpose: str | None = None, limit: int = 10) -> Health:
        """How the data is under a purpose (the policy's first, if none is named), with at most `limit` parts and values.

        Raises UnknownPurposeError, and PurposeNotAllowedError.
        """
        service = self._service
        name = service.asked(purpose)
        purposes = [one for one in service.policy.purposes if service.may(one)]

        async def told() -> Health:
            async with service.store.reading() as reading:
                now = max(service.now(), (await reading.clock())[0])
                return await health.report(reading, service.policy, name, purposes, now, limit)

        return await aside(service.store, told())
