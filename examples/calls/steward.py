"""A data steward: what rules refused, decisions, a number that changed hands, a policy tried.

`python -m examples.calls.steward [URL]`
"""

from collections.abc import Iterator
from typing import Any, Final

from examples.calls.playing import main
from rootid_client import Client

CARDS: Final = ("member_card:63000031", "member_card:63000032")
PHONE: Final = "phone:13800000031"


def ends(conflict: Any) -> list[str]:
    """The two identifiers of a conflict, masked."""
    return sorted((conflict["a_identifier"], conflict["b_identifier"]))


def play(client: Client) -> Iterator[str]:
    """Tell each step."""
    for card in CARDS:
        client.record([{"see": [card, PHONE], "basis": "contract", "source": "till", "event_id": card[-2:]}])
    conflict = next(one for one in client.call("list_conflicts")["conflicts"] if "phone:138****0031" in ends(one))
    yield f"refused: {' with '.join(ends(conflict))}, by the rule '{conflict['reason']}'"

    ruling = {"a": conflict["a"], "b": conflict["b"], "ruling": "never_link", "reason": "twins with one phone", "by": "desk"}
    receipt = client.call("decide_conflict", ruling)["receipt"]
    yield f"decided: {receipt['receipt']['deeds'][0]['what']}, signed: {len(receipt['signature']) > 0}"
    taken = client.call("list_decisions", root_id=conflict["a"])["decisions"]
    yield f"on record: {taken[0]['ruling']} by {taken[0]['by']}: {taken[0]['reason']}"

    root_id = client.lookup(PHONE).root_id or ""
    before = len(client.root(root_id).members)
    client.call("close_links", {"identifiers": [PHONE], "reason": "the number changed hands", "by": "desk"})
    after = len(client.root(client.lookup(PHONE).root_id or "").members)
    yield f"the number changed hands: it had {before - 1} other beside it, now {after - 1}"
    steps = client.call("show_history", root_id=root_id)["steps"]
    yield f"history: {', '.join(step['kind'] for step in steps)}"

    policy = client.call("show_policy")["policy"]
    policy["namespaces"]["member_card"]["unique"] = False
    trial = client.call("try_policy", {"policy": policy})
    yield f"cards not unique: {len(trial['rules'])} rule would be another, nothing is written"
    health = client.call("report_health")
    yield f"health: {len(health['largest']) > 0 and 'largest parts'}, mass values: {sum(health['mass_values'].values())}"
    yield f"audit log whole: {client.call('report_compliance')['audit']['whole']}"


if __name__ == "__main__":
    main(play)
