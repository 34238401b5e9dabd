"""The Python client in one page: record, look up, follow what changed. `python -m examples.client_example [URL [KEY]]`."""

import sys

from rootid_client import Client, ServiceError


def play(client: Client) -> list[str]:
    """Record a visit and a login, ask who that is, and tell what changed."""
    told: list[str] = []
    before = client.changes(0, 1).cursor
    (receipt,) = client.record(
        [
            {"see": ["cookie:c-example-7"], "basis": "contract", "event_id": "visit-1", "source": "example"},
            {"see": ["member_card:M-0001", "phone:13800000001"], "basis": "contract", "event_id": "card-1", "source": "example"},
            {
                "see": ["cookie:c-example-7", "member_card:M-0001"],
                "basis": "contract",
                "event_id": "login-1",
                "source": "example",
            },
        ]
    )
    told.append(f"recorded {receipt.recorded}, rejected {receipt.rejected}")
    member, visitor, stranger = client.lookup_many([["phone:13800000001"], ["cookie:c-example-7"], ["phone:13800000009"]])
    told.append(f"phone: {member.status}, {member.mask}; same person as the cookie: {member.root_id == visitor.root_id}")
    told.append(f"another phone: {stranger.status}")
    if member.root_id is not None:
        root = client.root(member.root_id)
        told.append(f"root with {len(root.members)} identifiers; unchanged: {client.root(member.root_id, known=root) is root}")
    told.append(f"changes since: {sum(1 for _ in client.follow(before))}")
    try:
        client.lookup("phone:13800000001", purpose="gossip")
    except ServiceError as error:
        told.append(f"refused: {error.code}")
    return told


def main() -> None:
    """Play it against a service."""
    url, *key = sys.argv[1:] or ["http://127.0.0.1:8080"]
    with Client(url, key[0] if key else None) as client:
        sys.stdout.writelines(f"{line}\n" for line in play(client))


if __name__ == "__main__":
    main()
