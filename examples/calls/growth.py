"""A growth team: who brings people. `python -m examples.calls.growth [URL]` twice: before and after `rootid referrers score`."""

from collections.abc import Iterator
from typing import Any, Final

from examples.calls.playing import main
from rootid_client import Client, ServiceError

MEMBERS: Final = [
    {"see": [f"member_card:6200000{n}", f"phone:1380000110{n}"], "basis": "contract", "source": "till", "event_id": f"member-{n}"}
    for n in range(5)
]
BROUGHT: Final = [(0, 1), (0, 2), (1, 3), (4, 4)]
"""Who brought whom; the last tried to bring himself."""

REFERRED: Final = [
    {
        "refer": [f"member_card:6200000{one}", f"phone:1380000110{other}"],
        "campaign": "spring",
        "value": 50,
        "channel": "moments",
        "basis": "contract",
        "at": "2026-03-01T08:00:00Z",
        "source": "mini",
        "event_id": f"referral-{one}-{other}",
    }
    for one, other in BROUGHT
]
ORDERS: Final = [
    {"order": f"order-{n}", "subject": f"phone:1380000110{n}", "amount": 100 * n, "at": "2026-03-02", "source": "shop"}
    for n in (1, 2, 3)
]


def shape(node: Any, nodes: list[Any]) -> str:
    """A person of a tree, and below whom."""
    above = "" if node["parent"] is None else f" by {nodes[node['parent']]['person']['mask']}"
    return f"{'  ' * node['depth']}{node['person']['mask']}{above}, brought {node['direct']}"


def play(client: Client) -> Iterator[str]:
    """Tell each step."""
    receipts = client.record([*MEMBERS, *REFERRED, *ORDERS])
    yield f"recorded {receipts[0].recorded}, on record before {receipts[0].duplicates}"
    try:
        page = client.call("list_referrers", query={"metric": "counted", "campaign": "spring", "limit": 10})
    except ServiceError as error:
        yield f"{error.code}: run 'rootid referrers score'"
        return
    for one in page["referrers"]:
        below, trust = one["position"]["reach"], one["evidence"]["trust"]
        brought = f"{one['counted']} in the campaign, worth {one['worth']:.0f}"
        yield f"{one['person']['mask']}: {brought}, {below} below, trust {trust:.2f}"
    tree = client.call("show_fission", root_id=page["referrers"][0]["person"]["root_id"])
    yield from (shape(node, tree["nodes"]) for node in tree["nodes"])


if __name__ == "__main__":
    main(play)
