"""How numbers, days and the engine's sentences are written, in four languages."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format, number_format
from hypothesis import given
from hypothesis import strategies as st

from mainstay.core.texts import Text
from mainstay.desk import numbers
from mainstay.desk.accounts import words
from mainstay.desk.accounts.addresses import decode, encode, lines_url, lines_urls
from mainstay.desk.accounts.templatetags import desk


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        (0, "en", "0"),
        (7.4, "en", "7"),
        (999.4, "en", "999"),
        (1_000, "en", "1k"),
        (1_234, "en", "1.23k"),
        (123_456, "en", "123k"),
        (999_960, "en", "1m"),
        (1_234_567, "en", "1.23m"),
        (20_127, "en", "20.1k"),
        (2.5e9, "en", "2.5bn"),
        (-1_234, "en", "−1.23k"),
        (-0.2, "en", "0"),
        (9_999, "zh-hant", "9,999"),
        (1_234_000, "zh-hant", "123.4萬"),
        (123_456_789, "zh-hant", "1.23億"),
        (18_087, "zh-hant", "1.81萬"),
        (20_127, "ko", "2.01만"),
        (99_960, "zh-hans", "10万"),
        (12_340_000, "zh-hans", "1,234万"),
        (99_999_999, "zh-hans", "1亿"),
        (1_234_000, "ko", "123.4만"),
        (3.2e12, "ko", "3.2조"),
    ],
)
def test_large_numbers_are_short_in_the_readers_units(
    value: float, language: str, expected: str
) -> None:
    with translation.override(language):
        assert numbers.compact(value) == expected


def test_money_has_its_sign_before_the_symbol() -> None:
    with translation.override("en"):
        assert numbers.money(-1234.0, "GBP") == "−£1.23k"
        assert numbers.exact_money(-1234.5, "EUR") == "−€1,234.50"
        assert numbers.exact_money(Decimal("-0.001"), "EUR") == "€0.00"
        assert numbers.exact_money(1234.0, "TWD") == "NT$1,234"
        assert numbers.money(5000, "CHF") == "CHF\u202f5k"
        assert numbers.money_between(-100.0, 2500.0, "USD") == "−$100 – $2.5k"


@pytest.mark.parametrize(
    ("low", "high", "language", "shown"),
    [
        (1_381, 13_900, "zh-hant", "£0.14萬 – £1.39萬"),
        (-13_900, -1_381, "zh-hans", "−£1.39万 – −£0.14万"),
        (-1_381, 13_900, "ko", "−£0.14만 – £1.39만"),
        (320, 13_900, "zh-hant", "£320 – £1.39萬"),  # 0.03萬 says less
        (1_381, 9_000, "zh-hant", "£1,381 – £9,000"),
        (123_400, 1_234_000, "zh-hant", "£12.3萬 – £123.4萬"),
        (9_960, 10_040, "zh-hant", "£1萬"),
        (3.2e7, 1.2e8, "zh-hans", "£0.32亿 – £1.2亿"),
        (3.2e11, 1.2e12, "zh-hans", "£0.32万亿 – £1.2万亿"),
        (246_000, 1_200_000, "en", "£246k – £1.2m"),
    ],
)
def test_both_ends_of_a_range_are_in_one_unit(
    low: float, high: float, language: str, shown: str
) -> None:
    with translation.override(language):
        assert numbers.money_between(low, high, "GBP") == shown


def test_a_range_in_words_has_a_beginning_and_an_end() -> None:
    with translation.override("en"):
        said = desk.sure_between(246_000.0, 397_000.0, "GBP")
        assert said == "Very probably (80%) between £246k and £397k"
        assert desk.sure_between(1_000.0, 1_001.0, "GBP") == "Very probably (80%) about £1k"
        assert desk.between(1_000.0, 1_001.0, "GBP") == ""
        assert desk.between(1_000.0, 2_000.0, "GBP") == "£1k – £2k"
        assert desk.between(None, 2_000.0, "GBP") == ""


@pytest.mark.parametrize("bad", [None, float("nan"), float("inf")])
def test_what_is_not_known_is_a_dash_everywhere(bad: Any) -> None:
    for write in (numbers.compact, numbers.share, numbers.change, numbers.plain):
        assert write(bad) == "–"
    assert numbers.money(bad, "EUR") == numbers.exact_money(bad, "EUR") == "–"


def test_shares_and_changes() -> None:
    assert [numbers.share(v) for v in (0, 0.004, 0.05, 0.123, 1)] == [
        "0%",
        "0.4%",
        "5%",
        "12%",
        "100%",
    ]
    assert [numbers.change(v) for v in (0.12, -0.08, 0, 0.001, 11.0)] == [
        "+12%",
        "−8%",
        "0%",
        "0%",
        "×12",
    ]
    assert numbers.change(-1.36) == "−100%"  # more credit notes than sales


def test_what_hardly_changed_has_no_colour() -> None:
    assert [str(desk.change(v)) for v in (0.01, -0.05, None)] == [
        '<span class="faint">+1%</span>',
        '<span class="fall">−5%</span>',
        '<span class="faint">–</span>',
    ]


@given(st.floats(-1e15, 1e15, allow_nan=False))
def test_no_number_is_written_with_too_many_figures(value: float) -> None:
    with translation.override("en"):
        assert len(numbers.compact(value)) <= 12


def test_a_sentence_is_written_by_what_its_places_hold() -> None:
    text = Text(
        "{year_money} until {last_order_on}, {change_share} less; {silent_days} days, {margin_ratio} times {who}",
        {
            "year_money": 12345.6,
            "last_order_on": "2026-01-05",
            "change_share": 0.423,
            "silent_days": 1234,
            "margin_ratio": 1.5,
            "who": "大同",
        },
    )
    with translation.override("en"):
        assert (
            words.sentence(text, "GBP")
            == "£12.3k until 5 Jan 2026, 42% less; 1,234 days, 1.5 times 大同"
        )
    with translation.override("zh-hant"):
        assert words.sentence(text, "GBP").startswith("£1.23萬 until 2026年1月5日")


def test_a_sentence_that_does_not_fit_its_data_is_still_shown() -> None:
    assert words.sentence({"template": "Silent for {days}.", "data": {}}) == "Silent for {days}."
    assert words.sentences("not json") == []
    assert words.sentences(None) == []


AWKWARD = ["00123", "B/108 ?&#", "..", ".", "~x", "login", "a b", " ", "客戶 %2F", "\\", "ü" * 300]


@pytest.mark.parametrize("account_id", AWKWARD)
def test_any_account_id_survives_an_address(account_id: str) -> None:
    part = encode(account_id)
    assert "/" not in part
    assert part not in (".", "..")
    assert decode(part) == account_id


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1))
def test_every_text_at_all_survives_an_address(account_id: str) -> None:
    part = encode(account_id)
    assert "/" not in part
    assert "\n" not in part
    assert decode(part) == account_id


def test_plain_ids_stay_readable() -> None:
    assert encode("00123") == "00123"
    assert encode("客戶-7") == "客戶-7"


@pytest.mark.parametrize("part", ["~***", "~/w", "~a", "~_w", "~7aCA", "~AA", "a\0"])
def test_what_is_no_id_is_refused(part: str) -> None:
    with pytest.raises(
        ValueError, match=r"zero byte|base64|Incorrect padding|decode|characters|UTF|utf"
    ):
        decode(part)


def test_one_is_written_in_the_singular() -> None:
    said = [desk.in_days(1.02), desk.in_days(2.5), desk.late_after(1.9), desk.late_after(41.0)]
    assert said == ["1 day", "2.5 days", "late after 1 day", "late after 41 days"]
    assert [desk.orders_expected(n) for n in (0.98, 1.2)] == [
        "1 order day expected",
        "1.2 order days expected",
    ]


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans", "ko", "de"])
def test_numbers_are_written_as_django_writes_them(language: str) -> None:
    """Ours takes a tenth of the time; it must not write anything else."""
    values = (0, 7, 999, 1_000, 1234567, 0.5, 12.25, 98_765.4, 1e15, Decimal("1234567.80"))
    with translation.override(language):
        for value in values:
            for digits in (0, 1, 2):
                rounded = round(value, digits)
                assert numbers._formatted(rounded, digits) == number_format(rounded, digits)


def test_a_day_is_written_in_the_language_of_its_reader() -> None:
    on = date(2026, 3, 5)
    written = {}
    for language in ("en", "zh-hant", "ko", "en"):
        with translation.override(language):
            written[language] = words.day(on)
            assert words.day(on) == date_format(on, "DATE_FORMAT")
            assert words.day("2026-03-05") == written[language]
            assert words.day(datetime(2026, 3, 5, 23, 59)) == written[language]
    assert len(set(written.values())) == 3


def test_addresses_made_for_a_page_are_those_made_one_by_one() -> None:
    first, last = date(2026, 1, 1), date(2026, 1, 31)
    for account_id in ("A100", "대리점/3", "a b&c=d"):
        lines = lines_urls(account_id)
        base = reverse("accounts:lines", args=[account_id])
        for asked, query in (
            ((), ""),
            ((first, last), "?from=2026-01-01&to=2026-01-31"),
            ((None, last), "?to=2026-01-31"),
            (
                (first, None, "木材 & <b>"),
                "?from=2026-01-01&category=%E6%9C%A8%E6%9D%90+%26+%3Cb%3E",
            ),
            ((None, None, ""), "?category="),
        ):
            assert lines(*asked) == lines_url(account_id, *asked) == base + query


def test_a_cause_is_told_in_words_and_a_stranger_as_it_stands() -> None:
    template = "Our salesperson gives as the reason: {reason_cause}."
    with translation.override("ko"):
        told = words.sentence({"template": template, "data": {"reason_cause": "delivery.late"}})
    assert "delivery.late" not in told
    with translation.override("en"):
        known = {"template": template, "data": {"reason_cause": "delivery.late"}}
        assert words.sentence(known).endswith("We delivered late.")
        strange = {"template": template, "data": {"reason_cause": "moon"}}
        assert words.sentence(strange).endswith("moon.")
