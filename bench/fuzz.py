"""Requests of every shape that the OpenAPI document allows, and of many that it doesn't: `python -m bench.fuzz [--cases N]`.

Each call gets its share of cases. An answer must be one that the document names, of its media type and form, and never one of the
service's own failing. Root-IDs and cursors that answers hold are used in later requests, so that calls meet what is on record.
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


APART = frozenset({"/v1/changes/stream", "/v1/policy"})
"""Calls whose answer ends with the service only (tests/api/test_served_stream.py asks them), and what changes the rules for all
others (tests/api/test_policy_calls.py)."""

TRIES = 10

LONGEST_WAIT = 0.1
"""Seconds that a call may wait for something to tell."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The API on a store of its own under the default policy, by a real server on a port of its own."""
    begun: queue.Queue[uvicorn.Server] = queue.Queue()

    async def serve() -> None:
        service = await Service.open(f"sqlite:///{folder / 'rootid.db'}", secret=b"s" * 32)
        server = uvicorn.Server(uvicorn.Config(create_app(service), port=0, log_level="critical", access_log=False))
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
    """Send about `cases` requests, as many to each call, three in four of the documented form."""
    found = Found()
    with httpx.Client(base_url=url) as client:
        for path, body in SEEDS:
            client.post(path, json=body).raise_for_status()
        answers = client.post("/v1/lookup", json=ASK).json()["answers"]
    ids = sorted({str(answer[key]) for answer in answers for key in ("root_id", "own_id") if answer[key]})
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    operations = [operation for result in schema.get_all_operations() if (operation := result.ok()).path not in APART]
    share = max(1, cases // len(operations))
    for operation in operations:
        for mode, number in ((GenerationMode.POSITIVE, share - share // 4), (GenerationMode.NEGATIVE, share // 4)):
            if number:
                _fuzz_one(operation, mode, number, ids, found)
    return found


def _fuzz_one(operation: Any, mode: GenerationMode, number: int, ids: list[str], found: Found) -> None:
    name = f"{operation.method.upper()} {operation.path}"
    known = st.sampled_from(ids)

    @settings(max_examples=number, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode), root_id=known, use_known=st.booleans())
    def send(case: Any, root_id: str, use_known: bool) -> None:
        if use_known and mode is GenerationMode.POSITIVE and case.path_parameters:
            case.path_parameters = dict.fromkeys(case.path_parameters, root_id)
        if "wait" in (case.query or {}):
            case.query["wait"] = LONGEST_WAIT if mode is GenerationMode.POSITIVE else case.query["wait"]
        found.cases[name] += 1
        response = _called(case)
        found.statuses[f"{name} {response.status_code}"] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except (Exception, FailureGroup) as error:  # noqa: BLE001 - whatever is found is told at the end, with the rest
            found.faults.setdefault(f"{name} {response.status_code} {type(error).__name__}", _told(error, case))

    try:
        send()
    except Exception as error:  # no case could be made: nothing of this call can be wrong in that way
        if "Unsatisfiable" not in type(error).__name__ and "NoExamples" not in type(error).__name__:
            raise


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


def main() -> int:
    """Run it and print; answers 1 where an answer went against the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=6_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as url:
        found = fuzz(url, arguments.cases)
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
