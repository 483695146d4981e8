"""One account: the whole story, and every number led back to the lines it came from."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache

from mainstay.desk.accounts import evidence
from mainstay.desk.accounts.addresses import account_url, lines_url
from mainstay.desk.accounts.models import Account
from mainstay.desk.charts import bars

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ONE = "대리점/3"


def test_the_page_tells_how_it_stands_and_draws_it(text_of: Any, told: Any) -> None:
    page = text_of("dora", account_url(ONE))
    account = Account.objects.get(account_id=ONE)
    assert f"<h1>{ONE}</h1>" in page
    assert page.count('class="wide"') == page.count('class="narrow"') >= 3
    assert "木材" in page
    assert account.state in re.search(r'class="state (\w+)', page)[0]  # type: ignore[index]
    assert "Very probably (80%) between" in page


def _lines_page_of(page: str, label: str) -> str:
    """The address behind a number in the strip of facts."""
    found = re.search(rf'<dt>{label}</dt><dd><a href="([^"]+)"', page)
    assert found, label
    return html.unescape(found[1])


@pytest.mark.parametrize(
    ("label", "weeks_ago", "weeks", "column"),
    [
        ("Last 52 weeks", 0, 52, "amount_52"),
        ("52 weeks before", 52, 52, "amount_prev_52"),
        ("Last 13 weeks", 0, 13, "amount_13"),
    ],
)
def test_each_figure_leads_to_lines_that_add_up_to_it(
    label: str, weeks_ago: int, weeks: int, column: str, text_of: Any, told: Any
) -> None:
    as_of = told.assessment.as_of
    last = as_of - timedelta(weeks=weeks_ago, days=1)
    first = last - timedelta(weeks=weeks) + timedelta(days=1)
    expected = told.sum(ONE, first, last)
    assert getattr(Account.objects.get(account_id=ONE), column) == pytest.approx(expected)
    lines = text_of("dora", _lines_page_of(text_of("dora", account_url(ONE)), label))
    assert f"€{expected:,.2f}" in lines


def test_each_month_leads_to_lines_that_add_up_to_its_bar(text_of: Any, told: Any) -> None:
    page = text_of("dora", account_url(ONE))
    wide = re.search(r'<svg[^>]*class="wide".*?</svg>', page, re.S)
    assert wide
    marks = re.findall(r'<a href="([^"]+)"[^>]*><title>(.*?)\n', wide[0])
    bars_links = [html.unescape(href) for href, _month in marks]
    assert bars_links[0].endswith("from=2024-01-01&to=2024-01-31")
    assert bars_links[-1].endswith("from=2026-03-01&to=2026-03-01")  # only until the day before
    month = text_of("dora", lines_url(ONE, date(2025, 2, 1), date(2025, 2, 28)))
    assert f"€{told.sum(ONE, date(2025, 2, 1), date(2025, 2, 28)):,.2f}" in month


def test_a_category_leads_to_its_own_lines(text_of: Any, told: Any) -> None:
    as_of = told.assessment.as_of
    first, last = as_of - timedelta(weeks=52), as_of - timedelta(days=1)
    page = text_of("dora", account_url(ONE))
    address = lines_url(ONE, first, last, "木材")
    assert html.escape(address) in page
    assert f"€{told.sum(ONE, first, last, '木材'):,.2f}" in text_of("dora", address)


def test_fees_are_shown_and_not_counted(text_of: Any, told: Any) -> None:
    fees = [line for line in told.lines if line["account_id"] == ONE and line["kind"] == "fee"]
    assert fees
    page = text_of("dora", lines_url(ONE))
    assert f"€{12.5 * len(fees):,.2f}" in page
    assert "Fee, not counted" in page


def test_lines_come_in_pages_whose_total_is_that_of_all(
    text_of: Any, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "LINES_PAGE", 10)
    first, second = (text_of("dora", lines_url(ONE) + f"?page={n}") for n in (1, 2))
    total = f"€{told.sum(ONE, date(2020, 1, 1), date(2030, 1, 1)):,.2f}"
    assert total in first
    assert total in second
    shown = [set(re.findall(r"<td [^>]*>(INV\d+)</td>", page)) for page in (first, second)]
    assert shown[0]
    assert shown[0] != shown[1]


def test_lines_are_downloaded_as_they_are_asked_for(signed_in: Any, told: Any) -> None:
    address = lines_url(ONE, date(2025, 2, 1), date(2025, 2, 28))
    path, _, query = address.partition("?")
    answer = signed_in("dora").get(f"{path}download.csv?{query}")
    rows = answer.content.decode("utf-8-sig").splitlines()
    wanted = [
        line
        for line in told.lines
        if line["account_id"] == ONE and f"{line['ordered_on']:%Y-%m}" == "2025-02"
    ]
    assert len(rows) == len(wanted) + 1
    assert rows[0].startswith("Day,Order")


@pytest.mark.parametrize("query", ["?from=yesterday", "?to=2025-99-99", "?page=x", "?page=999999"])
def test_lines_survive_an_address_that_makes_no_sense(query: str, text_of: Any, told: Any) -> None:
    assert "Order lines" in text_of("dora", lines_url(ONE) + query)


def test_where_there_are_no_lines_the_page_says_what_to_do(text_of: Any, told: Any) -> None:
    page = text_of("dora", lines_url(ONE, date(1999, 1, 1), date(1999, 1, 2)))
    assert "No order lines here" in page


def test_an_account_of_somebody_else_is_not_there(signed_in: Any, published: Any) -> None:
    client = signed_in("minsu")
    assert client.get("/account/A100/").status_code == 200
    for address in ("/account/A103/", "/account/A103/lines/", "/account/A103/lines/download.csv"):
        assert client.get(address).status_code == 404
    assert client.get("/account/nobody-has-this/").status_code == 404
    assert client.get("/account/~***/").status_code == 404


def test_an_id_with_slashes_and_signs_has_a_page_of_its_own(text_of: Any, published: Any) -> None:
    listed = text_of("dora", "/accounts/?q=" + quote("大同"))
    href = re.search(r'rowheader"[^>]*><a href="([^"]+)"', listed)
    assert href
    assert "大同貿易股份有限公司" in text_of("wei", href[1])


def test_without_the_orders_the_page_still_says_what_the_assessment_knows(
    text_of: Any, published: Any
) -> None:
    # The cast is published, but no ledger holds it.
    page = text_of("dora", "/account/A100/")
    assert "€96k" in page
    assert 'class="wide"' not in page


def test_an_account_of_one_order_and_no_money_at_risk_has_a_page(
    text_of: Any, published: Any
) -> None:
    page = text_of("dora", "/account/A104/")
    assert "Too few orders to put a sum on it." in page
    assert "None" not in re.sub(r"<[^>]+>", "", page)


def test_a_gain_is_not_called_a_negative_risk(text_of: Any, published: Any) -> None:
    Account.objects.filter(account_id="A100").update(
        money_at_risk=-9_470.0,
        money_at_risk_low=-14_100.0,
        money_at_risk_high=-4_310.0,
        baseline_52=5_510.0,
    )
    page = text_of("dora", "/account/A100/")
    hero = re.search(r'<section class="hero".*?</section>', page, re.S)
    assert hero
    words = " ".join(re.sub(r"<[^>]+>", " ", hero[0]).split())
    assert words.startswith("More over the next 52 weeks, nothing at risk")
    assert "between €4.31k and €14.1k" in words
    assert "on top of €5.51k" in words


def _wallet_of(page: str) -> str:
    """The words of the panel about the share of wallet."""
    panel = re.search(r'<section[^>]*aria-labelledby="wallet".*?</section>', page, re.S)
    assert panel
    return " ".join(re.sub(r"<[^>]+>", " ", panel[0]).split())


def test_the_share_of_wallet_is_a_range_with_its_source(text_of: Any, published: Any) -> None:
    measured = _wallet_of(page := text_of("dora", "/account/A100/"))
    assert "34% Measured, between 31% and 41%" in measured
    assert "Measured from its own volumes, Feb 2025 to Jan 2026." in measured
    assert "Our share a year ago 64%" in measured
    assert 'aria-label="34% (31% – 41%)"' in page
    declared = _wallet_of(text_of("minsu", "/account/A101/"))
    assert "Declared by 김민수 on 15 Jan 2026." in declared
    assert "a year ago" not in declared
    estimated = _wallet_of(text_of("dora", "/account/A102/"))
    assert "Estimated from 64 similar accounts; it cannot be known from our orders" in estimated


def test_a_wallet_that_cannot_be_all_shows_no_share(text_of: Any, published: Any) -> None:
    ends = ("", "_low", "_high", "_before")
    Account.objects.filter(account_id="A100").update(
        **{f"share_of_wallet{end}": None for end in ends}
    )
    wallet = _wallet_of(text_of("dora", "/account/A100/"))
    assert "It reported buying a year, from everybody" in wallet
    assert "%" not in wallet


def test_a_wallet_that_is_not_known_says_what_to_enter(text_of: Any, published: Any) -> None:
    for username, may_load in (("ana", True), ("wei", False)):
        wallet = _wallet_of(text_of(username, "/account/A103/"))
        assert "Not known: our own orders alone cannot tell it." in wallet
        assert "load what it buys a year from everybody" in wallet
        assert ("Load a file" in wallet) is may_load


def test_the_chart_uses_the_page_s_own_bars(text_of: Any, told: Any) -> None:
    story = evidence.story(told.assessment.id, ONE).story
    assert story is not None
    past = slice(0, story.n_past)
    in_chart = sum(sum(series) for series in story.amounts)
    assert in_chart == pytest.approx(told.sum(ONE, story.months[past][0], date(2030, 1, 1)))
    assert bars.GAP < 1


@pytest.mark.parametrize("part", ["~7aCA", "~AA", "~4pc", "~!", "~7aCA7bCA", "a%00b"])
@pytest.mark.parametrize("page", ["", "lines/", "lines/download.csv", "same/", "answer/"])
def test_an_address_that_can_be_no_id_is_not_there(
    part: str, page: str, signed_in: Any, published: Any
) -> None:
    client = signed_in("dora")
    address = f"/account/{part}/{page}"
    assert client.get(address).status_code == 404
    if page in ("same/", "answer/"):
        assert client.post(address, {"do": "not_ours", "into": "A100"}).status_code == 404


@pytest.mark.parametrize("state", ["late", "lost", "closed"])
def test_of_a_silent_account_no_category_is_said_to_be_kept(
    state: str, text_of: Any, told: Any
) -> None:
    def categories() -> str:
        found = re.search(r'aria-labelledby="categories".*?</table>', page(), re.S)
        assert found
        return re.sub(r"<[^>]*>", " ", found[0])

    def page() -> str:
        return text_of("dora", account_url("대리점/1"))

    Account.objects.filter(account_id="대리점/1").update(state="steady")
    assert categories().count("Kept") == 2
    assert "%" in categories()
    Account.objects.filter(account_id="대리점/1").update(state=state)
    assert "Kept" not in categories()
    assert categories().count("the account itself is silent") == 2
    assert "%" not in categories()


def test_what_falls_as_a_slipping_account_does_is_not_said_to_be_kept(told: Any) -> None:
    from dataclasses import replace

    from mainstay import engine
    from mainstay.desk.accounts import pictures

    account = Account.objects.get(account_id="대리점/1")
    story = engine.account_story(told.ledger, account.assessment_id, "대리점/1")
    row = replace(story.category_rows[0], state="kept", rate_ratio=1.0, p_fell=0.01)
    less = replace(row, category="less", amount_52=40.0, amount_prev_52=3000.0)
    same = replace(row, category="same", amount_52=2900.0, amount_prev_52=3000.0)
    new = replace(row, category="new", amount_52=2900.0, amount_prev_52=None)
    rows = replace(story, category_rows=(less, same, new))

    def shown(state: str) -> dict[str, str]:
        account.state = state
        return {one.name: one.state for one in pictures.categories(rows, account)}

    assert shown("slipping") == {"less": "along", "same": "kept", "new": "kept"}
    assert shown("steady") == {"less": "kept", "same": "kept", "new": "kept"}
    assert shown("late") == {"less": "silent", "same": "silent", "new": "silent"}
    account.state = "slipping"
    assert pictures.categories(rows, account)[0].fell is None


def test_a_fall_of_what_was_not_bought_for_a_year_has_no_share(told: Any) -> None:
    from dataclasses import replace

    from mainstay import engine
    from mainstay.desk.accounts import pictures

    account = Account.objects.get(account_id="대리점/1")
    story = engine.account_story(told.ledger, account.assessment_id, "대리점/1")
    long_ago = account.assessment.as_of - timedelta(days=400)
    row = replace(story.category_rows[0], state="dropped", rate_ratio=0.43, p_fell=0.65)
    rows = (row, replace(row, last_order_on=long_ago))
    seen, unseen = pictures.categories(replace(story, category_rows=rows), account)
    assert (seen.state, seen.fell) == ("dropped", pytest.approx(-0.57))
    assert (unseen.state, unseen.fell) == ("dropped", None)


def test_a_category_without_an_order_for_a_year_is_no_longer_bought(told: Any) -> None:
    from dataclasses import replace

    from mainstay import engine
    from mainstay.desk.accounts import pictures

    account = Account.objects.get(account_id="대리점/1")
    story = engine.account_story(told.ledger, account.assessment_id, "대리점/1")
    long_ago = account.assessment.as_of - timedelta(days=365)
    rows = tuple(replace(row, state="kept", last_order_on=long_ago) for row in story.category_rows)
    shown = pictures.categories(replace(story, category_rows=rows), account)
    assert {(row.state, row.fell) for row in shown} == {("gone", None)}


def test_fees_that_matter_are_said_to_be_left_out(text_of: Any, told: Any) -> None:
    fees = sum(
        Decimal(line["amount"])
        for line in told.lines
        if line["account_id"] == ONE and line["kind"] == "fee"
    )
    assert fees
    assert "are not in it" not in text_of("dora", account_url(ONE))
    Account.objects.filter(account_id=ONE).update(amount_total=99 * float(fees))
    assert f"other such lines of €{fees:,.2f} are not in it" in text_of("dora", account_url(ONE))


@pytest.mark.parametrize("username", ["dora", "minsu"])
def test_the_page_asks_few_questions_with_a_cold_cache(
    username: str, signed_in: Any, told: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(username)
    account = Account.objects.filter(manager_id="S1").first() or Account.objects.first()
    assert account is not None
    Account.objects.filter(pk=account.pk).update(manager_id="S1", answer="not_ours")
    cache.clear()
    with django_assert_max_num_queries(15):
        assert client.get(account_url(account.account_id)).status_code == 200
