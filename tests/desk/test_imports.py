"""Files at the desk: brought, read, corrected, loaded, reported, undone."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mainstay.core.home import Home
from mainstay.desk.imports import reports
from mainstay.desk.imports.models import Upload
from mainstay.desk.imports.receiving import safe_name
from mainstay.desk.jobs import running
from mainstay.desk.jobs.models import Job

pytestmark = pytest.mark.django_db

ORDERS = """客戶代號,客戶名稱,訂單日期,金額,訂單編號,產品編號
00123,大同五金股份有限公司,2024/03/05,"1,234.50",SO1,K-200
00123,大同五金股份有限公司,2024/03/05,80.00,SO1,K-310
00456,Harbour <b>Hardware</b> Ltd,2024/03/06,-59.00,CN1,K-200
00456,Harbour <b>Hardware</b> Ltd,2024/04/06,12.00,SO2,POST
,,2024/03/07,33.10,SO3,K-200
00456,Harbour <b>Hardware</b> Ltd,2024/13/45,10.00,SO4,K-200
"""


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Home:
    """A home folder of this test's own."""
    made = Home(tmp_path / "home").prepare()
    settings.HOME = made
    settings.FILE_UPLOAD_TEMP_DIR = made.uploads
    return made


def work(job_id: str) -> Job:
    """What the worker does, here and now."""
    results: dict[str, Any] = {}
    for code in running.begin(job_id) or []:
        outcome = running.step(job_id, code, results)
        if outcome["state"] != "running":
            running.end(job_id, outcome)
            break
        results[code] = outcome["result"]
    else:
        running.end(job_id, {"state": "done"})
    return Job.objects.get(pk=job_id)


def bring(client: Client, *files: tuple[str, bytes], table: str = "order_lines") -> Upload:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    response = client.post("/imports/upload/", {"files": sent, "table": table})
    upload = Upload.objects.latest("at")
    assert response.headers["Location"] == f"/imports/work/{upload.job_id}/"
    work(upload.job_id)
    upload.refresh_from_db()
    return upload


def fields(upload: Upload, **changes: str) -> dict[str, Any]:
    """The fields of the mapping page as they are proposed."""
    data: dict[str, Any] = {}
    assert upload.proposal is not None
    for n, source in enumerate(upload.proposal["sources"]):
        for place, heading in enumerate(source["headings"]):
            data[f"s{n}-c{place}"] = heading["column"] or ""
        data[f"s{n}-fee"] = [f["code"] for f in source["fee_codes"] if f["certain"]]
    return {**data, **changes}


def load(client: Client, upload: Upload, **changes: str) -> Any:
    """Look at the mapping page, send it, and let the worker load; gives the report's page."""
    client.get(f"/imports/new/{upload.pk}/")
    upload.refresh_from_db()
    response = client.post(f"/imports/new/{upload.pk}/", fields(upload, **changes))
    assert response.status_code == 302, response.content.decode()
    upload.refresh_from_db()
    work(upload.job_id)
    return client.get(f"/imports/work/{upload.job_id}/", follow=True)


def test_from_a_file_to_a_report_that_reconciles(signed_in: Any, home: Home) -> None:
    client = signed_in("ana")
    upload = bring(client, ("訂單 2024.csv", ORDERS.encode("big5")))
    page = client.get(f"/imports/new/{upload.pk}/").content.decode()
    assert "客戶代號" in page
    assert "2024/03/05" in page
    assert "Harbour <b>" not in page
    assert "checked" in page
    report = load(client, upload)
    assert report.redirect_chain[-1][0].startswith("/imports/20")
    text = report.content.decode()
    assert "訂單 2024.csv" in text
    for amount in ("1,267.50", "33.10", "1,310.60"):  # taken, without account, read
        assert amount in text, amount
    given = report.context["report"].given
    assert given["rows_read"] == 6
    assert given["rows_taken"] == 4
    assert given["rows_set_aside"] == {"no_account": 1, "bad_date": 1}
    assert given["by_kind"] == {"sale": 2, "return": 1, "fee": 1} or given["by_kind"]["fee"] == 1


