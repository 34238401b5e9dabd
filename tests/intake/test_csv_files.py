"""Good CSV files in all their dialects."""

from collections.abc import Callable
from typing import Any

import pytest

from graph import instants
from graph.events import BySubject

Read = Callable[..., Any]
AT = instants.parse("2026-03-01T08:00:00Z")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(reading: Read, delimiter: str) -> None:
    found = reading(f"at{delimiter}phone{delimiter}email\n2026-03-01 08:00:00{delimiter}13800000001{delimiter}\n")
    assert found.seen == [(2, AT, "a.csv", {"see": ["phone:13800000001"]})]
    assert not found.bad


def test_every_reserved_column_is_read(reading: Read) -> None:
    text = "at,source,event_id,session,consent,basis,weight,phone\n1772352000,shop,e1,s1,K1,contract,0.5,13800000001\n"
    more = {"event_id": "e1", "session": "s1", "consent": "K1", "basis": "contract", "weight": 0.5, "see": ["phone:13800000001"]}
    assert reading(text).seen == [(2, AT, "shop", more)]


def test_empty_cells_are_absent(reading: Read) -> None:
    text = "at,source,event_id,weight,phone,email\n2026-03-01T08:00Z,, ,,,Tom@acme.com\n"
    assert reading(text).seen == [(2, AT, "a.csv", {"weight": 1.0, "see": ["email:Tom@acme.com"]})]


def test_a_header_may_carry_a_scope(reading: Read) -> None:
    assert reading("at,openid@wxA,openid@wxB\n1772352000,o1,o2\n").seen[0][3] == {"see": ["openid@wxA:o1", "openid@wxB:o2"]}


def test_columns_are_renamed_merged_and_left_out_by_mapping(reading: Read) -> None:
    text = "ts,mobile,second mobile,remark,wx\n1772352000,13800000001,13800000002,likes blue,o1\n"
    mapping = ["ts=at", "mobile=phone", "second mobile=phone", "remark=-", "wx=openid@wxA"]
    assert reading(text, mapping=mapping).seen == [
        (2, AT, "a.csv", {"see": ["phone:13800000001", "phone:13800000002", "openid@wxA:o1"]})
    ]


def test_the_source_is_the_files_name_unless_it_is_said(reading: Read) -> None:
    text = "at,phone\n1772352000,13800000001\n"
    assert reading(text, "members.csv.gz").seen[0][2] == "members.csv"
    assert reading(text, source="crm").seen[0][2] == "crm"


def test_byte_order_mark_and_crlf_do_no_harm(reading: Read) -> None:
    found = reading(b"\xef\xbb\xbfat,phone\r\n1772352000,13800000001\r\n\r\n1772352000,13800000002\r\n")
    assert [(line, more["see"]) for line, _, _, more in found.seen] == [(2, ["phone:13800000001"]), (4, ["phone:13800000002"])]


def test_lines_are_right_after_quoted_newlines(reading: Read) -> None:
    found = reading('at,name\n1772352000,"Tom\nSmith"\nnever,Ann\n1772352000,"a ""b"""\n')
    assert [(line, more["see"]) for line, _, _, more in found.seen] == [(2, ["name:Tom\nSmith"]), (5, ['name:a "b"'])]
    assert found.problems == [(4, "invalid_time")]


def test_gb18030_is_read_when_it_is_said(reading: Read) -> None:
    data = "at,姓名,phone\n1772352000,王小明,13800000001\n".encode("gb18030")
    found = reading(data, encoding="gb18030", mapping=["姓名=name"])
    assert found.seen[0][3] == {"see": ["name:王小明", "phone:13800000001"]}


def test_utf_16_is_read_when_it_is_said(reading: Read) -> None:
    assert reading("at,name\n1772352000,王小明\n".encode("utf-16"), encoding="utf-16").seen[0][3] == {"see": ["name:王小明"]}


def test_chunks_have_the_size_asked_for_and_keep_the_order(reading: Read) -> None:
    text = "at,phone\n" + "".join(f"{'x' if i % 7 == 0 else 1772352000 + i},{13800000000 + i}\n" for i in range(100))
    found = reading(text, chunk=9)
    assert [line for line, *_ in found.seen] == [i + 2 for i in range(100) if i % 7]
    assert [rejection.line for rejection in found.bad] == [i + 2 for i in range(0, 100, 7)]
    assert found.rows == 100


