"""Text files of any delimiter and encoding; broken lines are set aside one by one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mainstay.core.errors import MainstayError
from mainstay.ledger.readers import ROW, Raw, ReadOptions, lines_scan, read_source, transcode
from mainstay.ledger.staging import Staging

Rows = list[tuple[Any, ...]]


@pytest.fixture
def staging() -> Iterator[Staging]:
    with Staging() as given:
        yield given


@pytest.fixture
def read(staging: Staging, tmp_path: Path) -> Callable[..., tuple[Raw, Rows, Rows]]:
    def run(data: bytes, **options: Any) -> tuple[Raw, Rows, Rows]:
        path = tmp_path / "orders.csv"
        path.write_bytes(data)
        (raw,) = read_source(staging, path, ReadOptions(**options))
        columns = ", ".join(f"c{i}" for i in range(len(raw.headings)))
        rows = staging.rows(f"SELECT {ROW}, {columns} FROM {raw.relation} ORDER BY {ROW}")
        bad = staging.rows(f"SELECT row, reason FROM {raw.broken} ORDER BY 1") if raw.broken else []
        assert (raw.rows, raw.broken_rows) == (len(rows), len(bad))
        return raw, rows, bad

    return run


TEXTS = {
    "utf-8": "Kunde,Datum,Betrag\nMüller,2024-01-01,5\n鼎泰企業,2024-01-02,6\n",
    "utf-8-sig": "Kunde,Datum,Betrag\nMüller,2024-01-01,5\n",
    "utf-16": "Kunde,Datum,Betrag\r\n鼎泰企業,2024-01-01,5\r\n",
    "utf-16-le": "Customer,Date,Amount\nMüller,2024-01-01,5\n",
    "utf-16-be": "Customer,Date,Amount\nMüller,2024-01-01,5\n",
    "gb18030": "客户编号,订单日期,金额\n北京贸易公司,2024-01-01,5\n上海商店,2024-01-02,6\n",
    "big5": "客戶編號,訂單日期,金額\n台北貿易公司,2024-01-01,5\n高雄商店,2024-01-02,6\n",
    "cp949": "거래처코드,주문일자,금액\n서울상사,2024-01-01,5\n부산무역,2024-01-02,6\n",
    "shift_jis": "顧客コード,注文日,金額\nトヨタ商店,2024-01-01,5\n山田の店,2024-01-02,6\n",
    "latin-1": "Kunde,Datum,Betrag\nMüller & Söhne,2024-01-01,5\nCafé Übel,2024-01-02,6\n",
    "cp1251": "Клиент,Дата,Сумма\nМосква торг,2024-01-01,5\nСевер поставка,2024-01-02,6\n",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_encodings_are_recognised(read: Any, encoding: str) -> None:
    text = TEXTS[encoding]
    lines = text.splitlines()
    raw, rows, bad = read(text.encode(encoding))
    assert list(raw.headings) == lines[0].split(",")
    assert [list(row[1:]) for row in rows] == [line.split(",") for line in lines[1:]]
    assert bad == []


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "cp949", "shift_jis", "latin-1"])
def test_an_encoding_that_shows_late_is_recognised(read: Any, encoding: str) -> None:
    """The first quarter of a megabyte is ASCII; the file has to be read anew."""
    _head, *rest = TEXTS[encoding].splitlines()
    ascii_lines = "".join(f"A{i},2024-01-01,{i}\n" for i in range(20_000))
    text = "Customer,Date,Amount\n" + ascii_lines + "\n".join(rest) + "\n"
    _, rows, bad = read(text.encode(encoding))
    assert [row[1] for row in rows[20_000:]] == [line.split(",")[0] for line in rest]
    assert bad == []


def test_an_encoding_can_be_said(read: Any) -> None:
    _, rows, _ = read(
        "Customer,Date,Amount\nMüller,2024-01-01,5\n".encode("cp437"), encoding="cp437"
    )
    assert rows[0][1] == "Müller"
    with pytest.raises(MainstayError, match="no encoding “klingon”"):
        read(b"a,b\n1,2\n", encoding="klingon")


@pytest.mark.parametrize("sign", [",", ";", "\t", "|", "~", "^", "\x1f"])
def test_delimiters_are_recognised(read: Any, sign: str) -> None:
    text = f"Customer{sign}Date{sign}Amount\nA{sign}2024-01-01{sign}1.5\nB{sign}2024-01-02{sign}2\n"
    raw, rows, _ = read(text.encode())
    assert raw.headings == ("Customer", "Date", "Amount")
    assert rows[1] == (3, "B", "2024-01-02", "2")


def test_decimal_commas_do_not_look_like_a_delimiter(read: Any) -> None:
    _, rows, _ = read(b"Customer;Date;Amount\nA;2024-01-01;1,5\nB;2024-01-02;2,5\n")
    assert rows[0] == (2, "A", "2024-01-01", "1,5")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(read: Any, end: str) -> None:
    _, rows, bad = read(
        end.join(["Customer,Date,Amount", "A,2024-01-01,1", "B,2024-01-02,2"]).encode()
    )
    assert rows == [(2, "A", "2024-01-01", "1"), (3, "B", "2024-01-02", "2")]
    assert bad == []


def test_mixed_line_ends(read: Any) -> None:
    _, rows, bad = read(b"Customer,Date,Amount\r\nA,2024-01-01,1\nB,2024-01-02,2\r\n")
    assert [row[1] for row in rows] == ["A", "B"]
    assert bad == []


def test_a_title_over_the_headings(read: Any) -> None:
    raw, rows, _ = read(b'Sales report\n\n"All of\n2024"\nCustomer,Date,Amount\nA,2024-01-01,1\n')
    assert raw.headings == ("Customer", "Date", "Amount")
    assert rows[0][1:] == ("A", "2024-01-01", "1")


def test_rows_of_another_width_are_set_aside(read: Any) -> None:
    data = (
        b"Customer,Date,Amount\nA,2024-01-01,1\nB,2024-01-02\nC,2024-01-03,3,4,5\nD,2024-01-04,4\n"
    )
    _, rows, bad = read(data)
    assert [row[0] for row in rows] == [2, 5]
    assert bad == [(3, "wrong_width"), (4, "wrong_width")]


def test_blank_lines_keep_the_numbers_of_the_rows(read: Any) -> None:
    _, rows, bad = read(
        b"Customer,Date,Amount\n\nA,2024-01-01,1\n\n\nB,2024-01-02\nC,2024-01-03,3\n\n"
    )
    assert [(row[0], row[1]) for row in rows] == [(3, "A"), (7, "C")]
    assert bad == [(6, "wrong_width")]


def test_quoted_cells(read: Any) -> None:
    data = b'Customer,Date,Amount\n"A, ""B""",2024-01-01,"1,5"\n"two\nlines",2024-01-02,2\nC,2024-01-03,"3"'
    _, rows, bad = read(data)
    assert [row[1:] for row in rows] == [
        ('A, "B"', "2024-01-01", "1,5"),
        ("two\nlines", "2024-01-02", "2"),
        ("C", "2024-01-03", "3"),
    ]
    assert bad == []