def test_rows_set_aside_are_corrected_and_loaded_again(signed_in: Any, home: Home) -> None:
    client = signed_in("ana")
    report = load(client, bring(client, ("o.csv", ORDERS.encode())))
    import_id = report.context["import_id"]
    answer = client.get(f"/imports/{import_id}/set-aside.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["_reason"] for row in rows} == {"no_account", "bad_date"}
    for row in rows:
        row["客戶代號"], row["訂單日期"] = "00456", "2024/03/09"
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    again = load(client, bring(client, ("mended.csv", out.getvalue().encode())))
    assert again.context["report"].given["rows_taken"] == 2


def test_a_report_names_columns_that_were_not_used(signed_in: Any, home: Home) -> None:
    client = signed_in("ana")
    text = "Customer,Date,Amount,<i>Mood\nA,2024-01-01,1,good\n"
    page = load(client, bring(client, ("o.csv", text.encode()))).content.decode()
    assert "Columns of “o.csv” that were not used: &lt;i&gt;Mood." in page
    without = text.replace(",<i>Mood", "").replace(",good", "")
    assert (
        "not used" not in load(client, bring(client, ("p.csv", without.encode()))).content.decode()
    )


def test_the_same_file_again_adds_nothing(signed_in: Any, home: Home) -> None:
    client = signed_in("ana")
    load(client, bring(client, ("o.csv", ORDERS.encode())))
    again = load(client, bring(client, ("o.csv", ORDERS.encode())))
    assert again.context["import_id"] == ""
    assert again.context["report"].given["rows_taken"] == 0


def test_products_that_were_complained_of_are_taken_for_no_fees(signed_in: Any, home: Home) -> None:
    client = signed_in("ana")
    text = "complaint_id,account_id,opened_at,product_id\n" + "".join(
        f"X{n},A1,2026-01-05 10:00,P1\n" for n in range(5)
    )
    upload = bring(client, ("c.csv", text.encode()), table="complaints")
    page = client.get(f"/imports/new/{upload.pk}/").content.decode()
    assert "Everything that is needed was found" in page
    assert "Are these fees?" not in page


def test_a_file_of_another_table_is_told_which_and_loaded_as_it(signed_in: Any, home: Home) -> None:
    client = signed_in("ana")
    text = (
        "客戶代號,拜訪日期,員工編號,拜訪方式,氣氛\nA1,2024/3/5,S1,來訪,2\nA2,2024/3/5,S1,電話,9\n"
    )
    upload = bring(client, ("拜訪.csv", text.encode("big5")))
    page = client.get(f"/imports/new/{upload.pk}/").content.decode()
    assert "The headings of “拜訪.csv” are those of another table: “Visits”." in page
    # One tap reads it as that table.
    tap = re.search(r'name="table" value="visits".*?name="again" value="yes">([^<]+)<', page, re.S)
    assert tap is not None
    assert tap[1] == "Read them as: Visits"
    client.post(f"/imports/new/{upload.pk}/", {"table": "visits", "again": "yes"})
    upload.refresh_from_db()
    work(upload.job_id)
    page = client.get(f"/imports/new/{upload.pk}/").content.decode()
    assert "another table" not in page
    assert "Everything that is needed was found" in page
    upload = bring(client, ("拜訪.csv", text.encode("big5")), table="visits")
    page = client.get(f"/imports/new/{upload.pk}/").content.decode()
    assert "another table" not in page
    report = load(client, upload)
    assert report.context["report"].given["rows_taken"] == 1
    assert report.context["report"].given["rows_set_aside"] == {"outside_range": 1}
    assert "“9” in “氣氛” (row 3 of “拜訪.csv”) is not from" in report.content.decode()
    assert "has a figure outside those that its column can have" in report.content.decode()


def test_a_heading_nobody_knows_is_chosen_and_remembered(signed_in: Any, home: Home) -> None:
    client = signed_in("ana")
    text = "zzz,Date,Amount\nA1,2024-01-02,10\nA2,2024-01-03,20\n"
    upload = bring(client, ("odd.csv", text.encode()))
    page = client.get(f"/imports/new/{upload.pk}/").content.decode()
    assert page.count("has no column for Account code yet") == 2  # at the top, and where one loads
    upload.refresh_from_db()
    refused = client.post(f"/imports/new/{upload.pk}/", fields(upload))
    assert refused.status_code == 200
    assert "has no column for Account code yet" in refused.content.decode()
    double = client.post(f"/imports/new/{upload.pk}/", fields(upload, **{"s0-c0": "amount"}))
    assert "two headings" in double.content.decode()
    report = load(client, upload, **{"s0-c0": "account_id"})
    assert report.context["report"].given["rows_taken"] == 2
    later = bring(client, ("odd-2.csv", text.replace("A2", "A3").encode()))
    page = client.get(f"/imports/new/{later.pk}/").content.decode()
    assert "as last time" in page


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        ("../../etc/passwd", b"\x00\x01\x02\x03" * 50),
        ("<script>alert(1)</script>.xlsx", b"PK\x03\x04not a workbook"),
    ],
)
def test_hostile_files_get_one_sentence(
    signed_in: Any, home: Home, name: str, content: bytes
) -> None:
    client = signed_in("ana")
    if content:
        upload = bring(client, (name, content))
        page = client.get(f"/imports/new/{upload.pk}/")
        text = page.content.decode()
        assert "could not be read" in text
        assert "<script>alert" not in text
        assert "Traceback" not in text
        assert all(Path(p).resolve().is_relative_to(home.uploads) for p in upload.paths)
    else:
        sent = SimpleUploadedFile(name, content)
        assert client.post("/imports/upload/", {"files": sent}).status_code == 302
    assert client.get("/imports/").status_code == 200


