"""Clients that write over HTTP and note what was acknowledged. What isn't acknowledged they send again, as clients should."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.world import overlapping

PATIENCE = 600.0
"""Seconds that one batch is sent again at most."""


@dataclass
class Journal:
    """What one client knows: facts that were acknowledged, answers other than 200, and the longest it had to go on trying."""

    name: str
    acknowledged: set[tuple[str, str]] = field(default_factory=set)
    refusals: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0
    gave_up: bool = False


class Writer(threading.Thread):
    """Sightings of persons that all other writers see, too, until it is stopped or has written `most` batches."""

    def __init__(self, name: str, port: int, token: str, *, persons: int, size: int = 5, most: int = 10**9) -> None:
        super().__init__(name=name, daemon=True)
        self.journal = Journal(name)
        self.stopped = threading.Event()
        self._port, self._token, self._persons, self._size, self._most = port, token, persons, size, most
        self._line: http.client.HTTPConnection | None = None

    def run(self) -> None:
        rng = random.Random(self.name)
        for number in range(self._most):
            if self.stopped.is_set():
                break
            ids = [f"{number}-{each}" for each in range(self._size)]
            seen = [{"see": overlapping(rng, self._persons), "source": self.name, "event_id": each} for each in ids]
            self._write(json.dumps({"sightings": seen}).encode(), ids)
        self._hang_up()

    def _write(self, body: bytes, ids: list[str]) -> None:
        start = time.monotonic()
        while not self._sent(body, ids):
            if time.monotonic() - start > PATIENCE:
                self.journal.gave_up = True
                self.stopped.set()
                return
            time.sleep(0.05)
        self.journal.longest = max(self.journal.longest, time.monotonic() - start)

    def _sent(self, body: bytes, ids: list[str]) -> bool:
        try:
            status, answer = self._post(body)
        except (OSError, http.client.HTTPException) as error:
            self._hang_up()
            self.journal.refusals[type(error).__name__] += 1
            return False
        if status != 200:
            self.journal.refusals[f"{status} {answer['code']}"] += 1
            return False
        for event_id, outcome in zip(ids, answer["outcomes"], strict=True):
            if outcome["status"] in ("recorded", "duplicate"):
                self.journal.acknowledged.add((self.name, event_id))
        return True

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None

    def _post(self, body: bytes) -> tuple[int, dict]:
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        self._line.request("POST", "/v1/sightings", body, headers)
        answer = self._line.getresponse()
        return answer.status, json.loads(answer.read())


@contextmanager
def writing(
    port: int, token: str, *, writers: int, persons: int, size: int = 5, most: int = 10**9, name: str = "w"
) -> Iterator[list[Journal]]:
    """Writers that write while the block lasts, and then at most `most` batches each; their journals are whole after it."""
    running = [Writer(f"{name}{number}", port, token, persons=persons, size=size, most=most) for number in range(writers)]
    for writer in running:
        writer.start()
    try:
        yield [writer.journal for writer in running]
    finally:
        for writer in running:
            if most == 10**9:
                writer.stopped.set()
            writer.join(PATIENCE + 60)


def acknowledged(journals: list[Journal]) -> set[tuple[str, str]]:
    """What was acknowledged to anybody."""
    return set[tuple[str, str]]().union(*(journal.acknowledged for journal in journals))


def figures(journals: list[Journal]) -> dict[str, object]:
    """What the clients saw."""
    refusals = sum((journal.refusals for journal in journals), Counter[str]())
    longest = max(journal.longest for journal in journals)
    told = {"acknowledged": len(acknowledged(journals)), "longest_wait_s": round(longest, 1), "refusals": dict(refusals)}
    return told | ({"gave_up": sum(journal.gave_up for journal in journals)} if any(j.gave_up for j in journals) else {})
