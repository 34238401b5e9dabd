"""The written form of a problem (RFC 9457)."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.schemas.base import Told


class ErrorPlace(BaseModel):
    """One thing that is wrong with a request, and where. Never repeats what was sent."""

    pointer: Annotated[str | None, Field(description="JSON pointer into the body; empty for the body itself.")] = None
    parameter: Annotated[str | None, Field(description="Name of a parameter of the path or the query.")] = None
    detail: str


class Problem(BaseModel):
    """Why a request was not served. Never holds the value of an identifier."""

    type: Annotated[str, Field(description="Where the problem is described, relative to the service.")]
    title: str
    status: int
    detail: str
    code: Annotated[str, Field(description="Stable; switch on this.")]
    request_id: Annotated[str, Field(description="The same as in the header `X-Request-ID`.")]
    errors: Annotated[list[ErrorPlace] | None, Field(description="With `invalid_request`: what is wrong where.")] = None
    not_ready: Annotated[list[str] | None, Field(description="With `not_ready`: what isn't.")] = None


class ItemProblem(Told):
    """Why one item of a batch was not served; the others were."""

    type: str
    title: str
    code: Annotated[str, Field(description="Stable; switch on this.")]
    detail: str