def test_names_are_only_names() -> None:
    assert safe_name("..\\..\\a/b/訂單 (3).csv") == "訂單 (3).csv"
    assert safe_name("*[a-z]?.csv") == "a-z_.csv"
    assert safe_name("\0\n") == "file"
    assert safe_name(".htaccess") == "htaccess"
    assert len(safe_name("長" * 500 + ".xlsx").encode()) <= 132


def test_too_large_is_said_and_nothing_is_kept(signed_in: Any, home: Home, settings: Any) -> None:
    settings.UPLOAD_BYTES = 100_000
    client = signed_in("ana")
    sent = SimpleUploadedFile("large.csv", b"a,b,c\n" * 200_000)
    response = client.post("/imports/upload/", {"files": sent}, follow=True)
    assert "more than" in response.content.decode()
    assert not Upload.objects.exists()
    assert not [p for p in home.uploads.rglob("*") if p.is_file()]


def test_undo_says_what_goes_and_takes_it_out(signed_in: Any, home: Home) -> None:
    client = signed_in("ana")
    import_id = load(client, bring(client, ("o.csv", ORDERS.encode()))).context["import_id"]
    page = client.get(f"/imports/{import_id}/undo/").content.decode()
    assert "4 rows of o.csv go" in page
    response = client.post(f"/imports/{import_id}/undo/")
    work(response.headers["Location"].split("/")[-2])
    assert "o.csv" not in client.get("/imports/").content.decode().split("What is loaded")[-1]


def test_a_director_sees_reports_and_imports_nothing(signed_in: Any, home: Home) -> None:
    load(signed_in("ana"), bring(signed_in("ana"), ("o.csv", ORDERS.encode())))
    director = signed_in("dora")
    page = director.get("/imports/").content.decode()
    assert "o.csv" in page
    assert 'type="file"' not in page
    assert "/undo/" not in page
    assert director.post("/imports/upload/").status_code == 403


def test_progress_is_polled_and_goes_on_by_itself(signed_in: Any, home: Home) -> None:
    client = signed_in("ana")
    sent = SimpleUploadedFile("o.csv", ORDERS.encode())
    address = client.post("/imports/upload/", {"files": sent}).headers["Location"]
    page = client.get(address).content.decode()
    assert "every 1s" in page
    work(address.split("/")[-2])
    polled = client.get(address, headers={"HX-Request": "true"})
    assert polled.status_code == 204
    assert polled.headers["HX-Redirect"].startswith("/imports/new/")


def test_called_off_while_it_waits(signed_in: Any, home: Home) -> None:
    client = signed_in("ana")
    sent = SimpleUploadedFile("o.csv", ORDERS.encode())
    address = client.post("/imports/upload/", {"files": sent}).headers["Location"]
    client.post(address + "cancel/")
    assert Job.objects.get().state == "cancelled"
    assert "called off" in client.get(address).content.decode()


def test_files_that_are_not_loaded_can_be_forgotten(signed_in: Any, home: Home) -> None:
    client = signed_in("ana")
    upload = bring(client, ("o.csv", ORDERS.encode()))
    assert "Not loaded yet: o.csv" in client.get("/imports/").content.decode()
    client.post(f"/imports/new/{upload.pk}/forget/")
    assert "Not loaded yet" not in client.get("/imports/").content.decode()
    assert not upload.is_there


def test_the_next_import_is_assessed_by_itself(signed_in: Any, home: Home, published: Any) -> None:
    client = signed_in("ana")
    upload = bring(client, ("o.csv", ORDERS.encode()))
    client.get(f"/imports/new/{upload.pk}/")
    upload.refresh_from_db()
    client.post(f"/imports/new/{upload.pk}/", fields(upload))
    upload.refresh_from_db()
    assert upload.job is not None
    assert upload.job.kind == "import"


