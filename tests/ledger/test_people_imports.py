"""Files of what people know: each table comes in, in one of four languages, and out again as it was told."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mainstay.core.errors import InvalidSetting, MainstayError, MappingNeeded
from mainstay.ledger.fact_records import Recording
from mainstay.ledger.headings import likely_table
from mainstay.ledger.importing import save_set_aside
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.people_tables import PEOPLE
from mainstay.ledger.schema import TABLES

D = dt.date


def at(*when: int) -> dt.datetime:
    return dt.datetime(*when, tzinfo=dt.UTC)  # type: ignore[arg-type,misc]


# By table: a file as people write it, and its first row as it is known then.
FILES: dict[str, tuple[str, dict[str, Any]]] = {
    "contacts": (
        (
            "聯絡人編號,客戶代號,姓名,職稱,部門,決策角色,態度,電子郵件,電話,起日,離職日,直屬主管\n"
            "K1,鼎泰企業,王經理,採購經理,採購部,決策者,-2,wang@example.com,02-2345,2023/1/2,,K2\n"
            "K2,鼎泰企業,林總,總經理,管理層,影響,2,,,,,\n"
        ),
        {
            "contact_id": "K1",
            "account_id": "鼎泰企業",
            "name": "王經理",
            "title": "採購經理",
            "department": "purchasing",
            "power": "decides",
            "attitude": -2,
            "email": "wang@example.com",
            "phone": "02-2345",
            "from": D(2023, 1, 2),
            "left_on": None,
            "reports_to": "K2",
        },
    ),
    "ties": (
        "Contact code,Staff code,Strength,Known since\nK1,S1,3,2020-05-01\nK1,S2,0,\n",
        {"contact_id": "K1", "staff_id": "S1", "strength": 3, "since": D(2020, 5, 1)},
    ),
    "relationship_levels": (
        "客户编码,日期,关系层级,依据\n永丰贸易,2024年3月5日,3,签了联合研发协议\n",
        {
            "account_id": "永丰贸易",
            "on": D(2024, 3, 5),
            "level": 3,
            "why": "签了联合研发协议",
        },
    ),
    "visits": (
        (
            "방문일,거래처 코드,사번,만난 사람,방문유형,환대 여부,목적,메모,분위기,의견 청취,다음 방문일\n"
            '2024.3.5,한빛상사,S1,"K1, K2；K3",내방,예,단가 협의,신제품 문의,1,아니오,2024-04-05\n'
            "2024.3.6,한빛상사,S1,,전화,,,,,,\n"
        ),
        {
            "account_id": "한빛상사",
            "on": D(2024, 3, 5),
            "staff_id": "S1",
            "contacts": "K1;K2;K3",
            "kind": "visited_us",
            "received_well": True,
            "purpose": "단가 협의",
            "notes": "신제품 문의",
            "mood": 1,
            "asked_for_opinion": False,
            "next_on": D(2024, 4, 5),
        },
    ),
    "requests": (
        (
            "客戶代號,提出日期,需求內容,需求類型,負責人,回覆期限,回覆日,處理結果,拜訪編號\n"
            "Adler,113/03/05,開發耐熱型號,客製品,S1,113/03/20,,,V1\n"
        ),
        {
            "account_id": "Adler",
            "raised_on": D(2024, 3, 5),
            "text": "開發耐熱型號",
            "kind": "custom_product",
            "owner_id": "S1",
            "answer_due_on": D(2024, 3, 20),
            "answered_on": None,
            "outcome": None,
            "visit_id": "V1",
        },
    ),
    "complaints": (
        (
            "投诉编号,客户编码,受理时间,投诉类型,严重度,投诉内容,产品编码,批号,联系人,负责人,首次回复时间,到场时间,解决时间,客户接受,根本原因\n"
            "C1,永丰贸易,2024/3/5 下午2:30,质量,3,开裂,P1,B7,K1,S1,2024-03-05T15:00:00+08:00,"
            "45357.25,2024-03-08,○,原料\n"
            "C2,永丰贸易,2024-03-06 09:00,交货,1,晚到,,,,,,,,×,\n"
        ),
        {
            "complaint_id": "C1",
            "account_id": "永丰贸易",
            "opened_at": at(2024, 3, 5, 14, 30),
            "kind": "quality",
            "severity": 3,
            "text": "开裂",
            "product_id": "P1",
            "batch": "B7",
            "contact_id": "K1",
            "owner_id": "S1",
            "first_answer_at": at(2024, 3, 5, 7),
            "on_site_at": at(2024, 3, 6, 6),
            "solved_at": at(2024, 3, 8),
            "accepted_by_customer": True,
            "root_cause": "原料",
        },
    ),
    "promises": (
        (
            "Promise no,Customer no,Made on,Promised by,Kind,Text,Amount,Currency,Due on,Kept on,Amount kept\n"
            'P1,Adler,05.03.2024,S1,bonus,2% of the year,"1.234,50",EUR,31.12.2024,,\n'
            'P2,Adler,15.03.2024,S1,credit note,broken goods,"99,00",EUR,31.03.2024,30.03.2024,"99,00"\n'
        ),
        {
            "promise_id": "P1",
            "account_id": "Adler",
            "made_on": D(2024, 3, 5),
            "by_id": "S1",
            "kind": "rebate",
            "text": "2% of the year",
            "amount": Decimal("1234.5000"),
            "currency": "EUR",
            "due_on": D(2024, 12, 31),
            "kept_on": None,
            "kept_amount": None,
        },
    ),
    "incentives": (
        (
            "인센티브 번호,거래처 코드,유형,시작일,종료일,예산,집행금액,통화,담당 직원,대가 조건\n"
            'I1,한빛상사,판매경쟁,2024-01-01,2024-06-30,"1,000,000",250000,KRW,S1,진열 확대\n'
        ),
        {
            "incentive_id": "I1",
            "account_id": "한빛상사",
            "kind": "sales_contest",
            "from": D(2024, 1, 1),
            "to": D(2024, 6, 30),
            "budget": Decimal("1000000.0000"),
            "spent": Decimal("250000.0000"),
            "currency": "KRW",
            "owner_id": "S1",
            "in_return_for": "진열 확대",
        },
    ),
    "agreements": (
        (
            "客戶代號,客群,起日,迄日,付款天數,最低訂購額,違約罰則,配額,幣別,獨家,返利規則,價目表\n"
            "鼎泰企業,,2024-01-01,2024-12-31,60,5000,延遲每日 0.1%,900000,TWD,是,滿百萬 2%,L7\n"
            ",通路商,2024-01-01,,30,,,,,否,,\n"
        ),
        {
            "account_id": "鼎泰企業",
            "segment": None,
            "from": D(2024, 1, 1),
            "to": D(2024, 12, 31),
            "payment_terms_days": 60,
            "minimum_order": Decimal("5000.0000"),
            "penalties": "延遲每日 0.1%",
            "quota": Decimal("900000.0000"),
            "currency": "TWD",
            "exclusive": True,
            "rebate_rule": "滿百萬 2%",
            "price_list": "L7",
        },
    ),
    "service_standards": (
        (
            "Kind of complaint,Severity,Answer within,Solve within,On site within,Service hours\n"
            "delivery,3,0.5,24,4,24/7\nquestion,1,8,40,,business hours\n"
        ),
        {
            "kind": "delivery",
            "severity": 3,
            "answer_within": 0.5,
            "solve_within": 24.0,
            "on_site_within": 4.0,
            "calendar": "always",
        },
    ),
    "unit_conversions": (
        "产品编码,单位,换算率,每包数量,每托盘数量,最小批量\nP1,箱,12,12,480,24\n",
        {
            "product_id": "P1",
            "unit": "箱",
            "factor": 12.0,
            "pack": 12.0,
            "pallet": 480.0,
            "minimum_lot": 24.0,
        },
    ),
    "criteria": (
        (
            "거래처 코드,구매 기준,가중치,당사 충족,경쟁사,경쟁사 충족,평가일,출처\n"
            "한빛상사,납기 준수,0.4,있음,대한상사,없음,2024-03-05,김 과장\n"
        ),
        {
            "account_id": "한빛상사",
            "criterion": "납기 준수",
            "weight": 0.4,
            "we_meet": True,
            "competitor": "대한상사",
            "competitor_meets": False,
            "assessed_on": D(2024, 3, 5),
            "source": "김 과장",
        },
    ),
    "competitor_sightings": (
        (
            "Customer code,Seen on,Competitor,What was seen,Offer price,Currency,Product code,Details,Contact,Source\n"
            "Adler,3/15/2024,Rival & Co,price cut,9.80,USD,P1,10% under ours,K1,their contact\n"
        ),
        {
            "account_id": "Adler",
            "on": D(2024, 3, 15),
            "competitor": "Rival & Co",
            "what": "price",
            "price": Decimal("9.8000"),
            "currency": "USD",
            "product_id": "P1",
            "detail": "10% under ours",
            "contact_id": "K1",
            "source": "contact",
        },
    ),
    "goals": (
        "客户编码,期间,客户策略,共同目标,衡量指标,目标值,达成\n永丰贸易,2024,进军华南,新品占三成,新品占比,30%,12%\n",
        {
            "account_id": "永丰贸易",
            "period": "2024",
            "their_strategy": "进军华南",
            "common_goal": "新品占三成",
            "measure": "新品占比",
            "target": "30%",
            "reached": "12%",
        },
    ),
    "company_events": (
        "發生日期,事件類型,影響範圍,內容\n2024/3/5,漲價,通路商,全線 5%\n",
        {
            "on": D(2024, 3, 5),
            "kind": "price_rise",
            "scope": "通路商",
            "text": "全線 5%",
        },
    ),
    "absences": (
        "사번,시작일,종료일\nS1,2024-07-01,2024-07-14\n",
        {"staff_id": "S1", "from": D(2024, 7, 1), "to": D(2024, 7, 14)},
    ),
    "hours": (
        "Employee no,Valid from,Valid to,Hours a week\nS1,2024-01-01,,12.5\n",
        {"staff_id": "S1", "from": D(2024, 1, 1), "to": None, "weekly_hours": 12.5},
    ),
}
STAMPS = ("recorded_at", "import_id", "assumed", "withdrawn")


def told(book: Ledger, table: str, **when: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = book.table(table, **when).drop_columns(list(STAMPS)).to_pylist()
    return rows


def test_each_table_of_people_has_a_file_here() -> None:
    assert set(FILES) == {table.name for table in PEOPLE}


@pytest.mark.parametrize("table", FILES)
def test_a_file_comes_out_as_it_was_told(book: Ledger, load: Any, file: Any, table: str) -> None:
    text, expected = FILES[table]
    report = load(file(text), table=table)
    assert report.rows_set_aside == {}
    assert report.rows_taken == len(list(csv.reader(io.StringIO(text)))) - 1
    assert all(not source.unused for source in report.sources)
    first = next(
        row for row in told(book, table) if all(row[name] == v for name, v in expected.items())
    )
    made = {name: value for name, value in first.items() if name not in expected}
    if TABLES[table].made_of:
        assert set(made) == set(TABLES[table].key)
        assert all(len(value) == 16 for value in made.values())
    else:
        assert not made


@pytest.mark.parametrize("table", FILES)
def test_loaded_again_in_other_order_it_adds_nothing_and_can_be_undone(
    book: Ledger, load: Any, file: Any, table: str
) -> None:
    text, _ = FILES[table]
    heading, *rows = text.splitlines()
    first = load(file(text), table=table)
    known = told(book, table)
    again = load(file("\n".join([heading, *reversed(rows)]) + "\n", "again.csv"), table=table)
    assert (again.rows_taken, again.rows_copies) == (0, len(rows))
    assert book.facts.history(table).num_rows == len(known)
    book.undo(first.import_id)
    assert told(book, table) == []


@pytest.mark.parametrize("table", ["visits", "complaints", "agreements", "contacts"])
def test_as_of_a_day_only_what_happened_before_and_was_recorded_before(
    book: Ledger, load: Any, file: Any, table: str
) -> None:
    text, expected = FILES[table]
    report = load(file(text), table=table, assume_recorded=True)
    on = expected[TABLES[table].happened or ""]
    day = on.date() if isinstance(on, dt.datetime) else on
    after = day + dt.timedelta(days=1)

    def there(**when: Any) -> bool:
        rows = told(book, table, **when)
        return any(all(row[name] == v for name, v in expected.items()) for row in rows)

    assert not there(as_of=day)
    assert there(as_of=after)
    book.undo(report.import_id)
    load(file(text), table=table)
    recorded = book.table(table)["recorded_at"][0].as_py().date()
    assert not there(as_of=after, known_until=recorded)
    assert there(as_of=after, known_until=recorded + dt.timedelta(days=1))


@pytest.mark.parametrize("table", ["ties", "visits", "complaints"])
def test_what_a_file_told_can_be_withdrawn(book: Ledger, load: Any, file: Any, table: str) -> None:
    text, _ = FILES[table]
    load(file(text), table=table)
    rows = book.table(table)
    when = rows["recorded_at"][0].as_py() + dt.timedelta(days=1)
    withdrawn = rows.slice(0, 1).select(list(TABLES[table].key))
    book.facts.append_all({table: withdrawn}, Recording("w", when, withdrawn=True))
    assert book.table(table).num_rows == rows.num_rows - 1
    assert book.table(table, known_until=when).num_rows == rows.num_rows
    assert (
        withdrawn.to_pylist()[0]
        not in book.table(table).select(list(TABLES[table].key)).to_pylist()
    )


VISITS = "account_id,on,staff_id,mood,received_well\nA,2024-03-05,S,1,yes\n"
COMPLAINTS = "complaint_id,account_id,opened_at\nC1,A,2024-03-05 14:30\n"
AGREEMENTS = "account_id,segment,from,payment_terms_days\nA,,2024-01-01,30\n"


@pytest.mark.parametrize(
    ("table", "text", "reason", "said"),
    [
        (
            "visits",
            VISITS + "B,2024-03-05,S,3,yes\n",
            "outside_range",
            "“3” in “mood” (row 3 of “orders.csv”) is not from -2 to 2. Rows like it: 1.",
        ),
        (
            "visits",
            VISITS + "B,2024-03-05,S,1.5,yes\n",
            "bad_value",
            "“1.5” in “mood” (row 3 of “orders.csv”) is no number that can be stored. Rows like it: 1.",
        ),
        (
            "visits",
            VISITS + "B,2024-03-05,S,1,perhaps\n",
            "bad_value",
            "“perhaps” in “received_well” (row 3 of “orders.csv”) is neither yes nor no. Rows like it: 1.",
        ),
        (
            "complaints",
            COMPLAINTS + "C2,A,2024-03-05 25:30\n",
            "bad_date",
            (
                "“2024-03-05 25:30” in “opened_at” (row 3 of “orders.csv”) is no date and time. "
                "Rows like it: 1."
            ),
        ),
        (
            "complaints",
            COMPLAINTS + "C2,A,\n",
            "no_date",
            (
                "“opened_at” is empty in row 3 of “orders.csv”, and the table needs it. "
                "Rows like it: 1."
            ),
        ),
        (
            "complaints",
            COMPLAINTS + "C2,A,1824-03-05 10:00\n",
            "date_out_of_range",
            (
                "“1824-03-05 10:00” in “opened_at” (row 3 of “orders.csv”) is too far in the past or "
                "future to be true. Rows like it: 1."
            ),
        ),
        (
            "agreements",
            AGREEMENTS + "B,,2024-01-01,-1\n",
            "below_zero",
            (
                "“-1” in “payment_terms_days” (row 3 of “orders.csv”) is below 0, which can't be. "
                "Rows like it: 1."
            ),
        ),
        (
            "promises",
            "promise_id,account_id,made_on,due_on\nP1,A,2024-03-05,2024-03-06\nP2,A,2024-03-05,2024-03-04\n",
            "ends_before_it_begins",
            (
                "“2024-03-04” in “due_on” (row 3 of “orders.csv”) is before the day on which it begins. "
                "Rows like it: 1."
            ),
        ),
    ],
)
def test_a_row_that_can_not_be_is_set_aside_with_its_reason(
    load: Any, file: Any, table: str, text: str, reason: str, said: str
) -> None:
    report = load(file(text), table=table)
    assert report.rows_taken == 1
    assert report.rows_set_aside == {reason: 1}
    assert said in [str(line) for line in report.lines()]


@pytest.mark.parametrize(
    ("table", "text", "said"),
    [
        ("visits", VISITS.replace(",1,", ",7,"), "is not from -2 to 2. Correct it and load"),
        ("visits", VISITS.replace("yes", "oui"), "is neither yes nor no. Correct it and load"),
        ("complaints", COMPLAINTS.replace("14:30", "noonish"), "is no date and time. Correct it"),
        ("agreements", AGREEMENTS.replace("A,,", ",,"), "lack a value or have one that can't be"),
    ],
)
def test_a_file_of_such_rows_is_refused_with_its_reason(
    load: Any, file: Any, table: str, text: str, said: str
) -> None:
    with pytest.raises(MainstayError) as failed:
        load(file(text), table=table)
    assert said in str(failed.value)


def test_a_moment_in_a_workbook_or_with_a_zone_is_the_same_moment(
    book: Ledger, load: Any, tmp_path: Path
) -> None:
    zoned = pa.array([at(2024, 3, 5, 14, 30)], pa.timestamp("ms", "Asia/Taipei"))
    naive = pa.array([dt.datetime(2024, 3, 5, 14, 30)], pa.timestamp("ns"))
    serial = pa.array([45356 + 14.5 / 24])
    for n, column in enumerate((zoned, naive, serial)):
        rows = pa.table({"complaint_id": [f"C{n}"], "account_id": ["A"], "opened_at": column})
        pq.write_table(rows, tmp_path / f"{n}.parquet")
        assert load(tmp_path / f"{n}.parquet", table="complaints").rows_taken == 1
    opened = book.table("complaints")["opened_at"].to_pylist()
    assert opened == [at(2024, 3, 5, 14, 30)] * 3


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("yes no", [True, False]),
        ("Y N", [True, False]),
        ("TRUE False", [True, False]),
        ("1 0", [True, False]),
        ("1.0 0.0", [True, False]),
        ("x n/a", [True, None]),
        ("✓ ✗", [True, False]),
        ("是 否", [True, False]),
        ("有 無 无", [True, False, False]),
        ("예 아니오", [True, False]),
        ("○ ×", [True, False]),
        ("O X", [True, False]),
        ("Ｙ ０", [True, False]),
    ],
)
def test_yes_and_no(
    book: Ledger, load: Any, file: Any, written: str, read: list[bool | None]
) -> None:
    rows = "".join(f"A{n},2024-03-05,S,{word}\n" for n, word in enumerate(written.split()))
    report = load(file("account_id,on,staff_id,received_well\n" + rows), table="visits")
    assert report.rows_set_aside == {}
    rows_told = sorted(told(book, "visits"), key=lambda row: row["account_id"])
    assert [row["received_well"] for row in rows_told] == read


def test_a_visit_without_a_number_told_again_corrects_the_first(
    book: Ledger, load: Any, file: Any
) -> None:
    load(file(VISITS), table="visits")
    load(file(VISITS.replace(",1,", ",-1,"), "corrected.csv"), table="visits")
    assert [row["mood"] for row in told(book, "visits")] == [-1]


@pytest.mark.parametrize("table", [t.name for t in PEOPLE if t.made_of])
def test_a_row_has_one_made_id_by_whichever_way_it_comes(
    book: Ledger, load: Any, file: Any, table: str
) -> None:
    text, _ = FILES[table]
    load(file(text), table=table)
    known = book.table(table)
    (key,) = TABLES[table].key
    when = known["recorded_at"][0].as_py() + dt.timedelta(days=1)
    book.facts.append(table, known.drop_columns([key, *STAMPS]), "typed in", when)
    assert sorted(book.table(table)[key].to_pylist()) == sorted(known[key].to_pylist())


def test_of_two_visits_that_only_a_number_would_tell_apart_none_is_lost(
    book: Ledger, load: Any, file: Any, tmp_path: Path
) -> None:
    twice = VISITS + "A,2024-03-05,S,-1,no\nA,2024-03-05,S,1,yes\n"
    report = load(file(twice), table="visits")
    assert (report.rows_taken, report.rows_copies) == (1, 1)
    assert report.rows_set_aside == {"no_number": 1}
    aside = tmp_path / "aside.csv"
    assert save_set_aside(book, report.import_id, aside) == 1
    mended = aside.read_text(encoding="utf-8-sig").splitlines()
    aside.write_text(f"visit_id,{mended[0]}\nV2,{mended[1]}\n", encoding="utf-8")
    assert load(aside, table="visits").rows_taken == 1
    assert sorted(row["mood"] for row in told(book, "visits")) == [-1, 1]
    numbered = "visit_id,account_id,on,staff_id\nV3,A,2024-03-05,S\nV4,A,2024-03-05,S\n"
    assert load(file(numbered, "numbered.csv"), table="visits").rows_taken == 2


def test_texts_of_any_length_and_kind_come_out_as_they_went_in(
    book: Ledger, load: Any, file: Any
) -> None:
    texts = [
        "甲" * 10_000,
        "<script>alert(1)</script>",
        "'; DROP TABLE facts; --",
        "\u202eabc",
        "👍\u200d",
    ]
    rows = "".join(f'A{n},2024-03-05,"{text}"\n' for n, text in enumerate(texts))
    assert load(file("account_id,raised_on,text\n" + rows), table="requests").rows_taken == 5
    known = sorted(told(book, "requests"), key=lambda row: row["account_id"])
    assert [row["text"] for row in known] == texts


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"mood": 3}, "“mood” of “visits” can only be -2 to 2, and is 3 in row 1; correct it."),
        ({"mood": -3}, "“mood” of “visits” can only be -2 to 2, and is -3 in row 1; correct it."),
    ],
)
def test_a_table_in_memory_outside_its_bounds_is_refused(rows: dict[str, Any], said: str) -> None:
    visit = {"account_id": "A", "on": D(2024, 3, 5), "staff_id": "S"}
    orders = pa.table({"account_id": ["A"], "ordered_on": [D(2024, 1, 1)], "amount": [1.0]})
    with pytest.raises(InvalidSetting) as failed:
        Ledger.from_tables(order_lines=orders, visits=pa.Table.from_pylist([visit | rows]))
    assert str(failed.value) == said
    book = Ledger.from_tables(order_lines=orders, visits=pa.Table.from_pylist([visit]))
    assert len(told(book, "visits")[0]["visit_id"]) == 16


@pytest.mark.parametrize("table", FILES)
def test_a_file_loaded_as_another_table_is_told_which_it_is(
    load: Any, file: Any, table: str
) -> None:
    headings = FILES[table][0].splitlines()[0].split(",")
    assert likely_table(headings) == table
    with pytest.raises(MappingNeeded, match=f"--table {table}, or say which heading"):
        load(file(FILES[table][0]), table="exchange_rates")


def test_a_file_that_may_be_any_table_is_taken_for_none() -> None:
    assert likely_table(["Customer", "Foo", "Bar", "Baz"]) is None
    assert likely_table([]) is None
    assert likely_table(["Customer ID", "Invoice Date", "Amount", "SKU"]) == "order_lines"
