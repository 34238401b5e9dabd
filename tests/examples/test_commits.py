"""The recipe for the commits of a public project: what the preparation writes, and what the policy makes of it."""

import asyncio
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from algorithms.evaluation import agreement
from examples.commits.prepare import main, sightings
from graph.policy import load
from graph.service import Service
from intake.reading import Reading, read

RECIPE = Path(__file__).parents[2] / "examples" / "commits"
SHARED = Path(__file__).parents[3] / "shared" / "data"
EVENTS = SHARED / "commits-numpy.events.csv.gz"
TRUTH = SHARED / "commits-numpy.truth.csv.gz"


def _commits(*rows):
    return pl.DataFrame(rows, schema=["ts", "name", "email", "role"], orient="row")


def test_every_row_becomes_a_sighting_at_its_time_known_by_its_line():
    table = sightings(_commits((1_009_000_000, "ann", "ann@example.com", "author")))
    assert table.to_dicts() == [
        {
            "at": "2001-12-22T05:46:40Z",
            "source": "author",
            "event_id": "line-2",
            "weight": 1.0,
            "email": "ann@example.com",
            "name": "ann",
            "short_name": None,
        }
    ]


@pytest.mark.parametrize("role", ["co-authored-by", "reported-by", "reviewed-by"])
def test_what_others_typed_weighs_less_than_what_people_write_of_themselves(role):
    table = sightings(_commits((1, "ann", "a@example.com", role), (1, "bob", "b@example.com", "committer")))
    assert table["weight"].to_list() == [0.5, 1.0]


def test_a_short_name_is_the_first_and_last_of_several_words():
    table = sightings(_commits(*((1, name, "a@example.com", "author") for name in ("ann", "ann lee", "ann b c lee"))))
    assert table["short_name"].to_list() == [None, "ann lee", "ann lee"]


AUTHOR, SIGNER = (5, "ann", "ann@example.com", "author"), (5, "Ann Lee", "lee@example.org", "signed-off-by")


def test_an_author_is_seen_with_the_name_of_the_one_who_signed_off():
    added = sightings(_commits(AUTHOR, SIGNER)).filter(pl.col("source") == "sign-off")
    assert added.select("event_id", "email", "name").rows() == [("line-3", "ann@example.com", "Ann Lee")]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param((5, "Ann Lee", "lee@example.org", "committer"), id="the signer passed it on"),
        pytest.param((5, "Bo", "bo@example.org", "signed-off-by"), id="two signed"),
        pytest.param((5, "Bo", "bo@example.org", "author"), id="two commits at that second"),
    ],
)
def test_a_sign_off_says_nothing_where_it_may_be_somebody_elses(other):
    assert sightings(_commits(AUTHOR, SIGNER, other)).height == 3


def test_who_signs_off_under_the_same_email_adds_nothing():
    assert sightings(_commits(AUTHOR, (5, "Ann Lee", "ann@example.com", "signed-off-by"))).height == 2


def test_the_command_says_what_it_wrote_and_what_it_could_not_read(tmp_path, capsys):
    events, out = tmp_path / "events.csv", tmp_path / "out.csv"
    _commits(AUTHOR, SIGNER).write_csv(events)
    assert main([str(events), str(out)]) == 0
    assert capsys.readouterr().out == "3 sightings, 1 of them by sign-off\n"
    assert pl.read_csv(out).height == 3
    assert main([str(tmp_path / "none.csv"), str(out)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("name", ["policy.yaml", "union.yaml"])
def test_both_policies_can_be_used(name):
    assert load(RECIPE / name).warnings == ["require_consent is false: evidence without consent or basis links people"]


async def _score(store, policy_file, file, mapping=()):
    service = await Service.open(f"sqlite:///{store}", load(policy_file))
    try:
        for chunk in read(file, Reading(service.policy, mapping)):
            assert chunk.rejections == []
            assert chunk.sightings is not None
            receipt = await service.record_table(chunk.sightings)
            assert receipt.rejections == []
        truth = pl.read_csv(TRUTH)
        answers = await service.lookup([[f"email:{email}"] for email in truth["email"]])
    finally:
        await service.close()
    roots = pl.Series([answer.root_id for answer in answers])
    return agreement(_labels(roots), _labels(truth["person"]))


def _labels(names):
    return names.rank("dense").to_numpy().astype(np.int64)


@pytest.mark.shared
@pytest.mark.skipif(not EVENTS.exists(), reason="the record of commits is not beside the project")
def test_the_policy_beats_the_plain_union_in_precision_recall_and_f1(tmp_path):
    assert main([str(EVENTS), str(tmp_path / "commits.csv")]) == 0
    found = asyncio.run(_score(tmp_path / "commits.db", RECIPE / "policy.yaml", tmp_path / "commits.csv"))
    plain = asyncio.run(_score(tmp_path / "union.db", RECIPE / "union.yaml", EVENTS, ("ts=at", "role=source")))
    assert (plain.grouped_pairs, plain.true_pairs, plain.right_pairs) == (301, 253, 179)
    assert (found.grouped_pairs, found.true_pairs, found.right_pairs) == (291, 253, 183)
    assert found.precision > plain.precision
    assert found.recall > plain.recall
    assert found.f1 > plain.f1