def test_quotes_within_words_are_letters(read: Any) -> None:
    _, rows, bad = read(b'Product,Date,Amount\n7" frame,2024-01-01,1\n5" x 7" frame,2024-01-02,2\n')
    assert [row[1] for row in rows] == ['7" frame', '5" x 7" frame']
    assert bad == []


@pytest.mark.parametrize("place", [0, 500, 999])
@pytest.mark.parametrize("quoted", [False, True], ids=["no other quotes", "other quotes"])
def test_a_quote_that_is_never_closed_costs_one_line(read: Any, place: int, quoted: bool) -> None:
    """DuckDB alone would lose all lines up to the next quote, in silence."""
    name = '"A, Inc."' if quoted else "A"
    lines = [f"{name},2024-01-01,{i}" for i in range(1000)]
    lines[place] = '"A,2024-01-01,1'
    _, rows, bad = read(("Customer,Date,Amount\n" + "\n".join(lines) + "\n").encode())
    assert bad == [(place + 2, "broken_quotes")]
    assert [row[0] for row in rows] == [n for n in range(2, 1002) if n != place + 2]


def test_quotes_that_are_even_in_number_and_still_wrong(read: Any) -> None:
    data = b'Product,Note,Amount\nx"y,a,"1\nB,b,2\nC,"c, d",3\n' + b'"D" frame,d,4\nE,e,5\n'
    _, rows, bad = read(data)
    assert [row[1] for row in rows] == ["B", "C", "E"]
    assert [reason for _, reason in bad] == ["broken_quotes", "broken_quotes"]


