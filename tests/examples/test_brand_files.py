"""What the invented brand's files promise."""

import gzip
import hashlib
import json
import re
from itertools import pairwise

import polars as pl
import pytest

from examples.brand.generate import generate, main
from examples.brand.identifiers import HEADERS
from graph import instants
from graph.events import Event
from graph.policy import DEFAULT_POLICY, load, parse_name
from intake.reading import Reading, read

FILES = (
    "orders.csv",
    "recruits.csv",
    "sightings.csv.gz",
    "consents.ndjson",
    "withdrawals.ndjson",
    "referrals.csv.gz",
    "truth.csv.gz",
    "world.json",
)
END = "2026-06-30T00:00:00Z"
TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"


def _bytes(folder):
    return {name: (folder / name).read_bytes() for name in FILES}


def test_equal_seeds_make_equal_bytes_and_others_others(world, tmp_path):
    generate(tmp_path / "again", persons=1_500, seed=7)
    generate(tmp_path / "other", persons=1_500, seed=8)
    again, other = _bytes(tmp_path / "again"), _bytes(tmp_path / "other")
    assert again == _bytes(world.folder)
    assert all(again[name] != other[name] for name in FILES)


def test_a_world_has_exactly_as_many_sightings_as_asked_for(tmp_path):
    assert generate(tmp_path, sightings=2_345)["sightings"] == 2_345
    assert pl.read_csv(tmp_path / "sightings.csv.gz", infer_schema=False).height == 2_345
    assert generate(tmp_path, persons=300, sightings=3_000)["persons"] == 300


@pytest.mark.parametrize(
    "arguments", [["--persons", "199"], ["--persons", "9000000"], ["--persons", "400", "--sightings", "500"]]
)
def test_an_impossible_world_is_refused_in_one_line(arguments, tmp_path, capsys):
    assert main([str(tmp_path / "none"), *arguments]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "none").exists()


def test_the_command_tells_what_it_made(tmp_path, capsys):
    assert main([str(tmp_path), "--persons", "250", "--seed", "3"]) == 0
    assert "persons: 250\n" in capsys.readouterr().out
    assert json.loads((tmp_path / "world.json").read_text())["persons"] == 250


def test_packed_files_tell_neither_their_name_nor_the_time(world):
    head = (world.folder / "sightings.csv.gz").read_bytes()[:10]
    assert head[3:8] == bytes(5)
    with gzip.open(world.folder / "sightings.csv.gz", "rt") as file:
        assert file.readline().rstrip("\n").split(",")[:6] == ["at", "source", "event_id", "session", "consent", "basis"]


def test_sightings_have_the_reserved_columns_and_one_for_each_namespace(world):
    assert world.sightings.columns == ["at", "source", "event_id", "session", "consent", "basis", *HEADERS]


def test_every_sighting_has_a_time_a_source_and_its_own_event_id(world):
    sightings = world.sightings
    assert sightings["at"].str.contains(TIME).all()
    assert sightings["source"].is_not_null().all()
    assert sightings["event_id"].n_unique() == sightings.height


def test_sightings_come_in_the_order_of_time_and_all_before_the_end(world):
    assert world.sightings["at"].is_sorted()
    assert world.sightings["at"].max() < END
    assert all(line["at"] < END for line in world.consents + world.withdrawals)
    assert world.referrals["at"].is_sorted()
    assert world.referrals["at"].max() < END


def test_a_sighting_names_one_to_five_identifiers_and_mostly_two_to_four(world):
    named = world.sightings.select(pl.sum_horizontal(pl.col(HEADERS).is_not_null().cast(pl.Int64)).alias("k"))["k"]
    assert (named.min(), named.max()) == (1, 5)
    assert named.is_between(2, 4).mean() > 0.6


def test_no_sighting_names_a_value_both_in_clear_and_as_a_hash(world):
    assert world.sightings.filter(pl.col("phone").is_not_null() & pl.col("phone_sha256").is_not_null()).is_empty()
    assert world.sightings.filter(pl.col("email").is_not_null() & pl.col("email_sha256").is_not_null()).is_empty()


def test_every_value_is_good_or_blocked_under_the_default_policy(world):
    policy = load(DEFAULT_POLICY)
    for header in HEADERS:
        namespace, _, scope = header.partition("@")
        for value in world.sightings[header].drop_nulls().unique():
            policy.maker(namespace)(scope, value)


def test_the_default_policy_reads_every_file_without_a_reject(world):
    how = Reading(load(DEFAULT_POLICY))
    for name in FILES[:4]:
        chunks = list(read(world.folder / name, how))
        assert sum(chunk.rows for chunk in chunks) > 0
        assert [rejection for chunk in chunks for rejection in chunk.rejections] == []


