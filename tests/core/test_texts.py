"""Texts keep their template and data apart until a reader is known."""

import pytest

from mainstay.core.errors import MainstayError
from mainstay.core.texts import Text, texts_from_json, texts_to_json


def test_a_text_is_rendered_in_the_readers_language():
    text = Text("Silent for {silent_days} days.", {"silent_days": 1200})
    chinese = {"Silent for {silent_days} days.": "已 {silent_days} 天未訂購。"}
    assert str(text) == "Silent for 1,200 days."
    assert text.render(lambda t: chinese[t]) == "已 1,200 天未訂購。"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("change_share", 0.257, "26%"),
        ("year_money", 12345.6, "12,346"),
        ("order_count", 3, "3"),
        ("last_order_on", "2026-01-05", "2026-01-05"),
        ("back_on", None, "–"),
    ],
)
def test_a_places_name_says_how_its_value_is_written(name, value, shown):
    assert str(Text("{" + name + "}", {name: value})) == shown


@pytest.mark.parametrize(
    ("template", "one", "two"),
    [
        ("Late for {n_days} days.", "Late for 1 day.", "Late for 2 days."),
        ("{n} order days", "1 order day", "2 order days"),
        ("{n} small discourtesies", "1 small discourtesy", "2 small discourtesies"),
        ("已 {n} 天", "已 1 天", "已 2 天"),
    ],
)
def test_english_counts_one_thing_otherwise(template, one, two):
    name = "n_days" if "n_days" in template else "n"
    assert str(Text(template, {name: 1})) == one
    assert str(Text(template, {name: 2})) == two


def test_what_people_typed_is_not_put_into_the_singular():
    assert (
        str(Text("“{text}” after {n} days", {"text": "1 days", "n": 1})) == "“1 days” after 1 day"
    )


def test_texts_survive_being_kept():
    texts = [Text("Closed on {closed_on}.", {"closed_on": "2026-01-05"}), Text("平安")]
    assert texts_from_json(texts_to_json(texts)) == texts
    assert texts_from_json("") == []


def test_an_error_is_one_sentence_with_its_data():
    error = MainstayError("“{file}” is empty.", file="a{b}.csv")
    assert str(error) == "“a{b}.csv” is empty."
    assert error.data == {"file": "a{b}.csv"}
