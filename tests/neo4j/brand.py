"""A small world in which every query for analysts has something to show. Everybody in it is invented."""

from typing import Any

from graph import instants
from graph.events import Event
from graph.policy import DEFAULT_POLICY, load
from graph.service import Service
from tests.graph.stage import SECRET

ANN, BOB, DAN, EVE = "crm:A1000", "crm:B2000", "crm:D4000", "crm:E5000"
ANNS_PHONE, ANNS_OPENID = "phone:13812340001", "openid@mall:oAnn1"
STAFF_PHONE, TABLET = "phone:13812349999", "cookie:tablet-at-the-till"
GUESTS = [f"crm:G{number}000" for number in range(1, 7)]


def day(number: float) -> str:
    """A time so many days from now."""
    return instants.text(instants.now() + int(number * instants.DAY))


def _seen(at: float, *names: str, source: str = "till", **more: Any) -> dict[str, Any]:
    return {"at": day(at), "see": list(names), "source": source, **({"basis": "contract"} | more)}


def _referred(at: float, one: str, other: str, **more: Any) -> dict[str, Any]:
    return {"at": day(at), "refer": [one, other], "source": "club", **more}


def events() -> list[dict[str, Any]]:
    """What happened, by time of recording."""
    both = ["service", "marketing"]
    granted = {"purposes": both, "notice": "v1", "channel": "app"}
    told = [
        {"at": day(-90), "consent": "K-ann", "subject": ANN, "expires": day(10), **granted},
        {"at": day(-80), "consent": "K-dan", "subject": DAN, **granted},
        {"at": day(-70), "consent": "K-bob", "subject": BOB, "purposes": both, "notice": "v2"},
        _seen(-60, ANN, ANNS_PHONE, source="club", consent="K-ann", basis=None),
        _seen(-59, ANN, ANNS_PHONE, source="club", consent="K-ann", basis=None),
        _seen(-58, ANNS_PHONE, ANNS_OPENID, source="wechat", consent="K-ann", basis=None),
        _seen(-57, BOB, "phone:13812340002"),
        _seen(-56, DAN, "email:dan@example.org", source="mail", consent="K-dan", basis=None),
        _seen(-55, EVE, "phone:13812340005", source="shop", basis=None),
        _seen(-75, BOB, ANNS_PHONE),
        _seen(-53, EVE, "phone:13800000000", source="shop"),
        *(_seen(-52, person, TABLET) for person in (ANN, BOB, DAN)),
        *(_seen(-51, guest, STAFF_PHONE) for guest in GUESTS),
        _seen(-89, BOB, "qr_scan:QR-000001", source="shop"),
        _referred(-40, ANN, BOB, campaign="spring", value=10),
        _referred(-39, BOB, DAN, campaign="spring", status="pending", event_id="R2"),
        _referred(-38, BOB, DAN, campaign="spring", event_id="R2"),
        _referred(-37, DAN, ANN),
        _referred(-36, ANN, ANNS_OPENID),
        *(_referred(-35, ANN, guest, campaign="summer") for guest in GUESTS[:2]),
        {"at": day(-30), "order": "O1", "subject": BOB, "amount": 100, "source": "shop", "campaign": "spring"},
        {"at": day(-29), "order": "O1", "subject": BOB, "refunded": 20, "source": "shop"},
        {"at": day(-28), "never_link": GUESTS[:2], "by": "clerk-7", "reason": "twins", "basis": "contract"},
        {"at": day(-3), "withdraw": "K-dan", "channel": "hotline", "reason": "moved"},
    ]
    return [{key: value for key, value in event.items() if value is not None} for event in told]


async def live(url: str) -> dict[str, str]:
    """Record it all, one event a write; answers root-IDs and keys by name, `root of …` and `key of …`."""
    service = await Service.open(url, load(DEFAULT_POLICY), secret=SECRET)
    try:
        for event in events():
            receipt = await service.record([Event.model_validate(event)])
            assert receipt.outcomes[0].code in (None, "blocked"), (event, receipt.outcomes[0])
        people = {"ann": ANN, "bob": BOB, "dan": DAN, "eve": EVE, "phone": ANNS_PHONE, "openid": ANNS_OPENID}
        answers = await service.lookup([[name] for name in people.values()])
        roots = {f"root of {who}": answer.root_id or "" for who, answer in zip(people, answers, strict=True)}
        keys = {f"key of {who}": (service.key_of(name) or b"").hex() for who, name in people.items()}
        return roots | keys
    finally:
        await service.close()
