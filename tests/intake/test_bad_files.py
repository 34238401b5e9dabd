"""Bad input: each says where and why, never a value; the good rows go in."""

import gzip
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intake.rejecting import CODES
from tests.intake.outcomes import gathered

Read = Callable[..., Any]
ROW = "1772352000,13800000001\n"


def reasons(found: Any) -> list[tuple[int, str, str]]:
    return [(rejection.line, rejection.code, rejection.message) for rejection in found.bad]


def test_rows_that_cannot_be_read_are_named_with_line_code_and_reason(reading: Read) -> None:
    text = (
        "at,phone,weight,event_id\n"
        "yesterday,13800000001,,\n"
        ",13800000001,,\n"
        "1772352000,,,\n"
        "1772352000,13800000001,heavy,\n"
        "1772352000,13800000001,-1,\n"
        "1772352000,13800000001,,,\n"
        "1772352000\n"
        f"1772352000,13800000001,,{'e' * 1025}\n"
        "1772352000,13800000001,nan,\n"
        "1772352000,13800000001,,\n"
    )
    found = reading(text)
    assert [line for line, *_ in found.seen] == [11]
    assert reasons(found) == [
        (2, "invalid_time", "not a time: use ISO 8601 (2026-03-01T08:00:00Z) or Unix seconds, in the years 1970 to 9999"),
        (3, "missing_time", "no time in the column of 'at'"),
        (4, "missing_identifier", "no identifier in any column"),
        (5, "invalid_weight", "the weight is no number of 0 or more"),
        (6, "invalid_weight", "the weight is no number of 0 or more"),
        (7, "wrong_columns", "5 columns where the header has 4"),
        (8, "wrong_columns", "1 columns where the header has 4"),
        (9, "too_long", "more than 1024 characters in the column of 'event_id'"),
        (10, "invalid_weight", "the weight is no number of 0 or more"),
    ]
    assert {code for _, code in found.problems} <= CODES


def test_quotes_that_are_wrong_cost_their_own_line(reading: Read) -> None:
    found = reading(f'at,name\n1772352000,"a" b\n1772352000,c\n1772352000,"open\n{ROW}')
    assert [line for line, *_ in found.seen] == [3, 5]
    assert reasons(found) == [
        (2, "invalid_quote", 'text after the quote (") that closes a cell'),
        (4, "unclosed_quote", "a quote (\") opens a cell and isn't closed"),
    ]


def test_a_nul_byte_costs_its_own_line(reading: Read) -> None:
    found = reading(f"at,phone\n1772352000,1\x002\n{ROW}")
    assert (len(found.seen), reasons(found)) == (1, [(2, "nul_byte", "a NUL byte in it")])


def test_rows_in_another_encoding_are_rejected_and_the_encoding_is_hinted_at(reading: Read) -> None:
    found = reading(b"at,name\n" + "1772352000,王小明\n".encode("gb18030") + b"1772352000,Tom\n")
    assert [line for line, *_ in found.seen] == [3]
    text = "not utf-8 text at byte 12 of the line; is it in another encoding, say --encoding, e.g. gb18030"
    assert reasons(found) == [(2, "wrong_encoding", text)]


def test_a_header_in_another_encoding_ends_the_reading(reading: Read) -> None:
    assert reading("at,姓名\n1,2\n".encode("gb18030")).failure == (
        "DIR/a.csv: line 1, the header, is not utf-8 text at byte 4 of the line; "
        "is it in another encoding, say --encoding, e.g. gb18030"
    )


def test_utf_16_read_as_something_else_is_recognised(reading: Read) -> None:
    assert reading("at,phone\n".encode("utf-16")).failure == "DIR/a.csv: UTF-16 text; say --encoding utf-16"
    assert reading("at,phone\n".encode("utf-16-le")).failure == (
        "DIR/a.csv: NUL bytes in line 1: not a text file, or text in UTF-16 (say --encoding utf-16)"
    )


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13"])
def test_an_unknown_encoding_is_named(reading: Read, name: str) -> None:
    assert f"'{name}'" in reading(f"at,phone\n{ROW}", encoding=name).failure


