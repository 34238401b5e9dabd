"""What endpoints ask for, as aliases. Nobody gets at the service but through the door, and only health goes without."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from api.security import admit, visit_of
from api.state import state_of
from graph.access import Scope
from graph.acting import act_as
from graph.service import Service


def service_for(request: Request, scope: Scope) -> Service:
    """The service as this caller may use it, who may do what `scope` names and name the purposes that they hold.

    Raises UnauthorizedError, ForbiddenError and RateLimitedError for any other; the service, PurposeNotAllowedError.
    """
    state = state_of(request)
    act_as(admit(request, state, scope).actor)
    return state.service.during(visit_of(request))


async def _to_look_up(request: Request) -> Service:
    return service_for(request, "lookup")


async def _unguarded(request: Request) -> Service:
    return state_of(request).service


async def _to_administer(request: Request) -> Service:
    return service_for(request, "admin")


async def _to_see_referrers(request: Request) -> Service:
    return service_for(request, "referrers")


LookupService = Annotated[Service, Depends(_to_look_up)]
"""The service, for callers who may look up."""

AdminService = Annotated[Service, Depends(_to_administer)]
"""The service, for callers who may see what was done by whom."""

ReferrerService = Annotated[Service, Depends(_to_see_referrers)]
"""The service, for callers who may see who brings people."""

UnguardedService = Annotated[Service, Depends(_unguarded)]
"""The service, for what tells nothing of what is on record."""
