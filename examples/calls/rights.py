"""A person's own: consent, withdrawal, access, erasure, with their receipts. `python -m examples.calls.rights [URL]`."""

from collections.abc import Iterator
from typing import Any, Final

from examples.calls.playing import main
from rootid_client import Client, ServiceError

PHONE: Final = "phone:13800000021"
OPENID: Final = "openid@wxShop:o-example-21"
CONSENT: Final = {
    "consent": "consent-21",
    "purposes": ["service", "marketing"],
    "subject": PHONE,
    "expires": "2100-01-01",
    "notice": "privacy-2026-01",
    "channel": "counter",
    "in_exchange_for": "a coffee",
}


def together(client: Client, purpose: str) -> str:
    """Whether phone and openid are one person under a purpose."""
    one, other = client.lookup_many([[PHONE], [OPENID]], purpose=purpose)
    return "one person" if one.root_id == other.root_id else "apart"


def told(receipt: Any) -> str:
    """What a signed receipt says, in short."""
    deeds, changes = receipt["receipt"]["deeds"], receipt["receipt"]["changes"]
    return f"receipt of {deeds[0]['what']}, {len(changes)} changes"


def play(client: Client) -> Iterator[str]:
    """Tell each step."""
    given = client.call("grant_consent", CONSENT)
    yield f"consent {given['consent']['states']}; {told(given['receipt'])}"
    client.record([{"see": [OPENID, PHONE], "consent": "consent-21", "source": "wx-shop", "event_id": "order-21"}])
    yield f"for marketing: {together(client, 'marketing')}"

    ended = client.call("withdraw_consent", {"subject": PHONE, "purpose": "marketing", "channel": "mini program"})
    yield f"marketing withdrawn; {told(ended['receipt'])}"
    yield f"for marketing: {together(client, 'marketing')}; for service: {together(client, 'service')}"
    client.call("withdraw_consent", {"consent": "consent-21"})
    (shown,) = client.call("show_consents", {"consent": "consent-21"})["consents"]
    yield f"all withdrawn: {shown['states']}; for service: {together(client, 'service')}"

    client.call("renew_consent", {"consent": "consent-21", "expires": "2100-01-01"})
    yield f"renewed; for service: {together(client, 'service')}"
    person = client.call("access_data", {"identifier": PHONE})["person"]
    masks = sorted(one["identifier"] for one in person["purposes"]["service"]["identifiers"])
    yield f"on record: {', '.join(masks)}, {len(person['consents'])} consent"

    erased = client.call("erase_data", {"identifier": PHONE})["receipt"]
    yield f"erased: {erased['receipt']['deeds'][0]['identifiers']} identifiers; phone now: {client.lookup(PHONE).status}"
    late = {"see": [OPENID, PHONE], "basis": "contract", "source": "wx-shop", "event_id": "late-21", "at": "2026-01-01"}
    (receipt,) = client.record([late])
    yield f"an event from before: {receipt.outcomes[0].status}, {receipt.outcomes[0].code}"
    again = client.call("show_receipt", receipt_id=erased["receipt"]["id"])
    yield f"the receipt is the same later: {again == erased}; audit log whole: {client.call('verify_audit')['whole']}"
    try:
        client.call("access_data", {"identifier": "shoe:42"})
    except ServiceError as error:
        yield f"what can't be read: {error.code}"


if __name__ == "__main__":
    main(play)
