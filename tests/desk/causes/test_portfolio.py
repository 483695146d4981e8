"""The causes of all accounts that one sees."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlencode

import explained as by_hand
import pytest
from django.core.cache import cache
from django.http import QueryDict

from mainstay.desk.access.models import Event, Role, User
from mainstay.desk.accounts.filters import Asked
from mainstay.desk.accounts.models import Account

pytestmark = pytest.mark.django_db


def plain(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page)))


def listed(page: str) -> list[str]:
    return re.findall(
        r'class="who"><a href="/account/([^/]+)/"', page[page.index('id="results"') :]
    )


def tile(page: str, whose: str) -> str:
    found = re.search(
        rf'<div class="tile"><dt class="of"><span class="whose {whose}".*?</div>', page, re.S
    )
    assert found
    return plain(found.group(0))


def test_ours_against_theirs_of_all_accounts(explained: Any, text_of: Any) -> None:
    page = text_of("dora", "/causes/")
    assert "5 accounts fell" in plain(page)
    # A100: .62 + .18 + .04 of 90,000, A101: .25 of 60,000, A102: .2 of 84,000, A107: .9 of 2,000
    ours = (0.62 + 0.18 + 0.04) * 90_000 + 0.25 * 60_000 + 0.2 * 84_000 + 0.9 * 2_000
    assert f"€{ours:,.2f}" in tile(page, "ours")
    theirs = 0.1 * 90_000 + 0.2 * 60_000 + 0.7 * 84_000
    assert f"€{theirs:,.2f}" in tile(page, "theirs")
    assert page.index('id="ours"') < page.index('id="by-cause"')


def test_a_manager_sees_the_figures_of_their_own_accounts_alone(
    explained: Any, text_of: Any
) -> None:
    page = text_of("wei", "/causes/")
    assert "2 accounts fell" in plain(page)
    assert f"€{0.7 * 84_000:,.2f}" in tile(page, "theirs")
    for word in ("Harbour", "All prices", "confirmed review", "S1"):
        assert word not in plain(page), word


def test_both_ways_of_counting_agree(
    explained: Any, signed_in: Any, people: Any, cast: Any
) -> None:
    from mainstay.desk.accounts.queries import Sight
    from mainstay.desk.causes import queries
    from mainstay.desk.causes.published import kept

    sight = Sight.of(people["dora"])
    assert sight.assessment is not None
    document = kept(sight.assessment.pk).document("portfolio")
    own = queries._own_figures(sight, kept(sight.assessment.pk))
    assert {name: document[name] for name in own} == own


def test_every_figure_leads_to_a_list_that_has_something(
    explained: Any, signed_in: Any, text_of: Any
) -> None:
    for address in ("/causes/", "/causes/?fell=year"):
        page = html.unescape(text_of("dora", address))
        hrefs = set(re.findall(r'href="/accounts/\?([^"]+)"', page)) - {"sort=year&way=down"}
        assert len(hrefs) > 10
        for query in hrefs:
            asked = Asked.read(QueryDict(query))
            assert asked.chosen.keys() & {"cause", "whose"}, query
            assert asked.apply(Account.objects.all()).exists(), query
    counted = re.findall(r'href="(/accounts/\?cause=\w+)">(\d+)</a>', text_of("dora", "/causes/"))
    assert len(counted) == 5  # two causes have a part in falls and are the first of none
    for href, n in counted:
        listed = text_of("dora", href)
        told = re.search(r'role="status">(?:.*?of )?(\d+|No) account', listed)
        assert told
        assert told.group(1).replace("No", "0") == n, href


def test_only_the_last_year(explained: Any, text_of: Any) -> None:
    page = plain(text_of("dora", "/causes/?fell=year"))
    assert "3 accounts fell" in page


def test_parts_over_time_and_by_part(explained: Any, text_of: Any) -> None:
    page = text_of("dora", "/causes/")
    for part in ("When they began to fall", "By region", "By segment", "By category of products"):
        assert part in page
    assert 'href="/accounts/?region=north&amp;cause=delivery' in page.replace(
        "cause=delivery&amp;region=north", "region=north&amp;cause=delivery"
    )
    assert "2025 Q4" in page
    assert "fell_from=2025-10-01&amp;fell_to=2025-12-31" in page


def test_waves_what_was_learnt_and_what_would_help(explained: Any, text_of: Any) -> None:
    page = text_of("dora", "/causes/")
    said = plain(page)
    assert "14 falls where 5.1 were to be expected; by chance in < 0.1% of such cases" in said
    assert "<i>+6%" not in page
    # From the day on, of whom it concerned: the accounts that were counted
    listed = re.findall(r'href="/accounts/\?([^"]*fell_from=2025-10-01[^"]*)"', page)
    asked = [parse_qs(html.unescape(one)) for one in listed]
    assert {
        "fell_from": ["2025-10-01"],
        "fell_to": ["2026-01-20"],
        "region": ["north"],
        "cause": ["any"],
    } in asked
    assert said.index("We delivered late") < said.index("Their account manager left us")
    # .3 of 30 account-years and .1 of 10
    assert "We delivered late Our delivery 25% 10 40" in said
    assert "What happened at our company Turmoil" not in said  # nobody was exposed to it
    assert "What would tell us more" in said
    assert "Stock Our delivery" in said


def _wave_list(page: str) -> str:
    """The address behind the only wave."""
    (found,) = re.findall(r'<ul class="inner waves">.*?href="([^"]*)"', page, re.S)
    return html.unescape(str(found))


@pytest.fixture
def wave_within(explained: Any, monkeypatch: pytest.MonkeyPatch, keep: Any) -> Any:
    """The wave as of an event whose scope names these regions and segments, since falls began."""

    def make(**within: list[str]) -> None:
        changed = by_hand.WAVE | {"on": str(by_hand.BEGAN), "within": within}
        monkeypatch.setattr(by_hand, "WAVE", changed)
        keep()

    return make


def test_a_wave_of_several_regions_leads_to_the_accounts_of_all_of_them(
    wave_within: Any, text_of: Any
) -> None:
    Account.objects.filter(account_id="A100").update(region="north")
    Account.objects.filter(account_id="A107").update(region='"South", [x] & co')
    wave_within(region=["north", '"South", [x] & co'])
    address = _wave_list(text_of("dora", "/causes/"))
    page = text_of("dora", address)
    assert listed(page) == ["A100", "A107"]
    # The list says which they are, and keeps them when another filter is set.
    assert "selected>north, &quot;South&quot;, [x] &amp; co</option>" in page
    # Fewer regions, fewer accounts; as everywhere, nobody else's.
    wave_within(region=["north", "nowhere"])
    assert listed(text_of("dora", _wave_list(text_of("dora", "/causes/")))) == ["A100"]
    assert listed(text_of("wei", address)) == []


def test_a_wave_of_regions_and_segments_leads_to_those_of_both(
    wave_within: Any, text_of: Any
) -> None:
    rows = Account.objects.filter(account_id__in=("A100", "A107"))
    rows.update(region="north", segment="dealers")
    rows.filter(account_id="A107").update(segment="chains")
    wave_within(region=["north", "south"], segment=["dealers", "factories"])
    assert listed(text_of("dora", _wave_list(text_of("dora", "/causes/")))) == ["A100"]
    wave_within()
    assert listed(text_of("dora", _wave_list(text_of("dora", "/causes/")))) == ["A100", "A107"]


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("region=서울,부산", "지역: 서울, 부산"),
        ("region: North; category = Taps", "지역: North; 품목군: Taps"),
        ("行業: 五金", "거래처 유형: 五金"),
        ("North, South", "North, South"),
        ("note: <b>all</b>, region=East", "note: &lt;b&gt;all&lt;/b&gt;, 지역: East"),
    ],
)
def test_whom_an_event_concerned_is_said_in_the_readers_words(
    scope: str, said: str, explained: Any, keep: Any, text_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_hand, "WAVE", by_hand.WAVE | {"scope": scope})
    keep()
    assert f"· {said}</span>" in text_of("dora", "/causes/", "ko")


@pytest.mark.parametrize("nonsense", ["[", "[1]", "[]", '["a"', "[" * 9_000])
def test_a_region_that_looks_like_several_is_one(
    nonsense: str, explained: Any, text_of: Any
) -> None:
    assert listed(text_of("dora", "/accounts/?" + urlencode({"region": nonsense}))) == []


def test_managers_in_the_order_of_names_for_directors_and_administrators(
    explained: Any, text_of: Any
) -> None:
    for username in ("dora", "ada"):
        said = plain(text_of(username, "/causes/"))
        assert "not about who is good" in said
        assert said.index("陳偉 60") < said.index(
            "김민수 55"
        )  # as the names stand, not the figures
        assert "90% sure: 0.82 – 2.43" in said
    for username in ("ana", "sora", "fatima", "quentin"):
        assert "by manager" not in plain(text_of(username, "/causes/")), username


def test_a_manager_sees_their_own_line_alone(explained: Any, text_of: Any) -> None:
    said = plain(text_of("minsu", "/causes/"))
    assert "×1.47" in said
    assert "×0.50" not in said
    assert "by manager" not in plain(text_of("nobody", "/causes/"))


def test_somebody_of_the_service_with_a_managers_code_sees_no_line(
    explained: Any, text_of: Any
) -> None:
    assert User.objects.get(username="sora").staff_id == "S1"
    assert User.objects.get(username="sora").role == Role.SERVICE
    assert "×1.47" not in text_of("sora", "/causes/")


def test_nothing_assessed_nothing_explained_nothing_fell(
    db: None, cast: Any, keep: Any, text_of: Any
) -> None:
    assert "Nothing assessed yet" in text_of("dora", "/causes/")
    cast.show(cast.assessment("20260301-060000-old"))
    assert "assessed before Mainstay asked why" in text_of("dora", "/causes/")
    keep(falls=by_hand.falls().slice(0, 0), causes=by_hand.causes().slice(0, 0))
    cast.show(cast.assessment())
    cache.clear()
    assert "No account fell." in plain(text_of("dora", "/causes/"))
    assert "No account fell." in plain(text_of("minsu", "/causes/"))


def test_somebody_without_accounts(explained: Any, text_of: Any) -> None:
    assert "No account fell." in plain(text_of("nobody", "/causes/"))


def test_an_account_that_is_none_of_ours_leaves_the_figures(explained: Any, text_of: Any) -> None:
    Account.objects.filter(account_id="A102").update(answer="not_ours")
    assert "4 accounts fell" in plain(text_of("dora", "/causes/"))


@pytest.mark.parametrize(
    ("table", "first"),
    [
        ("by_cause", "Cause"),
        ("by_quarter", "Quarter"),
        ("by_region", "Region"),
        ("by_segment", "Segment"),
        ("by_category", "Category"),
    ],
)
def test_tables_as_files(table: str, first: str, explained: Any, signed_in: Any) -> None:
    client = signed_in("dora")
    rows = client.get(f"/causes/{table}/download.csv").content.decode("utf-8-sig").splitlines()
    assert len(rows) > 2
    assert rows[0].startswith(f"{first},")
    assert "Our delivery" in "\n".join(rows)
    assert client.get(f"/causes/{table}/download.xlsx").status_code == 200
    assert Event.objects.filter(verb="causes.download").count() == 2


def test_files_that_there_are_not(explained: Any, signed_in: Any) -> None:
    for address in ("nonsense/download.csv", "by_cause/download.pdf", "by_manager/download.csv"):
        assert signed_in("dora").get(f"/causes/{address}").status_code == 404


@pytest.mark.parametrize("username", ["dora", "minsu", "sora"])
def test_the_page_asks_few_questions(
    username: str, explained: Any, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(username)
    with django_assert_max_num_queries(15):
        assert client.get("/causes/").status_code == 200


def test_each_list_behind_a_card_holds_as_many_accounts_as_the_card_says(
    explained: Any, signed_in: Any
) -> None:
    page = signed_in("dora").get("/causes/").content.decode()
    tiles = re.findall(r'<a href="([^"]*)">(\d+) accounts? where it comes first', page)
    assert len(tiles) == 4
    for href, n in tiles:
        asked = Asked.read(QueryDict(html.unescape(href).partition("?")[2]))
        assert asked.apply(Account.objects.all()).count() == int(n)