def test_bytes_that_are_no_gb18030_are_rejected_by_line(reading: Read) -> None:
    found = reading(b"at,name\n1772352000,\xff\xff\n1772352000,Tom\n", encoding="gb18030")
    text = "not gb18030 text at byte 12 of the line; is it in another encoding, say --encoding, e.g. utf-8"
    assert (len(found.seen), reasons(found)) == (1, [(2, "wrong_encoding", text)])


def test_half_a_gzip_gives_its_good_rows_and_then_its_place(reading: Read) -> None:
    rows = "".join(f"{1772352000 + i * 7919 % 86400},{13800000000 + i * 104729 % 99999999}\n" for i in range(20_000))
    whole = gzip.compress(f"at,phone\n{rows}".encode(), mtime=0)
    found = reading(whole[: len(whole) // 2], "a.csv.gz")
    assert 5_000 < len(found.seen) < 15_000
    assert not found.bad
    line = found.seen[-1][0] + 1
    assert found.failure == f"DIR/a.csv.gz: the gzip data end before their end: the file is cut off (in line {line})"


def test_a_damaged_gzip_gives_the_rows_before_the_damage(reading: Read) -> None:
    rows = "".join(f"{1772352000 + i * 7919 % 86400},{13800000000 + i * 104729 % 99999999}\n" for i in range(20_000))
    data = bytearray(gzip.compress(f"at,phone\n{rows}".encode(), mtime=0))
    data[-len(data) // 4] ^= 0xFF
    found = reading(bytes(data), "a.csv.gz")
    assert found.failure.startswith("DIR/a.csv.gz: the gzip data are damaged (in line ")
    assert len(found.seen) > 3_000


def test_a_line_of_100_mb_is_rejected_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(f"at,phone\n{ROW}1772352000,".encode())
        for _ in range(100):
            file.write(b"x" * (1 << 20))
        file.write(f"\n{ROW}".encode())
    tracemalloc.start()
    found = gathered(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [line for line, *_ in found.seen] == [2, 4]
    assert reasons(found) == [(3, "line_too_long", "longer than 1,048,576 bytes")]
    assert peak < 40 << 20


def test_lines_somewhat_too_long_are_rejected_wherever_they_stand(reading: Read) -> None:
    long = f"1772352000,{'x' * (1 << 20)}\n"
    found = reading(f"at,phone\n{long}{ROW}{long}{long}{ROW}" + ROW * 100_000 + long.rstrip())
    assert found.problems == [(line, "line_too_long") for line in (2, 4, 5, 100_007)]
    assert len(found.seen) == 100_002


def test_a_quoted_cell_that_swallows_more_than_a_line_may_have_costs_one_line(reading: Read) -> None:
    found = reading(f'at,phone\n1772352000,"138\n{ROW * 60_000}1772352000,"x"\n')
    assert found.problems == [(2, "unclosed_quote")]
    assert len(found.seen) == 60_001


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "DIR/a.csv: the file is empty"),
        (b"\n\n", "DIR/a.csv: no header and no rows: the file is blank"),
        (b"PK\x03\x04...", "DIR/a.csv: a zip archive or an Excel workbook: save it as CSV first"),
        (
            b"phone,email\n1,2\n",
            "DIR/a.csv: no column 'at' (when it happened); if another column has the time, say --map COLUMN=at",
        ),
        (b"at,source\n1,2\n", "DIR/a.csv: no column of identifiers; declared are phone, email, openid, name, device"),
        (
            b"at,phone,shoe size\n1,2,3\n",
            "DIR/a.csv: column 'shoe size' is neither reserved nor declared; declared are phone, email, openid, name, device; "
            "reserved are at, source, event_id, session, consent, basis, weight; "
            "say what it means with --map 'shoe size=TARGET', or leave it out with --map 'shoe size=-'",
        ),
        (
            b"ts,phone,role\n",
            "DIR/a.csv: columns 'ts', 'role' are neither reserved words nor declared namespaces; "
            "declared are phone, email, openid, name, device; "
            "reserved are at, source, event_id, session, consent, basis, weight; "
            "say what it means with --map ts=TARGET, or leave it out with --map ts=-; and no column is 'at' (when it happened)",
        ),
        (b"at,phone,email,phone\n", "DIR/a.csv: two columns are named 'phone': 2 and 4; give each its own name"),
        (b"at,phone,\n", "DIR/a.csv: column 3 has no name in the header"),
        (b'at,"phone\n', "DIR/a.csv: line 1, the header: the quotes are wrong"),
        (b"at,phone\r1,2\r", "DIR/a.csv: line 1 has returns (CR) without newlines (LF): write the file with LF or CR LF"),
        (b"2026-03-01,13800000001\n", "DIR/a.csv: line 1 holds values, not the names of the columns; a header must come first"),
        (b"at,tom@acme.com\n", "DIR/a.csv: line 1 holds values, not the names of the columns; a header must come first"),
        (b"referrer,at\n", "DIR/a.csv: no column 'referee', which a file of referrals must have"),
        (b"purposes,at\n", "DIR/a.csv: no column 'consent', which a file of consents must have"),
        (
            b"consent,purposes\n",
            "DIR/a.csv: no column 'at' (when it happened); if another column has the time, say --map COLUMN=at",
        ),
    ],
)
def test_a_file_that_can_not_be_read_says_why(reading: Read, content: bytes, message: str) -> None:
    found = reading(content)
    assert found.failure == message
    assert found.rows == 0


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (["phone"], "--map takes HEADER=TARGET, the target being a reserved word, NAMESPACE, NAMESPACE@SCOPE or -"),
        (["phone=-", "phone=email"], "--map names the column 'phone' twice"),
        (["fone=phone"], "--map names column 'fone', but the header has: at, phone, email"),
        (["email=at"], "two columns are 'at': 'at' and 'email'"),
    ],
)
def test_a_mapping_that_can_not_be_followed_says_why(reading: Read, mapping: list[str], message: str) -> None:
    assert reading("at,phone,email\n", mapping=mapping).failure == f"DIR/a.csv: {message}"


