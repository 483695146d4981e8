"""What can be told of the pages' looks without a browser: contrast, dates, labels, downloads, long addresses."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest

from mainstay import desk
from mainstay.desk.accounts.addresses import account_url, lines_url
from mainstay.desk.accounts.models import Account

CSS = (Path(desk.__file__).parent / "static/mainstay/desk.css").read_text(encoding="utf-8")


def tokens(place: int) -> dict[str, str]:
    """Colours by name; place 0 = light, 1 = dark."""
    found = re.findall(r"--([\w-]+): light-dark\((#\w{3,6}), (#\w{3,6})\)", CSS)
    return {name: pair[place] for name, *pair in found}


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * d for d in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("place", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "ink-2", "ink-3"])
@pytest.mark.parametrize("ground", ["paper", "surface", "raised", "sunk"])
def test_ink_is_read_on_every_ground(ink: str, ground: str, place: int) -> None:
    colours = tokens(place)
    light, dark = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def ink_on(cls: str) -> tuple[str, str]:
    """The token of the words on a bar of this class, in light and in dark."""
    for which, inks in re.findall(r"\.mark:is\(([^)]*)\) \+ text\.on \{ fill: (.*?); \}", CSS):
        if f".{cls}" in which.split(", "):
            names = re.findall(r"var\(--([\w-]+)\)", inks)
            return names[0], names[-1]
    return "surface", "surface"


@pytest.mark.parametrize("place", [0, 1], ids=["light", "dark"])
def test_words_on_a_bar_are_read(place: int) -> None:
    colours = tokens(place)
    grounds = re.findall(r"\.((?:s\d)|(?:st-\w+))(?:, \.(st-\w+))* \{ fill: var\(--([\w-]+)\)", CSS)
    assert len(grounds) > 10
    for *classes, ground in grounds:
        for cls in filter(None, classes):
            pair = luminance(colours[ink_on(cls)[place]]), luminance(colours[ground])
            light, dark = sorted(pair, reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (cls, ground)


@pytest.mark.django_db
def test_the_answer_menu_stands_with_the_title(text_of: Any, told: Any) -> None:
    page = text_of("dora", account_url("대리점/3"))
    assert re.search(r'<div class="titled"><h1>[^<]*</h1><div class="said"', page)


@pytest.mark.django_db
def test_each_cell_of_order_lines_says_on_a_small_screen_what_it_is(
    text_of: Any, told: Any
) -> None:
    page = text_of("dora", lines_url("대리점/3"))
    rows = re.findall(r'<tr role="row"><th role="rowheader".*?</tr>', page, re.S)
    assert rows
    for row in rows:
        assert row.count("<td ") == row.count("data-label=") > 1
    assert 'data-label="Amount"' in page


@pytest.mark.django_db
def test_days_are_written_in_one_way(text_of: Any, published: Any) -> None:
    for address in ("/people/", "/people/events/"):
        page = re.sub(r"<[^>]*>", " ", text_of("ada", address))
        assert not re.search(r"\b20\d\d-\d\d-\d\d\b", page), address
    assert re.search(r"\d\d? \w{3} 20\d\d, \d\d:\d\d", text_of("ada", "/people/events/"))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_the_rules_for_a_password_are_one_sentence_by_its_field(
    language: str, text_of: Any, people: Any
) -> None:
    page = text_of("dora", "/accounts/password/change/", language)
    form = re.search(r'<form class="asked".*?</form>', page, re.S)
    assert form
    assert "<ul>" not in form[0]
    assert "10" in form[0]
    assert "你" not in form[0]


@pytest.mark.django_db
def test_a_download_has_the_moneys_digits(signed_in: Any, published: Any) -> None:
    Account.objects.update(amount_52=6.999999999999999, growth=0.123456, rhythm_days=7.04999)
    text = signed_in("dora").get("/accounts/download.csv").content.decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text)))
    assert [float(row[name]) for name in ("Last 52 weeks", "Growth", "Own rhythm, days")] == [
        7.0,
        0.1235,
        7.0,
    ]


@pytest.mark.django_db
def test_the_name_of_a_file_has_no_signs_of_a_system(told: Any, signed_in: Any) -> None:
    address = lines_url("대리점/3").replace("/lines/", "/lines/download.csv")
    heading = signed_in("dora").get(address).headers["Content-Disposition"]
    assert "%2F" not in heading
    assert "%7C" not in heading
    assert "-3.csv" in heading


@pytest.mark.django_db
def test_a_search_of_many_letters_is_cut(signed_in: Any, published: Any) -> None:
    client = signed_in("dora")
    moved = client.get("/accounts/", {"q": "x" * 60_000, "state": "risk"})
    assert moved.status_code == 302
    assert moved.headers["Location"] == f"/accounts/?q={'x' * 100}&state=risk"
    assert client.get(moved.headers["Location"]).status_code == 200
