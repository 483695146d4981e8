"""The list of accounts: filters, order, search in any script, pages, saved views, downloads."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import fastexcel
import pytest
from django.core.cache import cache

from mainstay.desk.access.models import Event
from mainstay.desk.accounts import queries
from mainstay.desk.accounts.filters import SORTS
from mainstay.desk.accounts.models import Account, SavedView

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LIST = "/accounts/"


@pytest.fixture
def names(text_of: Callable[..., str]) -> Callable[..., list[str]]:
    def found(query: str = "", username: str = "dora") -> list[str]:
        page = text_of(username, LIST + query)
        return re.findall(r'<th role="rowheader"[^>]*><a [^>]*>(.*?)</a>', page)

    return found


def test_the_list_begins_with_most_money_at_risk_and_unknown_comes_last(
    names: Any, published: Any
) -> None:
    found = names()
    assert found[0] == "Harbour Hardware Ltd"
    assert len(found) == 10
    assert set(found[-2:]) == {"Ｎｏｒｔｈｗｉｎｄ　Ｔｏｏｌｓ", "Dormant Dairy"}


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("way", ["up", "down"])
def test_every_order_is_the_columns_own_with_unknown_values_last(
    sort: str, way: str, names: Any, published: Any
) -> None:
    column, _ = SORTS[sort]
    values = dict(Account.objects.values_list("name", column))
    shown = [values[_plain(name)] for name in names(f"?sort={sort}&way={way}")]
    known = [v for v in shown if v is not None]
    assert shown == known + [None] * (len(shown) - len(known))
    assert known == sorted(known, reverse=way == "down")


def _plain(name: str) -> str:
    from html import unescape

    return unescape(name)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("五金", ["林氏五金行"]),
        ("机电 华东", ["华东机电有限公司"]),
        ("한빛", ["한빛산업 주식회사"]),
        ("northwind tools", ["Ｎｏｒｔｈｗｉｎｄ　Ｔｏｏｌｓ"]),
        ("ＨＡＲＢＯＵＲ", ["Harbour Hardware Ltd"]),
        ("заря", ["Пекарня «Заря»"]),
        ("MÜLLER", ["Müller &amp; Söhne"]),
        ("00123", ["Müller &amp; Söhne"]),
        ("108 ?&#", ["大同貿易股份有限公司"]),
        ("100%", []),
        ("_", []),
        ("'; drop table", []),
    ],
)
def test_search_finds_names_and_codes_in_any_script(
    words: str, expected: list[str], names: Any, published: Any
) -> None:
    from urllib.parse import quote

    assert names(f"?q={quote(words)}") == expected


def test_filters_together(names: Any, published: Any) -> None:
    assert names("?tier=A&state=slipping") == ["林氏五金行"]
    assert names("?manager=-") == ["Quiet &lt;b&gt;&quot;Corner&quot;&lt;/b&gt; &amp; Co"]
    assert names("?state=risk&manager=S1") == [
        "Harbour Hardware Ltd",
        "林氏五金行",
        "Пекарня «Заря»",
    ]
    assert names("?change=lost") == ["华东机电有限公司"]
    assert names("?size=large&core=yes&region=south") == ["林氏五金行"]
    assert set(names("?group=G1")) == {"Harbour Hardware Ltd", "林氏五金行"}


@pytest.mark.parametrize(
    "query", ["?sort=password&way=x", "?page=-1", "?page=99999999", "?page=²", "?q=%00", "?tier=Z"]
)
def test_an_address_that_makes_no_sense_does_no_harm(
    query: str, names: Any, published: Any
) -> None:
    assert len(names(query)) in (0, 10)


def test_a_manager_finds_own_accounts_alone(names: Any, published: Any) -> None:
    assert len(names("", "minsu")) == 4
    assert names("?q=한빛", "minsu") == []
    assert names("?manager=S2", "minsu") == []


def test_pages_hold_every_account_once_in_the_order_of_the_list(
    names: Any, published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sort in ("risk", "growth", "name"):
        monkeypatch.setattr(queries, "PAGE", 50)
        whole = names(f"?sort={sort}")
        monkeypatch.setattr(queries, "PAGE", 3)
        pages = [names(f"?sort={sort}&page={n}") for n in (1, 2, 3, 4)]
        assert [len(p) for p in pages] == [3, 3, 3, 1]
        assert [n for p in pages for n in p] == whole
    assert names("?page=9") == names("?page=4")


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_narrowed_list_is_in_one_order_however_many_are_found_at_once(
    way: str, names: Any, published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first pages come from one look at all of them; those behind are counted off."""
    asked = f"?change=&q=a&sort=rhythm&way={way}"
    whole = names(asked)
    assert len(whole) > 6
    monkeypatch.setattr(queries, "PAGE", 2)
    for first in (1, 2, 3, 4, 50):
        monkeypatch.setattr(queries, "FIRST", first)
        pages = [names(f"{asked}&page={n}") for n in range(1, 6)]
        assert [n for p in dict.fromkeys(map(tuple, pages)) for n in p] == whole


