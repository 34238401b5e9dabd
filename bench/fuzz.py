"""Requests of every shape that the OpenAPI document allows, and of many that it doesn't: `python -m bench.fuzz [--cases N]`.

Each call gets its share of cases. An answer must be one that the document names, of its media type and form, and never one of the
service's own failing. Root-IDs and cursors that answers hold are used in later requests, so that calls meet what is on record.
Policies are near the one in force; the call that changes it comes last, and after each change some other call. Then the same
service is asked with keys and tokens that are nearly right.
"""

import argparse
import asyncio
import json
import queue
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from api.app import create_app
from api.issuer import Issuer
from bench.fuzz_policies import near
from bench.fuzz_tokens import Provider, authorizations
from graph.keybook import Wanted
from graph.service import Service

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SEEDS = [
    ("/v1/sightings", {"sightings": [{"see": ["phone:13800000001"], "basis": "contract"}]}),
    (
        "/v1/events",
        {
            "events": [
                {"consent": "consent-1", "purposes": ["service"], "subject": "phone:13800000001"},
                {"see": ["openid@wxShop:o-example-1", "phone:13800000001"], "consent": "consent-1", "event_id": "e1"},
                {"see": ["member_card:M-0001", "phone:13800000001"], "consent": "consent-1"},
                {"see": ["cookie:c-7", "member_card:M-0001"], "session": "s", "basis": "contract"},
                {"refer": ["member_card:M-0001", "phone:13800000002"], "campaign": "spring", "basis": "contract"},
            ]
        },
    ),
]
ASK = {"lookups": [{"identifiers": ["phone:13800000001"]}, {"identifiers": ["member_card:M-0001"]}]}


@dataclass
class Found:
    """What came of it: cases by call, statuses, and what went against the document, each kind once."""

    cases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)


APART = frozenset({"/v1/changes/stream"})
"""Calls whose answer ends with the service only (tests/api/test_served_stream.py asks them)."""

CHANGE = "POST /v1/policy"
OF_POLICIES = frozenset({CHANGE, "POST /v1/policy/what-if"})
GUARDED = frozenset({"POST /v1/lookup", "GET /v1/changes", "GET /v1/roots/{root_id}", "POST /v1/sightings", "GET /v1/policy"})
"""Calls that are asked with keys and tokens: the shortest way into the service, and the others."""

SECRET = b"s" * 32
TRIES = 10
UNHURRIED: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}

LONGEST_WAIT = 0.1
"""Seconds that a call may wait for something to tell."""


def store(folder: Path) -> str:
    """Where the store of a folder is."""
    return f"sqlite:///{folder / 'rootid.db'}"


@contextmanager
def serving(folder: Path, issuer: Issuer | None = None) -> Iterator[str]:
    """The API on a store of its own under the default policy, by a real server on a port of its own."""
    begun: queue.Queue[uvicorn.Server] = queue.Queue()

    async def serve() -> None:
        service = await Service.open(store(folder), secret=SECRET)
        app = create_app(service, issuer=issuer)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", access_log=False))
        begun.put(server)
        await server.serve()
        await service.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    server = begun.get(timeout=30)
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(60)


