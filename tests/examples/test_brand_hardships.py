"""The hard cases are in the invented world, as often as world.json says, and the truth knows them."""

import hashlib
import re
from collections import Counter, defaultdict
from itertools import pairwise

import networkx
import polars as pl
import pytest

from graph.errors import InvalidIdentifierError
from graph.namespaces import normalise_phone

RESTS = 90 * 86_400


def _persons(world, column, name, at_least=1):
    """Persons (by their CRM id) seen with each value of a column, where there are several."""
    found = defaultdict(set)
    for value, crm in world.sightings.select(column, "crm").drop_nulls().iter_rows():
        if person := world.truth.get(f"crm:{crm}"):
            found[name(value)].add(person)
    return {value: persons for value, persons in found.items() if len(persons) >= at_least}


def _phone(value):
    try:
        return normalise_phone(value)
    except InvalidIdentifierError:
        return value


@pytest.mark.parametrize(
    "what",
    [
        *("families", "family_phones", "family_tablets", "second_crm_ids", "recycled_numbers", "devices_handed_over"),
        *("store_tablets", "customers_on_store_tablets", "customers_with_staff_phone", "sessions", "cookie_only_visitors"),
        *("guests_who_registered", "rows_without_consent_or_basis", "withdrawals", "self_referrals", "referral_rings"),
    ],
)
def test_every_hardship_is_counted_and_there(world, what):
    assert world.counts[what] > 0


def test_a_phone_shared_in_a_family_belongs_to_nobody(world):
    shared = {phone for phone, persons in _persons(world, "phone", _phone, 2).items() if len(persons) <= 5}
    unowned = {phone for phone in shared if f"phone:{phone}" not in world.truth and phone.startswith("+861380")}
    assert 0 < len(unowned) <= world.counts["family_phones"]


def test_a_tablet_shared_in_a_family_or_store_belongs_to_nobody(world):
    shared = _persons(world, "android_id", str, 3)
    in_store = [len(persons) for persons in shared.values() if len(persons) > 20]
    assert all(f"android_id:{value}" not in world.truth for value in shared)
    assert len(in_store) == world.counts["store_tablets"]
    assert any(len(persons) <= 5 for persons in shared.values())


def test_one_phone_typed_by_staff_stands_with_very_many_customers(world):
    holders = {phone: len(persons) for phone, persons in _persons(world, "phone", _phone, 30).items() if "13800001001" in phone}
    assert list(holders.values()) == [world.counts["customers_with_staff_phone"]]
    assert "phone:+8613800001001" not in world.truth


def test_junk_is_typed_and_in_no_truth(world):
    values = {column: Counter(world.sightings[column].drop_nulls()) for column in ("phone", "email", "idfa")}
    for column, junk in (
        ("phone", ("13800000000", "null", "00000000")),
        ("email", ("test@test.com", "null")),
        ("idfa", ("00000000-0000-0000-0000-000000000000",)),
    ):
        assert all(values[column][value] for value in junk)
        assert sum(values[column][value] for value in junk) == world.counts["junk_rows"][column]
        assert not [value for value in junk if f"{column}:{value}" in world.truth]


def test_phones_are_written_in_five_forms_that_mean_the_same(world):
    forms = defaultdict(set)
    for value in world.sightings["phone"].drop_nulls():
        if re.search(r"1380", re.sub(r"\D", "", value)):
            forms[normalise_phone(value)].add(re.sub(r"\d", "9", value))
    assert len(set().union(*forms.values())) == 5
    assert max(len(ways) for ways in forms.values()) > 1


def test_a_recycled_number_rests_ninety_days_and_is_its_new_holders(world):
    seen = defaultdict(list)
    rows = world.sightings.filter(pl.col("source") == "hotline").select("at", "phone", "crm").drop_nulls()
    for at, phone, crm in rows.with_columns(pl.col("at").str.to_datetime("%Y-%m-%dT%H:%M:%SZ").dt.epoch("s")).iter_rows():
        seen[normalise_phone(phone)].append((at, world.truth[f"crm:{crm}"]))
    recycled = {phone: calls for phone, calls in seen.items() if len({person for _, person in calls}) == 2}
    recycled = {phone: calls for phone, calls in recycled.items() if f"phone:{phone}" in world.truth}
    assert len(recycled) == world.counts["recycled_numbers"]
    for phone, calls in recycled.items():
        holder = world.truth[f"phone:{phone}"]
        assert calls[-1][1] == holder
        assert min(at for at, person in calls if person == holder) - max(at for at, person in calls if person != holder) >= RESTS


