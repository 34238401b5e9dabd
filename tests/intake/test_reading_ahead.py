"""Files read in a process of their own: the same chunks, the same errors, and a clear word when the process is ended."""

import gzip
import multiprocessing
import os
import signal
from contextlib import closing

import pytest

from graph import instants
from graph.errors import InvalidInputError
from graph.keying import Keying
from graph.keys import Keyring
from graph.policy import DEFAULT_POLICY, load
from intake import keyed as keyed_files
from intake.ahead import AheadError, ahead
from intake.keyed import keyed
from intake.reading import Reading

POLICY = load(DEFAULT_POLICY)
KEYING = Keying(POLICY, Keyring(b"test"), instants.now)


def _counted(until):
    yield from range(until)


def _broken(until):
    yield from range(until)
    raise InvalidInputError("half a file")


def _sizes(chunks):
    return [(chunk.rows, len(chunk.batch.lines), chunk.batch.keys) for chunk in chunks]


def test_a_large_file_read_ahead_gives_what_reading_it_here_gives(tmp_path, monkeypatch):
    file = tmp_path / "seen.csv"
    file.write_text("at,phone,cookie\n" + "".join(f"2026-01-02,1380013{n:04d},c{n}\n" for n in range(300)))
    how = Reading(POLICY, chunk=100)
    here = _sizes(keyed(file, how, KEYING))
    monkeypatch.setattr(keyed_files, "LARGE", 1)
    monkeypatch.setattr(keyed_files, "spare_core", lambda: True)
    assert _sizes(keyed(file, how, KEYING)) == here
    assert [rows for rows, *_ in here] == [100, 100, 100]


def test_what_breaks_off_breaks_off_after_the_good_items():
    items = ahead(_broken, 3)
    assert [next(items), next(items), next(items)] == [0, 1, 2]
    with pytest.raises(InvalidInputError, match="half a file"):
        next(items)


def test_half_a_gzip_is_told_alike_by_both(tmp_path, monkeypatch):
    file = tmp_path / "seen.csv.gz"
    whole = gzip.compress(b"at,cookie\n" + b"".join(b"2026-01-02,c%d\n" % n for n in range(5000)))
    file.write_bytes(whole[: len(whole) // 2])

    def told():
        with pytest.raises(InvalidInputError) as problem:
            list(keyed(file, Reading(POLICY), KEYING))
        return problem.value.message

    here = told()
    monkeypatch.setattr(keyed_files, "LARGE", 1)
    monkeypatch.setattr(keyed_files, "spare_core", lambda: True)
    assert told() == here


def test_a_process_that_is_killed_is_told_in_one_line():
    with closing(ahead(_counted, 10**9)) as items:
        assert next(items) == 0
        for child in multiprocessing.active_children():
            os.kill(child.pid, signal.SIGKILL)
        with pytest.raises(AheadError, match="run it again"):
            list(items)


def test_who_stops_taking_ends_the_process():
    items = ahead(_counted, 10**9)
    next(items)
    items.close()
    assert multiprocessing.active_children() == []
