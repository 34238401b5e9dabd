"""Writes docs/reference/api.md and problems.md: `python -m api.reference`. Must not know more than the service says of itself."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from api.app import create_app
from api.examples import SVG
from api.openapi import DESCRIPTION
from api.pages import problems_page

FOLDER: Final = Path(__file__).parents[1] / "docs" / "reference"
_NOTICE: Final = "<!-- Written by `python -m api.reference`. Change the code that it describes, then run it. -->\n\n"
_START: Final = """# HTTP API

`rootid serve` (or `uvicorn --factory api.app:create_app`) serves it on http://127.0.0.1:8080; `/openapi.json` says the same
as this page to programs.

From the first API key on (`rootid keys make`), every call but health, problems and the OpenAPI document needs one:
`Authorization: Bearer rk_…`. Without any key the service answers callers on its own machine only.
"""
_SPECIMENS: Final = "http://127.0.0.1:8080"


def pages() -> dict[str, str]:
    """File name and text of each page."""
    return {"api.md": _NOTICE + api_page(create_app().openapi()), "problems.md": _NOTICE + problems_page()}


def api_page(document: Mapping[str, Any]) -> str:
    """Markdown of an OpenAPI document of this service."""
    calls = [(path, method.upper(), call) for path, some in document["paths"].items() for method, call in some.items()]
    parts = [_START, DESCRIPTION, "## Calls\n", _table(("call", ""), ((_linked(m, p), call["summary"]) for p, m, call in calls))]
    for path, method, call in calls:
        parts += _call(path, method, call)
    parts += ["## Forms\n", "A key without a default must be there in a request; in an answer every key is always there.\n"]
    for name, schema in sorted(document["components"]["schemas"].items()):
        parts += [f"### {name}\n", schema["description"] + "\n", _table(("key", "type", "default", "meaning"), _fields(schema))]
    return "\n".join(parts)


def _linked(method: str, path: str) -> str:
    anchor = f"{method} {path}".lower().replace(" ", "-")
    return f"[`{method} {path}`](#{''.join(c for c in anchor if c.isalnum() or c in '-_')})"


def _call(path: str, method: str, call: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {method} {path}\n"
    yield f"**{call['summary']}** {call['description']}\n"
    parameters = call.get("parameters", [])
    if parameters:
        rows = ((f"`{p['name']}`", p["in"], _type(p["schema"]), _default(p["schema"]), p["description"]) for p in parameters)
        yield _table(("parameter", "in", "type", "default", "meaning"), rows)
    if "requestBody" in call:
        content = call["requestBody"]["content"]["application/json"]
        yield f"Body: {_type(content['schema'])}.\n"
        first, *others = content["examples"].values()
        yield f"*{first['summary']}*\n"
        yield (
            f"```sh\ncurl -s {_SPECIMENS}{path} -H 'Content-Type: application/json' --data-binary @- <<'JSON'\n"
            f"{_json(first['value'])}\nJSON\n```\n"
        )
        for example in others:
            yield f"*{example['summary']}*\n\n```json\n{_json(example['value'])}\n```\n"
    for scopes in {tuple(scopes) for held in call["security"] for scopes in held.values()}:
        yield f"Scope: `{'`, `'.join(scopes)}`.\n"
    for status, answer in call["responses"].items():
        if "content" not in answer:
            yield f"**{status}**: {answer['description']}\n"
            continue
        content = answer["content"].get("application/json")
        if content is not None:
            yield f"**{status}**: {_type(content['schema'])}. {answer['description']}\n"
            for example in content["examples"].values():
                summary = f"*{example['summary']}*\n\n" if "summary" in example else ""
                yield f"{summary}```json\n{_json(example['value'])}\n```\n"
        for example in answer["content"].get(SVG, {}).get("examples", {}).values():
            yield f"**{status}** (`{SVG}`): *{example['summary']}*\n\n```svg\n{example['value']}\n```\n"
    yield "Problems: " + ", ".join(_problems(call["responses"])) + ".\n"


def _problems(answers: Mapping[str, Any]) -> Iterator[str]:
    for status, answer in sorted(answers.items()):
        for code in answer.get("content", {}).get("application/problem+json", {}).get("examples", {}):
            yield f"[`{code}`](problems.md#{code}) ({status})"


def _fields(schema: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for name, field in schema["properties"].items():
        default = "" if name in schema.get("required", ()) else _default(field)
        yield f"`{name}`", _type(field), default, field.get("description", "")


def _type(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_type(one) for one in field["anyOf"]))
    if "const" in field or "enum" in field:
        return ", ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    if field.get("type") == "array":
        return _array(field)
    kinds = {"integer": "whole number", "boolean": "`true` or `false`", "string": "text", "null": "`null`"}
    kind = {"date-time": "time", "uuid": "UUID"}.get(field.get("format", ""), kinds.get(field.get("type", ""), "number"))
    limits = [f"{words} {int(field[key])}" for key, words in _LIMITS.items() if key in field]
    return ", ".join([kind, *limits])


_LIMITS: Final = {"minimum": "at least", "maximum": "at most", "maxLength": "length at most"}


def _array(field: Mapping[str, Any]) -> str:
    if "prefixItems" in field:
        return f"pair of {_type(field['prefixItems'][0])}"
    least, most = field.get("minItems"), field.get("maxItems")
    return f"list of {f'{least} to {most} ' if most else ''}{_type(field['items'])}"


def _default(field: Mapping[str, Any]) -> str:
    return f"`{orjson.dumps(field['default']).decode()}`" if "default" in field else ""


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (head, ("---",) * len(head), *rows)
    cells = ([" ".join(cell.replace("|", "\\|").split()) for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n"


def main() -> None:
    """Write what is stale."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        path = FOLDER / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            sys.stdout.write(f"{path.name} written\n")


if __name__ == "__main__":
    main()