def test_a_device_that_was_handed_over_is_its_last_users(world):
    handed = 0
    for column in ("idfa", "gaid", "oaid"):
        used = defaultdict(list)
        for value, crm in world.sightings.filter(pl.col("crm").is_not_null()).select(column, "crm").drop_nulls().iter_rows():
            used[value].append(world.truth[f"crm:{crm}"])
        for value, users in used.items():
            if len(set(users)) == 2 and f"{column}:{value}" in world.truth:
                handed += 1
                assert world.truth[f"{column}:{value}"] == users[-1]
                assert sum(one != other for one, other in pairwise(users)) == 1
    assert handed == world.counts["devices_handed_over"]


def test_some_people_have_two_crm_ids(world):
    ids = Counter(person for name, person in world.truth.items() if name.startswith("crm:"))
    assert max(ids.values()) == 2
    assert sum(count == 2 for count in ids.values()) == world.counts["second_crm_ids"]


def test_visitors_with_nothing_but_a_cookie_are_persons_of_one_identifier(world):
    of = defaultdict(list)
    for name, person in world.truth.items():
        of[person].append(name)
    alone = [names for names in of.values() if len(names) == 1 and names[0].startswith("cookie:")]
    assert len(alone) >= world.counts["cookie_only_visitors"] * 0.99


def test_guests_are_seen_before_they_register(world):
    first, registered = {}, {}
    for row in world.sightings.iter_rows(named=True):
        for column in ("openid@wxShop", "tmall", "cookie"):
            if row[column] and (person := world.truth.get(f"{column}:{row[column]}")):
                first.setdefault(person, row["at"])
        if row["crm"]:
            registered.setdefault(world.truth[f"crm:{row['crm']}"], row["at"])
    guests = [person for person, at in registered.items() if first.get(person, at) < at]
    assert len(guests) >= world.counts["guests_who_registered"] * 0.8


def test_a_session_joins_an_email_and_a_crm_id_over_one_cookie(world):
    sessions = world.sightings.filter(pl.col("session").is_not_null()).group_by("session")
    shape = sessions.agg(pl.len(), pl.col("cookie").n_unique(), pl.col("crm").count().alias("crms"), pl.col("email").count())
    assert shape.height == world.counts["sessions"]
    assert shape.filter((pl.col("len") != 2) | (pl.col("cookie") != 1) | (pl.col("crms") != 1)).is_empty()
    assert shape["email"].max() == 1


def test_a_hash_stands_in_the_truth_only_where_its_clear_value_was_never_seen(world):
    clear = {hashlib.sha256(name.partition(":")[2].encode()).hexdigest() for name in world.truth if name.startswith("phone:")}
    hashed = {name.partition(":")[2] for name in world.truth if name.startswith("phone_sha256:")}
    assert hashed
    assert not clear & hashed


def test_some_refer_themselves_and_some_refer_in_rings(world):
    pairs = [(world.truth[one], world.truth[other]) for one, other in world.referrals.select("referrer", "referee").iter_rows()]
    assert sum(one == other for one, other in pairs) == world.counts["self_referrals"]
    circles = [part for part in networkx.strongly_connected_components(networkx.DiGraph(pairs)) if len(part) > 1]
    assert len(circles) == world.counts["referral_rings"]
    assert all(3 <= len(circle) <= 5 for circle in circles)


def test_few_bring_many(world):
    brought = Counter(world.truth[referrer] for referrer in world.referrals["referrer"])
    most = sum(count for _, count in brought.most_common(max(1, world.counts["persons"] // 100)))
    assert most > 0.2 * world.referrals.height
    assert Counter(brought.values())[1] > len(brought) / 4


def test_referrers_are_known_before_those_they_bring(world):
    values = {name.partition(":")[2]: person for name, person in world.truth.items()}
    values |= {hashlib.sha256(value.encode()).hexdigest(): person for value, person in values.items()}
    first = {}
    for row in world.sightings.iter_rows(named=True):
        for column, written in row.items():
            value = (
                _phone(written)
                if column == "phone" and written
                else written.lower()
                if column == "email" and written
                else written
            )
            if value in values:
                first.setdefault(values[value], row["at"])
    early = [first[world.truth[referrer]] <= at for referrer, at in world.referrals.select("referrer", "at").iter_rows()]
    assert all(early)
