"""Makes a brand's world with ground truth: `python -m examples.brand.generate OUT_DIR`. Everybody in it is invented."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from examples.brand import files
from examples.brand.consents import allow, backing
from examples.brand.hardships import hand_over_devices, recycle_numbers, register_twice, share_in_families, type_staff_phone
from examples.brand.identifiers import JUNK_VALUES, MOST_NUMBERS, STAFF_PHONE, Ints, is_junk
from examples.brand.people import END, OWNED, People, populate
from examples.brand.purchases import purchase
from examples.brand.referrals import refer
from examples.brand.visits import Rows, visit

FEWEST_PERSONS: Final = 200
"""In a smaller world not every hardship finds somebody."""

SIGHTINGS_A_PERSON: Final = 8


def generate(
    out: Path, persons: int | None = None, seed: int = 1, sightings: int | None = None, end: int = END
) -> dict[str, Any]:
    """Write a world into a directory and answer what is in it, the content of its world.json.

    Without `sightings` there are 8 a person, without `persons` a person for every 8 sightings, without both 20,000 persons.
    Everything happens in the two years before `end` (Unix seconds). Equal arguments make equal bytes. Raises ValueError for
    fewer than 200 persons, more than 8,000,000, or fewer sightings than it takes to see everybody.
    """
    if persons is None:
        persons = 20_000 if sightings is None else sightings // SIGHTINGS_A_PERSON
    if not FEWEST_PERSONS <= persons <= MOST_NUMBERS * 8 // 9:
        raise ValueError(f"a world has {FEWEST_PERSONS} to {MOST_NUMBERS * 8 // 9} persons, not {persons}")
    rng = np.random.default_rng(seed)
    stores, tablets = max(3, persons // 2_000), max(2, persons // 1_200)
    people = populate(rng, persons, stores)
    shared = share_in_families(rng, people)
    second = register_twice(rng, people)
    recycled = recycle_numbers(rng, people)
    handed = hand_over_devices(rng, people)
    demands = [second, *recycled, *handed, type_staff_phone(rng, people)]
    rows = visit(rng, people, demands, SIGHTINGS_A_PERSON * persons if sightings is None else sightings, tablets)
    consents = allow(rng, people)
    stands_on = backing(rng, people, rows, consents)
    referrals = refer(rng, people, rows)
    purchases = purchase(seed, persons, referrals)

    out.mkdir(parents=True, exist_ok=True)
    spelled = files.write_sightings(out / "sightings.csv.gz", rng, people, rows, stands_on, end - END)
    withdrawals = files.write_consents(out / "consents.ndjson", out / "withdrawals.ndjson", consents, end - END)
    files.write_referrals(out / "referrals.csv.gz", referrals, end - END)
    files.write_purchases(out / "orders.csv", out / "recruits.csv", purchases, referrals, end - END)
    known = files.write_truth(out / "truth.csv.gz", people, rows)
    world = {
        "seed": seed,
        "end": datetime.fromtimestamp(end, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "persons": persons,
        "members": int(people.members.sum()),
        "cookie_only_visitors": int((_kinds_carried(people) == 1)[people.carries["cookie"] >= 0].sum()),
        "guests_who_registered": int((people.members & (people.registered > people.joined)).sum()),
        "stores": stores,
        "sightings": len(rows),
        "identifiers_in_truth": known,
        **shared,
        "second_crm_ids": len(second.person),
        "recycled_numbers": len(recycled[0].person),
        "devices_handed_over": sum(len(demand.person) for demand in handed) // 2,
        "store_tablets": tablets,
        "customers_on_store_tablets": _customers(people, rows, tablets),
        "customers_with_staff_phone": len(np.unique(rows.person[rows.cells["phone"] == STAFF_PHONE])),
        "junk_rows": {header: int(is_junk(rows.cells[header]).sum()) for header in JUNK_VALUES},
        "rows_spelled_otherwise": spelled,
        "sessions": int((rows.session >= 0).sum()) // 2,
        "rows_without_consent_or_basis": int(stands_on.lacking.sum()),
        "consents": len(consents),
        "withdrawals": withdrawals,
        "referrals": len(referrals),
        "self_referrals": referrals.self_referrals,
        "referral_rings": referrals.rings,
        "group_owners": referrals.group_owners,
        "orders": len(purchases),
        "recruited": len(purchases.recruited),
    }
    files.write_world(out / "world.json", world)
    return world


def _kinds_carried(people: People) -> Ints:
    return np.array([people.carries[header] >= 0 for header in OWNED]).sum(axis=0)


def _customers(people: People, rows: Rows, tablets: int) -> int:
    """How many persons were served on a store's tablet; those have the last numbers."""
    first = len(people.owner["android_id"]) - tablets
    return len(np.unique(rows.person[rows.cells["android_id"] >= first]))


def main(arguments: list[str] | None = None) -> int:
    """The command line; answers the exit code."""
    parser = argparse.ArgumentParser(prog="python -m examples.brand.generate", description="Make an invented brand's world.")
    parser.add_argument("out", type=Path, metavar="OUT_DIR")
    parser.add_argument("--persons", type=int, help="default: 20,000, or one for every 8 sightings")
    parser.add_argument("--sightings", type=int, help="default: 8 a person")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    try:
        world = generate(given.out, given.persons, given.seed, given.sightings)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write("".join(f"{name}: {count}\n" for name, count in world.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
