"""Writes the reference pages that follow from the code: `python docs/generate.py` (with --check it only says what is stale)."""

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, cast

from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from api.tokens import TokenSettings
from graph import instants, policy
from graph.namespaces import Mask, Normaliser, mask, normaliser
from graph.policy import Namespace, Policy
from graph.settings import Settings
from graph.stores.neo4j.connection import Credentials

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "docs" / "reference"
NOTICE: Final = "<!-- Written by docs/generate.py. Change the code that it describes, then run `python docs/generate.py`. -->"

_NORMALISERS: Final[dict[Normaliser, tuple[str, str]]] = {
    "trim": (" OpenID-7f ", "Blanks around the value are cut off."),
    "lower": (" Lin@Example.COM ", "The same, and letters become small."),
    "phone": (
        "138 0000 0001",
        "E.164; a number without a country belongs to the policy's `region`. What can't be one is rejected.",
    ),
}
_MASKS: Final[dict[Mask, tuple[str, str]]] = {
    "ends": ("TEA-100001-2026", "A few characters of both ends: at most four, and at most a quarter of the value."),
    "phone": ("+8613800000001", "First three and last four digits."),
    "email": ("lin@example.com", "First letter and domain."),
    "all": ("lin@example.com", "Nothing."),
}


def policy_page() -> str:
    """Every key of a policy file, from the model that reads it; and what the default policy declares."""
    given = policy.load(policy.DEFAULT_POLICY)
    return "\n".join(
        [
            NOTICE,
            "",
            "# Policy file",
            "",
            "One YAML or TOML file (by its suffix), UTF-8. An unknown key is an error. What a policy is for and how to write",
            "one is told in [How to write a policy](../howto/policy.md).",
            "",
            "A **duration** is a number of days, or a number with a unit: `90s`, `15m`, `2h`, `90d`, `4w`.",
            "",
            "The **version** of a policy is a hash of everything in it but its title; change records and answers carry it.",
            "",
            "## Keys of the whole",
            "",
            *_fields(Policy),
            "",
            "## Keys of a namespace",
            "",
            "Below `namespaces`, by name. A name has no blank, colon or `@` and at most 64 characters. A namespace without keys",
            "(`name: {}`) has all the defaults.",
            "",
            *_fields(Namespace),
            "",
            "### `normalise`",
            "",
            *_table(("value", "", "example", "becomes"), _normalising(given.region)),
            "",
            "### `mask`",
            "",
            *_table(("value", "", "example", "people see"), _masking()),
            "",
            "## The default policy",
            "",
            f"`{policy.DEFAULT_POLICY.relative_to(ROOT)}`: “{given.title}”. It counts where no other is given.",
            "",
            *_table(("namespace", "kind", "rank", "values of a person", "junk and age", "normalise", "mask"), _declared(given)),
            "",
            "Purposes: " + "; ".join(f"`{name}` ({_bases(bases)})" for name, bases in given.purposes.items()) + ".",
            "",
        ]
    )


def settings_page() -> str:
    """Every setting, from the model that reads them."""
    return "\n".join(
        [
            NOTICE,
            "",
            "# Settings",
            "",
            "From the environment, or from a file `.env` in the working directory; the environment wins. Options of a command",
            "win over both. How to run the service is told in [Run it](../howto/operations.md).",
            "",
            *_settings(Settings),
            "",
            "## Tokens of an OpenID provider",
            "",
            "Without an issuer only API keys open the door. [How to let people in by an OpenID provider](../howto/tokens.md).",
            "",
            *_settings(TokenSettings),
            "",
            "## A Neo4j server",
            "",
            *_settings(Credentials),
            "",
        ]
    )


def _settings(model: type[BaseSettings]) -> list[str]:
    prefix = model.model_config.get("env_prefix", "")
    rows = (
        (f"`{prefix}{name.upper()}`", f"`{field.default}`" if _is_told(field.default) else "none", field.description or "")
        for name, field in model.model_fields.items()
    )
    return _table(("name", "default", "meaning"), rows)