def test_a_header_alone_gives_no_rows_and_no_error(reading: Read) -> None:
    found = reading("at,phone\n")
    assert (found.rows, found.failure) == (0, None)


def test_undeclared_columns_go_in_where_the_policy_parks_them(reading: Read) -> None:
    from graph.policy import from_mapping

    policy = from_mapping({"namespaces": {"phone": {}}, "undeclared": "park"})
    assert reading("at,phone,shoe\n1772352000,1,2\n", policy=policy).seen[0][3] == {"see": ["phone:1", "shoe:2"]}


def test_consents_become_events(reading: Read) -> None:
    text = (
        "consent,purposes,at,subject,expires,notice,channel,in_exchange_for\n"
        "K1,service; marketing,2026-03-01T08:00:00Z,phone:13800000001,2027-03-01,v3,wechat,coupon\n"
        "K2,service|marketing,1772352000,,,,,\n"
    )
    (line, first), (_, second) = reading(text).events
    assert line == 2
    assert (first.verb, first.consent, first.purposes, first.at) == ("consent", "K1", ("service", "marketing"), AT)
    assert (first.subject, first.notice, first.channel, first.in_exchange_for) == ("phone:13800000001", "v3", "wechat", "coupon")
    assert first.expires == instants.parse("2027-03-01")
    assert (second.purposes, second.subject) == (("service", "marketing"), None)


def test_withdrawals_become_events(reading: Read) -> None:
    text = (
        "withdraw,subject,purpose,at,reason\nK1,,,1772352000,too many\n,13800000001,marketing,1772352000,\n"
        "K1,13800000001,marketing,1772352000,\n,13800000001,,1772352000,\n,,,1772352000,\n"
    )
    found = reading(text, mapping=["subject=subject:phone"])
    (_, one), (_, other) = found.events
    assert (one.withdraw, one.reason) == ("K1", "too many")
    assert other.withdraw == BySubject(subject="phone:13800000001", purpose="marketing")
    assert found.problems == [(4, "invalid_event"), (5, "invalid_event"), (6, "invalid_event")]


def test_referrals_become_events(reading: Read) -> None:
    text = "referrer,referee,at,campaign,status,value\nphone:13800000001,phone:13800000002,1772352000,spring,pending,12.5\n"
    [(_, event)] = reading(text).events
    assert event.refer == ("phone:13800000001", "phone:13800000002")
    assert (event.campaign, event.status, event.value, event.source) == ("spring", "pending", 12.5, "a.csv")


def test_a_mapping_can_say_which_namespace_a_naming_column_holds(reading: Read) -> None:
    found = reading("referrer,referee,at\n6,2,1772352000\n", mapping=["referrer=referrer:name", "referee=referee:name"])
    assert found.events[0][1].refer == ("name:6", "name:2")


def test_orders_become_events(reading: Read) -> None:
    text = (
        "order,subject,at,amount,refunded,refunded_at,currency,campaign\n"
        "A1,13800000001,1772352000,199,50,2026-03-09,CNY,spring\nA2,13800000001,1772352000,,,,,\n,13800000001,1772352000,1,,,,\n"
    )
    found = reading(text, mapping=["subject=subject:phone"])
    [(_, event)] = found.events
    assert (event.verb, event.order, event.subject, event.source) == ("order", "A1", "phone:13800000001", "a.csv")
    assert (event.amount, event.refunded, event.refunded_at) == (199.0, 50.0, instants.parse("2026-03-09"))
    assert found.problems == [(3, "invalid_event"), (4, "invalid_event")]


def test_people_of_programmes_and_people_who_opt_out_become_events(reading: Read) -> None:
    [(_, event)] = reading("recruit,programme,at,expires\nphone:13800000001,koc,1772352000,2027-03-01\n").events
    assert (event.recruit, event.programme, event.expires) == ("phone:13800000001", "koc", instants.parse("2027-03-01"))
    found = reading("opt_out,at\nphone:13800000001,1772352000\n,1772352000\n")
    assert [event.opt_out for _, event in found.events] == ["phone:13800000001"]
    assert found.problems == [(3, "invalid_event")]
