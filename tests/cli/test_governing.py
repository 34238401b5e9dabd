"""The commands that govern: consent, decide, close."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graph import instants

Command = Callable[..., Any]


def root(rootid: Command, name: str, purpose: str = "service") -> str:
    return json.loads(rootid("lookup", name, "--purpose", purpose, "--json").stdout)[0]["root_id"]


def test_a_consent_is_granted_shown_renewed_and_withdrawn(filled: Command) -> None:
    grant = ("consent", "grant", "--id", "k1", "--purpose", "marketing", "--subject", "-", "--channel", "counter")
    found = filled(*grant, stdin="phone:13800000001\n")
    assert found.exit_code == 0
    assert "consent k1  (marketing: given)" in found.stdout
    assert "13800000001" not in found.output
    assert filled("consent", "renew", "k1", "--expires", "2099-01-01").exit_code == 0
    shown = json.loads(filled("consent", "show", "--subject", "phone:13800000001", "--json").stdout)
    assert [len(consent["grants"]) for consent in shown["consents"]] == [2]
    ended = json.loads(filled("consent", "withdraw", "k1", "--json").stdout)
    assert ended["consents"][0]["states"] == {"marketing": "withdrawn"}
    assert ended["receipt"]["receipt"]["deeds"][0]["consents"] == ["k1"]
    again = filled("consent", "withdraw", "--subject", "phone:13800000001", "--purpose", "marketing")
    assert "by the subject for all so far" in again.stdout


def test_a_withdrawal_says_which_or_whose(filled: Command) -> None:
    for arguments in ((), ("k1", "--subject", "crm:C1"), ("--subject", "crm:C1")):
        found = filled("consent", "withdraw", *arguments)
        text = "rootid: give either the ID of a consent, or --subject and --purpose\n"
        assert (found.exit_code, found.stderr) == (2, text)
    assert filled("consent", "withdraw", "none").stderr == "rootid: no consent on record has this id\n"


def test_decisions_split_and_join_and_are_listed(filled: Command) -> None:
    pair = ("crm:C1", "phone:13800000001")
    before = root(filled, pair[1])
    found = filled("decide", "never-link", *pair, "--reason", "two brothers")
    assert found.exit_code == 0
    assert "split (service)" in found.stdout
    assert root(filled, pair[1]) != before
    assert filled("decide", "reverse", *pair).exit_code == 0
    assert root(filled, pair[1]) == before
    listed = json.loads(filled("decide", "list", before, "--json").stdout)
    assert [(view["ruling"], view["reason"]) for view in listed] == [("never_link", "two brothers"), ("reverse", None)]
    assert all(view["by"].startswith("os:") for view in listed)
    assert "two brothers" in filled("decide", "list", before).stdout
    found = filled("decide", "same-person", "crm:C1", "cookie:k1")
    assert (found.exit_code, found.stderr) == (2, "rootid: same_person is on two persons; a device or an attribute is none\n")


def test_a_close_ends_a_link_or_all_links(filled: Command) -> None:
    before = root(filled, "phone:13800000001")
    assert filled("close", "crm:C1", "phone:13800000001").exit_code == 0
    assert root(filled, "crm:C1") == before
    said = json.loads(filled("close", "email:tom@acme.com", "--reason", "left", "--json").stdout)
    assert said["receipt"]["deeds"] == [{"what": "close", "source": None}]
    assert root(filled, "email:tom@acme.com") != before


def test_a_person_gets_their_data_is_erased_and_gone(filled: Command) -> None:
    told = json.loads(filled("rights", "access", "-", stdin="phone:13800000001\n").stdout)
    masks = {one["identifier"] for one in told["person"]["purposes"]["service"]["identifiers"]}
    assert masks == {"crm:****", "phone:138****0001", "email:t***@acme.com"}
    assert "ann" not in str(told)
    exported = json.loads(filled("rights", "export", "crm:C1").stdout)
    assert len(exported["person"]["purposes"]["service"]["sightings"]) == 2
    assert filled("rights", "opt-out", "crm:C1").exit_code == 0
    assert filled("rights", "correct", "crm:C1", "phone:13800000001", "--reason", "not mine").exit_code == 0
    assert filled("rights", "erase", "email:tom@acme.com", stdin="n\n").exit_code == 1
    assert filled("rights", "erase", "email:tom@acme.com", "--yes").exit_code == 0
    assert json.loads(filled("lookup", "email:tom@acme.com", "--json").stdout)[0]["status"] == "unknown"
    found = filled("rights", "access", "email:tom@acme.com")
    assert found.stderr == "rootid: the identifier is not on record\n"


def test_a_conflict_is_listed_and_rejected(filled: Command, folder: Path) -> None:
    (folder / "d.csv").write_text("at,crm,phone\n2026-03-05T08:00:00Z,C9,13800000001\n")
    assert filled("import", "d.csv").exit_code == 0
    waiting = json.loads(filled("conflicts", "list", "--json").stdout)["conflicts"]
    assert {one["reason"] for one in waiting} == {"unique"}
    assert "phone:138****0001" in filled("conflicts", "list").stdout
    one = waiting[0]
    assert filled("conflicts", "reject", one["a"], one["b"], "--reason", "two people").exit_code == 0
    left = json.loads(filled("conflicts", "list", "--json").stdout)["conflicts"]
    assert (one["a"], one["b"]) not in {(other["a"], other["b"]) for other in left}


def test_what_there_is_to_answer_for_is_counted(filled: Command) -> None:
    filled("consent", "grant", "--id", "k1", "--purpose", "marketing", "--subject", "phone:13800000001", "--notice", "v1")
    filled("consent", "withdraw", "k1")
    found = filled("report", "compliance")
    assert found.exit_code == 0
    assert "consent 1, withdrawal 1" in found.stdout
    assert "audit log           whole" in found.stdout
    assert "13800000001" not in found.output
    told = json.loads(filled("report", "compliance", "--until", "2026-01-01", "--json").stdout)
    assert (told["withdrawals"]["count"], told["receipts"], told["audit"]["whole"]) == (0, {}, True)
    assert [one["withdrawn"] for one in told["consents"]] == [1]


def test_where_the_data_is_ill_is_told(filled: Command, folder: Path) -> None:
    rows = "".join(f"{instants.text(instants.now())},C{n},till\n" for n in range(1, 5))
    (folder / "e.csv").write_text(f"at,crm,cookie\n{rows}")
    assert filled("import", "e.csv").exit_code == 0
    told = json.loads(filled("report", "health", "--json").stdout)
    assert told["largest"][0]["root_id"] == root(filled, "crm:C1")
    assert told["shared_devices"] == {"cookie": 1}
    shown = filled("report", "health")
    assert shown.exit_code == 0
    assert told["largest"][0]["root_id"] in shown.stdout
    assert "till" not in shown.output
    listed = filled("conflicts", "proposed")
    assert "raise shared_after in the policy" in listed.stdout
    assert json.loads(filled("conflicts", "proposed", "--json").stdout)["total"] == 1
