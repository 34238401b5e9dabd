"""What all schemas share. Must not name a noun of the domain."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"}, description="ISO 8601 in UTC.")]
Count = Annotated[int, Field(ge=0)]


class Asked(BaseModel):
    """A request: unknown keys are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """An answer: every key is always there."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_serialization_defaults_required=True)