def test_hashes_are_those_of_the_normalised_clear_value(world):
    policy = load(DEFAULT_POLICY)
    for clear, hashed in (("phone", "phone_sha256"), ("email", "email_sha256")):
        values = {value for name in world.truth if name.startswith(f"{clear}:") for value in [name.partition(":")[2]]}
        digests = {hashlib.sha256(value.encode()).hexdigest() for value in values}
        assert digests & set(world.sightings[hashed].drop_nulls())
        assert all(policy.maker(clear)("", value) is not None for value in values)


def test_phones_and_emails_are_obviously_invented(world):
    phones = {name for name in world.truth if name.startswith("phone:")}
    emails = {name for name in world.truth if name.startswith("email:")}
    assert all(re.fullmatch(r"phone:\+861380\d{7}", name) for name in phones)
    assert all(re.search(r"@\w+\.example\.(com|net|org)$", name) for name in emails)


def test_every_consent_and_withdrawal_is_an_event(world):
    events = [Event.model_validate(line) for line in world.consents + world.withdrawals]
    assert {event.verb for event in events} == {"consent", "withdraw"}
    assert {purpose for event in events for purpose in event.purposes or ()} == {"service", "marketing"}
    assert any(event.expires for event in events)


def test_a_withdrawal_takes_back_what_was_given_before_it(world):
    given = {line["consent"]: line["at"] for line in world.consents}
    first = {}
    for line in world.consents:
        first.setdefault(line["subject"], line["at"])
    kinds = set()
    for line in world.withdrawals:
        what = line["withdraw"]
        kinds.add(type(what))
        assert (given[what] if isinstance(what, str) else first[what["subject"]]) < line["at"]
    assert kinds == {str, dict}


def test_a_sighting_names_only_consents_in_force(world):
    given = {line["consent"]: (line["at"], line.get("expires", END)) for line in world.consents}
    for at, consent in world.sightings.select("at", "consent").drop_nulls().iter_rows():
        start, end = given[consent]
        assert start <= at < end


def test_legal_bases_are_contracts_and_some_sightings_stand_on_nothing(world):
    assert set(world.sightings["basis"].drop_nulls()) == {"contract"}
    bare = world.sightings.filter(pl.col("basis").is_null() & pl.col("consent").is_null())
    assert bare.height == world.counts["rows_without_consent_or_basis"] > 0


def test_referrals_have_their_columns_and_name_people_that_were_seen(world):
    referrals = world.referrals
    assert referrals.columns == ["referrer", "referee", "at", "campaign", "channel", "code", "status", "value"]
    assert set(referrals["referrer"]) | set(referrals["referee"]) <= world.truth.keys()
    assert set(referrals["status"]) == {"accepted", "pending", "rejected", "refunded"}
    assert referrals["value"].drop_nulls().cast(pl.Float64).min() > 0


def test_an_identifier_in_the_truth_was_seen_and_stands_once_for_one_person(world):
    policy = load(DEFAULT_POLICY)
    seen = set()
    for header in HEADERS:
        namespace, _, scope = header.partition("@")
        for value in world.sightings[header].drop_nulls().unique():
            identifier = policy.maker(namespace)(scope, value)
            if identifier is not None:
                seen.add((identifier.namespace, identifier.scope, identifier.token))
    known = [policy.maker(space)(scope, raw) for space, scope, raw in map(parse_name, world.truth)]
    known = [(identifier.namespace, identifier.scope, identifier.token) for identifier in known]
    assert len(set(known)) == len(known) == world.counts["identifiers_in_truth"]
    assert set(known) <= seen


def test_everybody_has_one_to_eight_identifiers(world):
    counts = pl.Series(list(world.truth.values())).value_counts()["count"]
    assert (counts.min(), counts.max()) == (1, 8)
    assert len(counts) <= world.counts["persons"]


def test_referral_times_follow_each_other(world):
    times = [instants.parse(at) for at in world.referrals["at"]]
    assert all(one <= other for one, other in pairwise(times))


def test_orders_are_of_people_who_were_brought_and_some_were_refunded(world):
    orders = pl.read_csv(world.folder / "orders.csv", infer_schema=False)
    recruits = pl.read_csv(world.folder / "recruits.csv", infer_schema=False)
    with gzip.open(world.folder / "referrals.csv.gz") as file:
        referrals = pl.read_csv(file.read(), infer_schema=False)
    told = json.loads((world.folder / "world.json").read_text())
    assert (orders.height, recruits.height) == (told["orders"], told["recruited"])
    assert set(orders["subject"]) <= set(referrals["referee"])
    assert set(recruits["recruit"]) <= set(referrals["referrer"])
    refunded = orders.filter(pl.col("refunded").is_not_null())
    assert 0 < refunded.height < orders.height / 5
    assert (refunded["refunded_at"] > refunded["at"]).all()