def _is_told(default: object) -> bool:
    return default is not None and default is not PydanticUndefined


def _fields(model: type[Policy] | type[Namespace]) -> list[str]:
    schema = model.model_json_schema()
    definitions: Mapping[str, Any] = schema.get("$defs", {})
    needed = set(schema.get("required", ()))
    return _table(
        ("key", "type", "default", "meaning"),
        (
            (f"`{name}`", _type(of, definitions), "**required**" if name in needed else _default(of), of["description"])
            for name, of in schema["properties"].items()
        ),
    )


def _type(of: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """What may be written, in words."""
    if "$ref" in of:
        return _type(definitions[of["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in of:
        return " or ".join(_type(one, definitions) for one in of["anyOf"] if one.get("type") != "null")
    if "enum" in of:
        return ", ".join(f"`{value}`" for value in of["enum"])
    kind = of.get("type")
    if kind == ["number", "string"]:
        return "duration"
    if kind == "array":
        return f"list of {_type(of['items'], definitions)}s"
    if kind == "object" and "properties" not in of:
        inner = of["additionalProperties"]
        return "name → keys below" if "$ref" in inner else f"name → {_type(inner, definitions)}"
    text = {"integer": "whole number", "boolean": "`true` or `false`", "string": "text"}.get(str(kind), str(kind))
    least = of.get("minimum")
    return f"{text}, at least {least:g}" if least is not None else f"{text} `{of['pattern']}`" if "pattern" in of else text


def _default(of: Mapping[str, Any]) -> str:
    default = of["default"]
    if default is None:
        return "none"
    if isinstance(default, bool):
        return "`true`" if default else "`false`"
    if isinstance(default, Mapping):
        pairs = cast("Mapping[str, list[str]]", default)
        return "`{" + ", ".join(f"{name}: {list(value)}" for name, value in pairs.items()) + "}`"
    return "none" if default in ("", []) else f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


def _normalising(region: str) -> Iterable[tuple[str, ...]]:
    for name, (example, text) in _NORMALISERS.items():
        yield f"`{name}`", text, f"`{example!r}`", f"`{normaliser(name, region)(example)!r}`"


def _masking() -> Iterable[tuple[str, ...]]:
    for name, (example, text) in _MASKS.items():
        yield f"`{name}`", text, f"`{example}`", f"`{mask(example, name)}`"


def _declared(given: Policy) -> Iterable[tuple[str, ...]]:
    for name, space in given.namespaces.items():
        if space.hash_of:
            yield f"`{name}`", f"SHA-256 of `{space.hash_of}`", "", "", "", "", ""
            continue
        most = "one" if space.unique else f"at most {space.limit}" if space.limit else "any number"
        junk = [f"blocked patterns: {len(space.blocked)}"] if space.blocked else []
        junk += [f"over {space.max_holders} holders: nobody's"] if space.max_holders else []
        junk += [f"links live {space.max_age // instants.DAY} d"] if space.max_age else []
        yield f"`{name}`", space.kind.value, str(space.rank), most, "; ".join(junk), space.normalise, space.mask


def _bases(bases: tuple[str, ...]) -> str:
    return "consent only" if not bases else "consent, or " + ", ".join(f"`{basis}`" for basis in bases)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = (head, ("---",) * len(head), *rows)
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


PAGES: Final[dict[str, Callable[[], str]]] = {"policy.md": policy_page, "settings.md": settings_page}
"""File below docs/reference, and what writes it."""


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check tell which are stale; answers the exit code."""
    stale = [name for name, page in PAGES.items() if _held(FOLDER / name) != page()]
    if arguments == ["--check"]:
        sys.stdout.writelines(f"docs/reference/{name} is stale: run python docs/generate.py\n" for name in stale)
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for name in stale:
        (FOLDER / name).write_text(PAGES[name](), "utf-8")
        sys.stdout.write(f"docs/reference/{name} written\n")
    return 0


def _held(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
