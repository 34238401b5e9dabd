"""Says what is wrong with a request, in our own words and places. Must not repeat anything that the caller sent.

pydantic's errors hold the input, and its texts and places may hold parts of it; so places are built only of field names that
the schemas know and of indexes, and texts only of our own limits.
"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel

from api.errors import Fault, InvalidRequestError

MOST_FAULTS: Final = 20
"""How many faults one problem lists."""

_TEXTS: Final[dict[str, str]] = {
    "missing": "is missing",
    "too_short": "has fewer items than {min_length}",
    "too_long": "has more items than {max_length}",
    "string_too_short": "has fewer than {min_length} characters",
    "string_too_long": "has more than {max_length} characters",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "string_type": "must be text",
    "string_unicode": "must be text in Unicode",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a smaller whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dict_type": "must be an object",
    "uuid_type": "must be a UUID",
    "uuid_parsing": "must be a UUID",
    "uuid_version": "must be a UUID",
}


def field_names(models: Iterable[type[BaseModel]]) -> frozenset[str]:
    """Every field name of models."""
    return frozenset(name for model in models for name in model.model_fields)


def faults(errors: Sequence[Any], known: frozenset[str]) -> list[Fault]:
    """What pydantic found, without what it found it in; `known` are the field names of a body that may be told;
    parameters of a path or query have no other names than ours.

    At most MOST_FAULTS, each once: of the branches of a union only the first is told.
    """
    found: dict[tuple[str, str], Fault] = {}
    for error in errors:
        place, *path = error["loc"] if error["loc"] and error["loc"][0] in _PLACES else ("body", *error["loc"])
        if error["type"] == "extra_forbidden":
            key = path.pop()
            text = _unknown(str(key), known)
        else:
            text = _text(error)
        steps = [str(step) for step in path if place != "body" or isinstance(step, int) or step in known]
        at = "".join(f"/{step}" for step in steps) if place == "body" else ".".join(steps)
        found.setdefault((place, at), Fault(place, at, text))
        if len(found) == MOST_FAULTS:
            break
    return list(found.values())


_PLACES: Final = ("body", "query", "path", "header")


def _unknown(key: str, known: frozenset[str]) -> str:
    if key in known:
        return f"has no key '{key}' here"
    alike = get_close_matches(key, known, 1)
    return "has an unknown key" + (f" (did you mean '{alike[0]}'?)" if alike else "")


def _text(error: Mapping[str, Any]) -> str:
    kind: str = error["type"]
    if kind == "value_error":  # raised by our own validators, which never tell the value
        return str(error["msg"]).removeprefix("Value error, ")
    text = _TEXTS.get(kind)
    return "is not of the form that the schema asks for" if text is None else text.format_map(error.get("ctx", {}))


def invalid(errors: Sequence[Any], known: frozenset[str] = frozenset()) -> InvalidRequestError:
    """The error of a request with faults."""
    found = faults(errors, known)
    count = f"{len(found)} places are" if len(found) > 1 else "one place is"
    return InvalidRequestError(f"{count} not of the form that the call asks for; nothing was recorded", found)


def sentence(found: Iterable[Fault]) -> str:
    """Faults of one item of a batch as one line."""
    return "; ".join(f"{fault.at.lstrip('/')}: {fault.text}" if fault.at else fault.text for fault in found)
