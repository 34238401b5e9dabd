"""The commands that follow changes: changes, history, webhooks."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

Command = Callable[..., Any]


def merged(rootid: Command, folder: Path) -> None:
    """Two persons of the file become one."""
    (folder / "b.csv").write_text("at,crm,email\n2026-03-04T08:00:00Z,C3,\n2026-03-04T09:00:00Z,C3,new@acme.com\n")
    (folder / "c.csv").write_text(
        "at,phone,email\n2026-03-05T08:00:00Z,13800000009,\n2026-03-05T09:00:00Z,13800000009,new@acme.com\n"
    )
    assert rootid("import", "b.csv", "--chunk", "1").exit_code == 0
    assert rootid("import", "c.csv", "--chunk", "1").exit_code == 0


def test_changes_are_lines_and_a_history_is_told_in_words(filled: Command, folder: Path) -> None:
    merged(filled, folder)
    lines = [json.loads(line) for line in filled("changes").stdout.splitlines()]
    assert {(line["kind"], line["cause"]) for line in lines} == {("merge", "record")}
    assert len(filled("changes", "--joins").stdout.splitlines()) > len(lines)
    assert filled("changes", "--after", str(lines[-1]["seq"])).stdout == ""
    found = filled("history", lines[0]["others"][0])
    assert f"went into {lines[0]['root_id']}, by what was seen" in found.stdout
    assert found.stdout.endswith(f"answers with {lines[0]['root_id']} today (purpose {lines[0]['purpose']})\n")
    assert json.loads(filled("history", lines[0]["root_id"], "--json").stdout)["steps"][0]["kind"] == "began"
    assert filled("history", "0199aa3e-6c00-7a10-8000-3f5a9c2b7d41").exit_code == 1


class Receiver(HTTPServer):
    """Answers with the statuses given, then with 204; keeps what came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.statuses: list[int] = []
        self.came: list[tuple[dict[str, str], bytes]] = []


class Taking(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append((dict(self.headers), body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_webhooks_are_signed_tried_again_and_go_on_where_they_ended(filled: Command, folder: Path, receiver: Receiver) -> None:
    merged(filled, folder)
    url = f"http://127.0.0.1:{receiver.server_port}/hook"
    command = ("webhooks", "deliver", "--url", url, "--secret-file", "hook.key", "--pause", "0.01")
    receiver.statuses = [500, 302]
    found = filled(*command)
    assert (found.exit_code, len(receiver.came)) == (0, 3)
    assert "answered 500; 9 tries left" in found.stderr
    headers, body = receiver.came[-1]
    at, digest = (part.partition("=")[2] for part in headers["Rootid-Signature"].split(","))
    secret = bytes.fromhex((folder / "hook.key").read_text())
    assert hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest() == digest
    page = json.loads(body)
    assert [line["kind"] for line in page["changes"]] == ["merge"] * 2
    assert headers["Rootid-Delivery"] == f"default-{page['cursor']}"
    assert filled(*command).stdout == "0 records delivered to default\n"
    receiver.statuses = [503, 503]
    failed = filled(*command, "--name", "other", "--attempts", "2")
    assert (failed.exit_code, "not delivered after 2 tries" in failed.stderr) == (2, True)
    tries = [headers["Traceparent"].split("-") for headers, _ in receiver.came]
    assert all((len(trace), len(span)) == (32, 16) for _, trace, span, _ in tries), "a trace each, as W3C has it"
    assert [len({trace for _, trace, _, _ in part}) for part in (tries[:2], tries[-2:], tries[2:4])] == [1, 1, 2]
    assert len({span for _, _, span, _ in tries}) == len(tries)
    assert failed.stderr.count(tries[-1][1]) == 3, "what failed is told with its trace"
    assert filled(*command, "--name", "other").stdout == "2 records delivered to other\n"


def test_webhooks_go_out_encrypted_or_stay_on_the_machine(filled: Command) -> None:
    found = filled("webhooks", "deliver", "--url", "http://example.com/hook", "--secret-file", "hook.key")
    assert (found.exit_code, found.stderr) == (2, "rootid: --url must be https, or http on this machine\n")