def test_a_mapping_to_an_undeclared_namespace_is_refused(reading: Read) -> None:
    assert "column 'email' is neither reserved nor declared" in reading("at,phone,email\n", mapping=["email=mail"]).failure


def test_no_file_and_a_directory_are_told_apart(tmp_path: Path) -> None:
    assert gathered(tmp_path / "none.csv").failure == "DIR/none.csv: no such file"
    (tmp_path / "folder").mkdir()
    assert gathered(tmp_path / "folder").failure == "DIR/folder: a directory; name the files in it"


def test_bad_consents_and_referrals_are_rejected_by_line(reading: Read) -> None:
    found = reading(
        "consent,purposes,at,expires\nK1,,1772352000,\n,service,1772352000,\nK1,service,,\nK1,service,1772352000,soon\n"
    )
    assert found.problems == [(2, "invalid_event"), (3, "invalid_event"), (4, "missing_time"), (5, "invalid_event")]
    found = reading("referrer,referee,at,status\n,phone:1,1772352000,\nphone:1,phone:2,1772352000,maybe\n")
    assert found.problems == [(2, "invalid_event"), (3, "invalid_event")]


def test_no_reason_tells_a_value(reading: Read) -> None:
    secret = "13800009999"
    text = f'at,phone,weight\n{secret}x,{secret},1\n1,{secret},{secret}x\n1,{secret}\n1,"{secret}"x,1\n1,"{secret},1\n'
    found = reading(text)
    assert len(found.bad) == 5
    assert secret not in " ".join(rejection.message for rejection in found.bad)