@pytest.mark.parametrize("encoding", ["cp949", "big5hkscs", "gb18030", "cp1252"])
@pytest.mark.parametrize("mark", ["", '"'], ids=["bare", "quoted"])
def test_a_file_in_another_encoding_than_was_said(read: Any, encoding: str, mark: str) -> None:
    name = {"cp949": "cp949", "big5hkscs": "big5", "gb18030": "gb18030", "cp1252": "latin-1"}
    head, *lines = TEXTS[name[encoding]].splitlines()
    quoted = [f"{mark}{line.split(',')[0]}{mark},2024-01-01,5" for line in lines]
    data = "\n".join([head, *quoted * 200, ""]).encode(encoding)
    with pytest.raises(MainstayError) as failed:
        read(data, encoding="utf-8")
    assert str(failed.value).startswith("“orders.csv” is not in utf-8; it looks like ")
    other = str(failed.value).split("looks like ")[1].split(".")[0]
    assert data.decode(other) == data.decode(encoding)
    assert read(data, encoding=other)[1] == read(data)[1]


def test_a_few_rows_in_another_encoding_than_was_said_are_set_aside(read: Any) -> None:
    good = "Kunde,Datum,Betrag\n" + "Müller,2024-01-01,5\n" * 5
    odd = "서울상사,2024-01-01,5\n" * 4
    _, rows, bad = read(good.encode() + odd.encode("cp949"), encoding="utf-8")
    assert len(rows) == 5
    assert bad == [(row, "bad_encoding") for row in range(7, 11)]


def test_rows_in_another_encoding_are_set_aside(read: Any) -> None:
    good = "Kunde,Datum,Betrag\n" + "Müller,2024-01-01,5\n" * 50
    _, rows, bad = read(
        good.encode() + "Böse,2024-01-01,7\n".encode("latin-1") + b"Ende,2024-01-01,1\n"
    )
    assert len(rows) == 51
    assert rows[-1][:2] == (53, "Ende")
    assert bad == [(52, "bad_encoding")]


def test_rows_in_another_encoding_than_big5_are_set_aside(read: Any) -> None:
    good = "客戶編號,訂單日期,金額\n" + "台北貿易公司,2024-01-01,5\n" * 50
    _, rows, bad = read(
        good.encode("big5") + "Bö,2024-01-01,7\n".encode("latin-1") + b"End,2024-01-01,1\n"
    )
    assert bad == [(52, "bad_encoding")]
    assert rows[-1][:2] == (53, "End")


def test_a_line_longer_than_any_row_is_set_aside(read: Any) -> None:
    long = b"B" * (lines_scan.LONGEST_LINE_BYTES * 5)
    _, rows, bad = read(
        b"Customer,Date,Amount\nA,2024-01-01,1\n" + long + b",2024-01-02,2\nC,2024-01-03,3\n"
    )
    assert [row[:2] for row in rows] == [(2, "A"), (4, "C")]
    assert bad == [(3, "line_too_long")]


def test_what_is_read_in_pieces_is_what_is_read_whole(
    read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quotes, breaks and encodings on the seams of the pieces in which a large file is read."""
    rng = random.Random(7)
    lines = []
    for i in range(400):
        name = rng.choice(["A", '"B, C"', '"two\nlines"', '"open', "Ü", '7" frame', '""', "x\x00y"])
        lines.append(f"{name},2024-01-01,{i}" + (",extra" if rng.random() < 0.05 else ""))
    data = ("Customer,Date,Amount\n" + "\n".join(lines) + "\n").encode()
    whole = read(data)[1:]
    chunked = lines_scan.chunks_of_lines
    for size in (64, 257, 4096):
        for module in (lines_scan, transcode):
            monkeypatch.setattr(
                module, "chunks_of_lines", lambda path, skip=0, s=size: chunked(path, skip, s)
            )
        assert read(data)[1:] == whole
    assert len(whole[0]) + len(whole[1]) == 400


def test_many_rows_missing_here_and_there_keep_their_numbers(read: Any) -> None:
    lines = [f"A,2024-01-01,{i}" if i % 3 else "short" for i in range(300)]
    _, rows, bad = read(("Customer,Date,Amount\n" + "\n".join(lines) + "\n").encode())
    assert [row[0] for row in rows] == [i + 2 for i in range(300) if i % 3]
    assert [row for row, _ in bad] == [i + 2 for i in range(300) if not i % 3]
