"""Every statement in cypher/: its header tells its parameters and columns, limits have an order, patterns have a bound."""

import re
from collections.abc import Callable
from pathlib import Path

import cypher
from cypher import load
from graph.stores.moved import KINDS

FOLDER = Path(cypher.__file__).parent
FILES = sorted(FOLDER.rglob("*.cypher"))
NAMES = [file.relative_to(FOLDER).with_suffix("").as_posix() for file in FILES]


def header(name: str) -> list[str]:
    lines = (FOLDER / f"{name}.cypher").read_text().splitlines()
    return [line for line in lines if line.startswith("//")]


def told(name: str, what: str) -> list[str]:
    return re.findall(rf"^// @{what} (\w+)\b", "\n".join(header(name)), re.M)


def body(name: str) -> str:
    return re.sub(r"//.*|'[^']*'", "''", load(name))


def returned(name: str) -> list[str]:
    """Names of the columns of the last RETURN that is in no braces."""
    depth, last, text = 0, -1, body(name)
    end = len(text)
    for match in re.finditer(r"[{}\[\]()]|\bRETURN\b|\bORDER BY\b", text):
        if match[0] in "{[(":
            depth += 1
        elif match[0] in "}])":
            depth -= 1
        elif depth == 0 and match[0] == "RETURN":
            last, end = match.end(), len(text)
        elif depth == 0 and match[0] == "ORDER BY":
            end = match.start()
    if last < 0:
        return []
    depth, parts = 0, [""]
    for letter in text[last:end]:
        depth += (letter in "{[(") - (letter in "}])")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [re.split(r"\bAS\b", part)[-1].strip().removeprefix("DISTINCT ").strip() for part in parts]


def without(rule: Callable[[str], bool]) -> list[str]:
    """Statements that a rule doesn't hold for."""
    assert len(NAMES) > 100
    return [name for name in NAMES if not rule(name)]


def test_each_begins_with_a_title_and_has_lines_that_fit():
    assert without(lambda name: re.fullmatch(r"// [A-Z][^.]+[^.]", header(name)[0]) is not None) == []
    assert without(lambda name: all(len(line) <= 130 for line in (FOLDER / f"{name}.cypher").read_text().splitlines())) == []


def test_parameters_are_those_of_the_header():
    assert without(lambda name: sorted(told(name, "param")) == sorted(set(re.findall(r"\$(\w+)", body(name))))) == []


def test_columns_are_those_of_the_header_in_their_order():
    assert without(lambda name: told(name, "return") == returned(name)) == []


def test_a_limit_has_an_order_before_it():
    ordered = re.compile(r"\bORDER BY\b(?:(?!\bRETURN\b).)*?\bLIMIT\b", re.S)
    assert without(lambda name: len(re.findall(r"\bLIMIT\b", body(name))) == len(ordered.findall(body(name)))) == []


def test_no_pattern_is_walked_without_a_bound():
    unbounded = re.compile(r"\[[^\]]*\*(?!\d*\.\.\d|\d+\])[^\]]*\]")
    assert without(lambda name: not [m for m in unbounded.findall(body(name)) if ":" in m]) == []


def test_the_code_names_each_statement():
    """The schema is applied by walking its folder, moving goes by the names of kinds; analysts have a folder of their own."""
    code = "\n".join(file.read_text() for folder in ("graph", "algorithms") for file in Path(folder).rglob("*.py"))
    of_code = [name for name in NAMES if name.startswith(("read/", "write/"))]
    assert [name for name in of_code if f'"{name}"' not in code] == []


def test_each_kind_of_row_moves_both_ways():
    moved = {name.removeprefix("move/") for name in NAMES if name.startswith("move/")}
    assert moved == {f"{way}_{kind}" for kind in KINDS for way in ("dump", "restore")}