def test_several_files_and_sheets_are_one_import(signed_in: Any, home: Home) -> None:
    client = signed_in("ana")
    half = ORDERS.splitlines(keepends=True)
    first, second = "".join(half[:4]), half[0] + "".join(half[2:])
    report = load(client, bring(client, ("a.csv", first.encode()), ("b.csv", second.encode())))
    given = report.context["report"].given
    assert [s["source"] for s in given["sources"]] == ["a.csv", "b.csv"]
    assert given["rows_read"] == given["rows_taken"] + given["rows_copies"] + sum(
        given["rows_set_aside"].values()
    )
    assert given["rows_copies"] == 2


def test_who_left_the_page_is_told_once_that_the_work_is_over(signed_in: Any, home: Home) -> None:
    client = signed_in("ana")
    bring(client, ("o.csv", ORDERS.encode()))
    assert "Finished: Reading the file." in client.get("/imports/").content.decode()
    assert "Finished" not in client.get("/imports/").content.decode()


def test_settings_stream_to_disk() -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["mainstay.desk.imports.receiving.StreamToDisk"]


def test_all_files_that_wait_are_shown(signed_in: Any, home: Home) -> None:
    client = signed_in("ana")
    for n in range(5):
        bring(client, (f"waits-{n}.csv", ORDERS.encode()))
    page = client.get("/imports/").content.decode()
    assert all(f"waits-{n}.csv" in page for n in range(5))
    assert "and 2 more that are not loaded yet" in page


@pytest.mark.parametrize(
    ("table", "text", "money"),
    [
        ("staff", "staff_id,name\nS1,Ida\n,Ivo\n", False),
        ("incentives", ("incentive_id,account_id,kind,from,owner_id,budget,currency\n"
         "I1,A100,rebate,2024-01-01,S1,500,EUR\nI2,A100,none,2024-01-01,S1,1,EUR\n"), False),
        ("payments", "account_id,due_on,amount,currency\nA100,2024-01-01,500,EUR\n", True),
        ("promises", ("promise_id,account_id,made_on,due_on,amount,currency\n"
         "P1,A100,2024-01-01,2024-02-01,500,EUR\nP2,A100,soon,2024-02-01,1,EUR\n"), True),
    ],
)  # fmt: skip
def test_a_report_names_money_where_its_table_has_some(
    signed_in: Any, home: Home, table: str, text: str, money: bool
) -> None:
    client = signed_in("ana")
    page = load(client, bring(client, ("rows.csv", text.encode()), table=table)).content.decode()
    assert ("500.00" in page) == money
    assert "0.00" in page if money else ">Money<" not in page and "0.00" not in page
    assert ("500.00" in client.get("/imports/").content.decode()) == money


def test_the_currency_of_all_payments_is_asked_where_no_column_names_it(
    signed_in: Any, home: Home
) -> None:
    client = signed_in("ana")
    text = "客戶代號,到期日,應收金額\nA100,2024-01-01,500\n"
    upload = bring(client, ("收款.csv", text.encode()), table="payments")
    asking = 'name="s0-currency"'
    assert asking in client.get(f"/imports/new/{upload.pk}/").content.decode()
    report = load(client, upload, **{"s0-currency": "twd"})
    assert report.context["report"].given["money"]["taken"] == {"TWD": "500.0000"}
    named = "客戶代號,到期日,應收金額,幣別\nA100,2024-01-01,500,USD\n"
    upload = bring(client, ("收款2.csv", named.encode()), table="payments")
    page = client.get(f"/imports/new/{upload.pk}/").content.decode()
    assert asking not in page
    assert ">Currency</option>" in page
    targets = "account_id,period,amount\nA100,2024,500\n"  # have no currency
    upload = bring(client, ("t.csv", targets.encode()), table="targets")
    assert asking not in client.get(f"/imports/new/{upload.pk}/").content.decode()


def test_where_nothing_is_loaded_nothing_is_to_be_assessed(signed_in: Any, home: Home) -> None:
    client = signed_in("ana")
    assert "/imports/work/assess/" not in client.get("/imports/accounts/").content.decode()
    load(client, bring(client, ("o.csv", ORDERS.encode())))
    assert "/imports/work/assess/" in client.get("/imports/accounts/").content.decode()


@pytest.mark.parametrize(
    ("taken", "said"),
    [({"": "0.00"}, ""), ({}, ""), ({"EUR": "12.50"}, "€12.50"), ({"": "-3.00"}, "−3.00")],
)
def test_rows_without_money_have_no_sum(taken: dict[str, str], said: str) -> None:
    given = {"money": {"read": taken, "taken": taken, "copies": {}}}
    shown = reports.Shown(given, sorted(taken), [], [], [], [], 0)
    assert shown.main_money == said
