"""A shop: record what was seen, ask who that is, why, and what changed. `python -m examples.calls.shop [URL]`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from examples.calls.playing import main
from rootid_client import Client, ServiceError

COOKIE: Final = "cookie:c-example-7"
CARD: Final = "member_card:M-0001"
PHONE: Final = "phone:13800000001"
OPENID: Final = "openid@wxShop:o-example-1"
LOGIN: Final = [{"see": [OPENID, CARD], "basis": "contract", "source": "wx-shop", "event_id": "login-1"}]
SEEN: Final = [
    {"see": [COOKIE, OPENID], "basis": "contract", "source": "web", "event_id": "visit-1"},
    {"see": [CARD, PHONE], "basis": "contract", "source": "till", "event_id": "card-1"},
    {"see": ["shoe:42"], "basis": "contract", "source": "till", "event_id": "typo-1"},
]


def play(client: Client) -> Iterator[str]:
    """Tell each step."""
    before = client.changes().cursor
    (receipt,) = client.record(SEEN)
    wrong = next(outcome.code for outcome in receipt.outcomes if outcome.status == "rejected")
    yield f"recorded {receipt.recorded}, rejected {receipt.rejected} ({wrong})"
    yield f"sent again: {client.record(SEEN)[0].duplicates} duplicates"

    yield f"a login: {client.record(LOGIN)[0].merges} merge"

    member, visitor, stranger = client.lookup_many([[PHONE], [COOKIE], ["phone:13800000009"]])
    yield f"phone: {member.status}, {member.mask}; same person as the cookie: {member.root_id == visitor.root_id}"
    yield f"another phone: {stranger.status}"

    root = client.root(member.root_id or "")
    yield f"root of {len(root.members)} identifiers; not changed since: {client.root(root.root_id, known=root) is root}"
    why = client.call("explain", {"identifiers": [COOKIE, PHONE]})
    yield f"cookie and phone: {why['words'][0]} {why['words'][1]}"
    now = datetime.now(UTC).isoformat()
    owner = client.call("who_was_on_device", {"device": COOKIE, "at": now})
    yield f"on the device now: {owner['status']}, proven: {owner['proven']}"
    trial = client.call("what_if", {"events": [{"see": [PHONE, "email:ann@example.com"], "basis": "contract"}]})
    yield f"with an e-mail there would be {len(trial['after'][0]['members'])} identifiers; nothing was written"

    yield f"changes to follow: {', '.join(change.kind for change in client.follow(before))}"
    try:
        client.lookup(PHONE, purpose="gossip")
    except ServiceError as error:
        yield f"for another purpose: {error.code}"


if __name__ == "__main__":
    main(play)
