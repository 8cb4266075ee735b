"""What every body on the wire has in common: camelCase names, no field we did not name, ISO times.

Amounts are strings, so that no reader rounds them. No shape has a field for a secret but those that
hand one over once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
)
from pydantic.alias_generators import to_camel

from core.web.moments import iso


class Wire(BaseModel):
    """A body in either direction; an unknown field is refused rather than overlooked."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        serialize_by_alias=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )


class Body(Wire):
    """A body a client sends, by the names of the wire alone."""

    model_config = ConfigDict(validate_by_name=False, str_strip_whitespace=False)


Moment = Annotated[datetime, PlainSerializer(iso, return_type=str)]
"""An aware moment; written in UTC."""


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("name a moment between the years 1 and 9999 in UTC") from None


AskedMoment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment a client names, with any offset; in UTC from here on."""

Password = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
"""Any text; core.identity says which passwords are good enough to be new ones."""


class WireField(Wire):
    """One wrong field and what to do about it."""

    field: str
    detail: str


class WireProblem(BaseModel):
    """RFC 9457: what is wrong, in words, under a reference that finds the log line."""

    model_config = ConfigDict(extra="forbid", title="Problem")

    type: str
    title: str
    status: int
    detail: str
    errors: list[WireField] | None = None
    reference: str


def _problem(description: str) -> dict[str, Any]:
    shape = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": description, "content": {"application/problem+json": shape}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: _problem("Not signed in, or the token is not valid."),
    403: _problem("Not allowed, or not now."),
    404: _problem("There is no such thing here, or it is another person's."),
    413: _problem("The body is too large."),
    415: _problem("The body is not JSON."),
    422: _problem("The request cannot be understood; `errors` names every wrong field."),
    429: _problem("Too many requests; `Retry-After` says when to ask again."),
    503: _problem("The database cannot be used now."),
}
"""Answers that every endpoint may give."""