@pytest.mark.parametrize("sort", SORTS)
def test_a_narrowed_list_stands_in_the_order_of_the_whole(
    names: Any, published: Any, sort: str
) -> None:
    for way in ("up", "down"):
        whole = names(f"?sort={sort}&way={way}")
        for asked in ("state=risk", "q=o", "q=o&state=risk"):
            found = names(f"?{asked}&sort={sort}&way={way}")
            assert found
            assert found == [name for name in whole if name in found]


def test_as_one_types_only_the_results_come_back(text_of: Any, published: Any) -> None:
    page = text_of("dora", f"{LIST}?q=五金", **{"hx-request": "true", "hx-target": "results"})
    assert "林氏五金行" in page
    assert "<html" not in page
    assert 'role="status"' in page


def test_headings_say_the_order_and_ask_for_the_other(text_of: Any, published: Any) -> None:
    page = text_of("dora", f"{LIST}?sort=year&way=down&tier=A")
    assert page.count("aria-sort=") == 1
    assert 'aria-sort="descending"><a href="?sort=year&amp;way=up&amp;tier=A">' in page


def test_columns_that_nobody_has_are_left_out(text_of: Any, published: Any) -> None:
    page = text_of("dora", LIST)
    assert "sort=manager" in page
    assert "sort=segment" in page
    Account.objects.update(manager_id=None, segment=None)
    cache.clear()
    page = text_of("dora", LIST)
    assert "sort=manager" not in page
    assert "sort=segment" not in page
    first_row = page.split("</tr>")[1]
    assert page.count('role="columnheader"') == first_row.count('role="cell"') + 1


def test_the_search_box_finds_a_few_and_leads_to_all(text_of: Any, published: Any) -> None:
    found = text_of("dora", "/find/?q=林")
    assert "林氏五金行" in found
    assert 'href="/account/A101/"' in found
    assert "No account has" in text_of("minsu", "/find/?q=한빛")
    assert text_of("dora", "/find/?q=").strip() == ""


def test_a_view_is_saved_used_and_removed_by_its_owner_alone(
    signed_in: Any, published: Any
) -> None:
    dora, ana = signed_in("dora"), signed_in("ana")
    answer = dora.post("/views/", {"name": "Late As", "query": "tier=A&state=late&page=7"})
    assert answer.headers["Location"] == "/accounts/?tier=A&state=late"
    view = SavedView.objects.get()
    assert view.query == "tier=A&state=late"
    assert "Late As" in dora.get(LIST).content.decode()
    assert "Late As" not in ana.get(LIST).content.decode()
    assert ana.post(f"/views/{view.pk}/remove/").status_code == 404
    dora.post("/views/", {"name": "Late As", "query": "tier=B"})
    assert SavedView.objects.get().query == "tier=B"
    assert dora.post(f"/views/{view.pk}/remove/").status_code == 302
    assert not SavedView.objects.exists()
    verbs = list(
        Event.objects.filter(verb__startswith="view.").order_by("id").values_list("verb", flat=True)
    )
    assert verbs == ["view.save", "view.change", "view.remove"]


def test_a_view_needs_a_name(signed_in: Any, published: Any) -> None:
    client = signed_in("dora")
    client.post("/views/", {"name": " " * 5, "query": ""})
    assert not SavedView.objects.exists()
    assert "Give the view a name" in client.get(LIST).content.decode()


def test_a_download_is_the_list_as_it_is_filtered(signed_in: Any, published: Any) -> None:
    answer = signed_in("dora").get("/accounts/download.csv?tier=A&sort=name&way=up")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("Account code,Name,")
    assert "No order for 74 days" in "".join(lines)
    assert 'filename="accounts-2026-03-02.csv"' in answer.headers["Content-Disposition"]
    event = Event.objects.get(verb="accounts.download")
    assert event.after["rows"] == 3


def test_a_download_as_excel_opens_and_holds_own_accounts(signed_in: Any, published: Any) -> None:
    answer = signed_in("wei").get("/accounts/download.xlsx")
    sheet = fastexcel.read_excel(answer.content).load_sheet(0)
    names = sheet.to_arrow()["Name"].to_pylist()
    assert sorted(names) == sorted(
        Account.objects.filter(manager_id="S2").values_list("name", flat=True)
    )
    assert io.BytesIO(answer.content).read(2) == b"PK"


def test_a_download_holds_the_share_of_wallet_with_range_and_source(
    signed_in: Any, published: Any
) -> None:
    answer = signed_in("dora").get("/accounts/download.csv?q=A10")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    found = {row["Account code"]: row for row in rows}
    first = found["A100"]
    told = [first[f"Share of wallet{end}"] for end in ("", ", low", ", high", " a year ago")]
    assert [float(value) for value in told] == pytest.approx([0.34, 0.306, 0.408, 0.64])
    assert float(first["Purchases a year, from everybody"]) == pytest.approx(184e3 / 0.34, abs=0.01)
    sources = [found[code]["Share of wallet, source"] for code in ("A100", "A101", "A102", "A103")]
    assert sources == ["Measured", "Declared", "Estimated", ""]


def test_only_known_kinds_are_downloaded(signed_in: Any, published: Any) -> None:
    assert signed_in("dora").get("/accounts/download.exe").status_code == 404
