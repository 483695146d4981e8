"""This week: what a director, and what a manager, sees at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models import F
from django.test import Client
from django.utils import timezone

from mainstay.desk.access.models import User
from mainstay.desk.accounts import queries
from mainstay.desk.accounts.filters import changed
from mainstay.desk.accounts.models import Account
from mainstay.desk.facts.services import entry
from mainstay.desk.team.models import Assignment
from mainstay.engine import STATES

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def rows_of(page: str) -> list[str]:
    return re.findall(r'<th role="rowheader"[^>]*><a [^>]*>(.*?)</a>', page)


def test_the_director_sees_what_changed_most_money_first(text_of: Any, published: Any) -> None:
    page = text_of("dora", "/")
    worse = page.split('id="back"')[0]
    assert rows_of(worse) == [
        "Harbour Hardware Ltd",
        "华东机电有限公司",
        "林氏五金行",
        "Пекарня «Заря»",
    ]
    # 96,000 + 52,000 + 38,000 of those late, slipping or noticed; the lost one is not at risk any more.
    assert "€186k" in page
    assert "in 3 of 10 accounts" in page


def test_who_is_lost_already_is_said_with_a_way_to_them(text_of: Any, published: Any) -> None:
    Account.objects.filter(state="lost").update(lost_52=205e3)
    page = text_of("dora", "/")
    said = re.sub(r"<[^>]*>|\s+", " ", page)
    # What it takes less than before it fell, not what this year would have brought.
    assert re.search(
        r"Already lost: 1 account, with +€205k .* a year less than before it fell", said
    )
    assert rows_of(text_of("dora", "/accounts/?state=lost")) == ["华东机电有限公司"]
    assert "?state=lost" in page
    assert "Already lost" not in text_of("minsu", "/")  # hers are not


def test_a_home_whose_accounts_are_all_lost_says_so(text_of: Any, published: Any) -> None:
    Account.objects.update(state="lost", previous_state="lost")
    page = text_of("dora", "/")
    assert "No account is late or slipping" in page
    assert "Already lost: 10 accounts" in page


def test_what_one_account_gains_pays_for_no_others_loss(text_of: Any, published: Any) -> None:
    Account.objects.filter(account_id="A106").update(
        state="late", money_at_risk=-40e3, money_at_risk_low=-90e3, money_at_risk_high=-2e3
    )
    page = text_of("dora", "/")
    assert "€186k" in page
    assert "in 4 of 10 accounts" in page


def test_back_is_good_news_and_stands_apart(text_of: Any, published: Any) -> None:
    page = text_of("dora", "/")
    assert rows_of(page.split('id="back"')[1]) == ["大同貿易股份有限公司"]


def test_a_manager_sees_own_accounts_and_a_total_of_these(text_of: Any, published: Any) -> None:
    page = text_of("wei", "/")
    assert "华东机电有限公司" in page
    for other in ("Harbour Hardware", "林氏五金行", "€186k"):
        assert other not in page


def test_somebody_without_a_staff_code_sees_no_account(text_of: Any, published: Any) -> None:
    page = text_of("nobody", "/")
    assert rows_of(page) == []
    # Nothing at risk would be good news; that nothing is theirs is another matter.
    assert "No account is yours at the moment" in page
    assert "No account is late or slipping" not in page
    assert "€0" not in page


def test_a_manager_whose_code_no_account_has_is_told_so(
    text_of: Any, published: Any, people: Any
) -> None:
    people["wei"].staff_id = "gone"
    people["wei"].save()
    assert "No account is yours at the moment" in text_of("wei", "/")


def test_a_tile_narrows_to_one_kind_of_change(text_of: Any, published: Any) -> None:
    page = text_of("dora", "/?change=lost")
    assert rows_of(page) == ["华东机电有限公司"]
    assert 'aria-current="true"' in page


def test_a_kind_of_change_that_there_is_not_is_none(text_of: Any, published: Any) -> None:
    assert rows_of(text_of("dora", "/?change=nonsense")) == rows_of(text_of("dora", "/"))


def test_a_name_from_a_file_is_never_markup(text_of: Any, published: Any) -> None:
    page = text_of("dora", "/accounts/")
    assert "<b>&quot;Corner" not in page
    assert "Quiet &lt;b&gt;" in page


def test_before_the_first_assessment_the_page_says_what_to_do(text_of: Any, people: Any) -> None:
    for address in ("/", "/accounts/", "/portfolio/"):
        assert "Nothing assessed yet" in text_of("ana", address)


def test_reasons_and_days_are_in_the_readers_language(text_of: Any, published: Any) -> None:
    page = text_of("dora", "/", "ko")
    assert '<html lang="ko"' in page
    assert "2026년 3월 2일" in page


def test_the_theme_is_a_choice_that_is_kept(signed_in: Any, published: Any) -> None:
    client: Client = signed_in("dora")
    assert "data-theme" not in client.get("/").content.decode()
    answer = client.post("/look/", {"theme": "dark", "next": "/accounts/"})
    assert answer.headers["Location"] == "/accounts/"
    assert '<html lang="en" data-theme="dark">' in client.get("/").content.decode()
    client.post("/look/", {"theme": ""})
    assert "data-theme" not in client.get("/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:x"])
def test_the_theme_leads_nowhere_else(client: Client, db: None, elsewhere: str) -> None:
    answer = client.post("/look/", {"theme": "light", "next": elsewhere})
    assert answer.headers["Location"] == "/"


def test_what_came_back_shows_what_it_is_ordered_by(text_of: Any, published: Any) -> None:
    for page in (text_of("dora", "/").split('id="back"')[1], text_of("dora", "/?change=back")):
        assert ">Last 52 weeks</th>" in page
        assert "€9k" in page


def test_nothing_below_is_not_announced(text_of: Any, published: Any) -> None:
    Account.objects.update(previous_state=None, state="steady")
    page = text_of("dora", "/")
    assert "No change of state this week" in page
    assert "is below" not in page
    Account.objects.filter(account_id="A100").update(state="late")
    assert "is below" in text_of("dora", "/")


def test_an_interval_whose_ends_are_written_alike_is_one_sum(text_of: Any, published: Any) -> None:
    Account.objects.update(
        money_at_risk_low=F("money_at_risk"), money_at_risk_high=F("money_at_risk")
    )
    page = text_of("dora", "/")
    assert "Very probably (80%) about €186k" in page
    assert "Very probably (80%) about €96k" in text_of("dora", "/account/A100/")
    assert '<span class="between"></span>' in text_of("dora", "/accounts/")


def test_the_list_says_which_figures_are_not_in_the_sum(text_of: Any, published: Any) -> None:
    page = text_of("dora", "/accounts/")
    assert "In grey: not in the sum at risk" in page
    rows = re.findall(r'<th role="rowheader".*?</tr>', page, re.S)
    grey = {name for row in rows if "uncounted" in row for name in rows_of(row)}
    counted = {"Harbour Hardware Ltd", "林氏五金行", "Пекарня «Заря»"}
    assert grey == set(rows_of(page)) - counted


def test_the_tiles_count_what_the_list_behind_them_finds(dora_sight: Any) -> None:
    """Whatever the states are: the sums are told apart by them, the list by the database."""
    rows = list(Account.objects.order_by("id"))
    pairs = [(now, before) for now in (None, *STATES) for before in (None, *STATES)]
    for start in range(0, len(pairs), len(rows)):
        for row, (now, before) in zip(rows, pairs[start:], strict=False):
            row.state, row.previous_state, row.amount_52 = now, before, 7.0
        Account.objects.bulk_update(rows, ["state", "previous_state", "amount_52"])
        cache.clear()
        for tile in queries.changes(dora_sight):
            found = dora_sight.accounts.filter(changed(tile.kind))
            assert tile.accounts == found.count()
            money = [7.0 if tile.kind == "back" else max(0.0, r.money_at_risk or 0) for r in found]
            assert tile.amount == pytest.approx(sum(money))


@pytest.fixture
def dora_sight(published: Any, people: Any) -> Any:
    return queries.Sight.of(User.objects.get(username="dora"))


def test_lines_in_no_figure_are_said_to_who_sees_the_company(text_of: Any, published: Any) -> None:
    said = "Order lines in EUR, USD are in no figure, since there is no exchange rate: 1,204."
    assert said not in text_of("dora", "/")
    published.meta |= {"missing_rates": {"USD": 1200, "EUR": 4}}
    published.save()
    cache.clear()
    assert said in text_of("dora", "/")
    assert "Load exchange rates under Imports" in text_of("dora", "/")
    assert said not in text_of("minsu", "/")


def test_accounts_that_nobody_looks_after_are_counted_until_somebody_does(
    text_of: Any, published: Any, people: Any, own_store: None
) -> None:
    said = "Accounts that nobody looks after: 1."
    assert said in text_of("dora", "/")
    assert said not in text_of("minsu", "/")
    given = {"account_id": "A106", "staff_id": "S1", "role": "manager"}
    with entry(people["ada"]) as book:
        book.add(Assignment(**given, from_on=timezone.localdate()))
    assert said not in text_of("dora", "/")