def fuzz(url: str, cases: int) -> Found:
    """Send about `cases` requests, as many to each call (more to those of policies), three in four of the documented form."""
    found = Found()
    with httpx.Client(base_url=url) as client:
        for path, body in SEEDS:
            client.post(path, json=body).raise_for_status()
        answers = client.post("/v1/lookup", json=ASK).json()["answers"]
        policy = client.get("/v1/policy").json()["policy"]
    ids = sorted({str(answer[key]) for answer in answers for key in ("root_id", "own_id") if answer[key]})
    operations = sorted(_operations(url), key=lambda operation: _name(operation) == CHANGE)
    share = max(1, cases // len(operations))
    for operation in operations:
        good = (share - share // 4) * (3 if _name(operation) in OF_POLICIES else 1)
        for mode, number in ((GenerationMode.POSITIVE, good), (GenerationMode.NEGATIVE, share // 4)):
            if number:
                _fuzz_one(operation, mode, number, Known(ids, policy, operations[:-1]), found)
    return found


def fuzz_tokens(url: str, cases: int, provider: Provider, key: str) -> Found:
    """Send about `cases` requests with keys and tokens that are nearly right, or rightly signed and odd."""
    found = Found()
    operations = [operation for operation in _operations(url) if _name(operation) in GUARDED]
    for operation in operations:
        _fuzz_door(operation, max(1, cases // len(operations)), authorizations(provider, key), found)
    return found


@dataclass(frozen=True)
class Known:
    """What cases are made of beside what the document says."""

    ids: list[str]
    policy: dict[str, Any]
    others: list[Any]


def _operations(url: str) -> list[Any]:
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    return [operation for result in schema.get_all_operations() if (operation := result.ok()).path not in APART]


def _name(operation: Any) -> str:
    return f"{operation.method.upper()} {operation.path}"


def _fuzz_one(operation: Any, mode: GenerationMode, number: int, known: Known, found: Found) -> None:
    name = _name(operation)

    @settings(**UNHURRIED, max_examples=number)
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data(), use_known=st.booleans())
    def send(case: Any, data: st.DataObject, use_known: bool) -> None:
        if use_known and mode is GenerationMode.POSITIVE and case.path_parameters:
            case.path_parameters = dict.fromkeys(case.path_parameters, data.draw(st.sampled_from(known.ids)))
        if name in OF_POLICIES and mode is GenerationMode.POSITIVE:
            case.body = {"policy": data.draw(near(known.policy))}
        if "wait" in (case.query or {}):
            case.query["wait"] = LONGEST_WAIT if mode is GenerationMode.POSITIVE else case.query["wait"]
        other = data.draw(st.sampled_from(known.others)) if name == CHANGE else None
        next_case = None if other is None else data.draw(other.as_strategy(generation_mode=GenerationMode.POSITIVE))
        if _judge(case, name, found) == HTTPStatus.OK and other is not None:
            _judge(next_case, _name(other), found)

    try:
        send()
    except Exception as error:  # no case could be made: nothing of this call can be wrong in that way
        if "Unsatisfiable" not in type(error).__name__ and "NoExamples" not in type(error).__name__:
            raise


def _fuzz_door(operation: Any, number: int, texts: st.SearchStrategy[str], found: Found) -> None:
    @settings(**UNHURRIED, max_examples=number)
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE), text=texts)
    def send(case: Any, text: str) -> None:
        case.headers = {**(case.headers or {}), "Authorization": text}
        _judge(case, _name(operation), found)

    send()


def _judge(case: Any, name: str, found: Found) -> int:
    """Send a case and note what is wrong with its answer; its status."""
    found.cases[name] += 1
    response = _called(case)
    found.statuses[f"{name} {response.status_code}"] += 1
    try:
        case.validate_response(response, checks=CHECKS)
    except (Exception, FailureGroup) as error:  # noqa: BLE001 - whatever is found is told at the end, with the rest
        found.faults.setdefault(f"{name} {response.status_code} {type(error).__name__}", _told(error, case))
    return response.status_code


def _called(case: Any) -> Any:
    """The answer; a worker that is late (this process makes the cases beside it) says when to ask again."""
    for _ in range(TRIES):
        response = case.call(timeout=60, allow_redirects=False)
        if response.status_code != HTTPStatus.SERVICE_UNAVAILABLE or response.json()["code"] != "overloaded":
            break
        time.sleep(float(response.headers["retry-after"][0]))
    return response


def _told(error: BaseException, case: Any) -> str:
    return f"{str(error)[:1500]}\n{case.as_curl_command()[:600]}"


def both(folder: Path, cases: int) -> Found:
    """All calls without a key, then a tenth as many cases at a door that is closed."""
    provider = Provider.of(folder)
    with serving(folder) as url:
        found = fuzz(url, cases)
    key = asyncio.run(_made_key(folder))
    with serving(folder, provider.issuer) as url:
        at_the_door = fuzz_tokens(url, cases // 10, provider, key)
    return Found(found.cases + at_the_door.cases, found.statuses + at_the_door.statuses, {**found.faults, **at_the_door.faults})


async def _made_key(folder: Path) -> str:
    service = await Service.open(store(folder), secret=SECRET)
    try:
        return (await service.keybook.make(Wanted("fuzz", ("all",))))[1]
    finally:
        await service.close()


def main() -> int:
    """Run it and print; answers 1 where an answer went against the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=6_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        found = both(Path(folder), arguments.cases)
    figures = {
        "cases": sum(found.cases.values()),
        "seconds": round(time.perf_counter() - start, 1),
        "server_errors": sum(count for status, count in found.statuses.items() if status.rsplit(" ", 1)[-1].startswith("5")),
        "faults": len(found.faults),
    }
    if arguments.json:
        print(json.dumps({**figures, "statuses": found.statuses}, indent=2))
    else:
        for status, count in sorted(found.statuses.items()):
            print(f"{count:6}  {status}")
        print(figures)
    for kind, text in found.faults.items():
        print(f"\n== {kind}\n{text}", file=sys.stderr)
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
