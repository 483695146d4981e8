"""Sentences of many accounts at once are, account by account, what `Text` makes of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from mainstay.core.texts import Text, texts_to_json
from mainstay.defection.said import Said, told

SUM = "“{name}” brought {year_money}, 100% of {share_share}, until {until_on}."
COLUMNS: dict[str, Any] = {
    "name": np.array(['a "b" {c}', "茶\\餐", "100%"], object),
    "year_money": np.array([1234.5, np.nan, 1e16]),
    "share_share": np.array([0.25, 1 / 3, 0.0]),
    "until_on": np.array(["2025-01-31", "2025-02-01", "NaT"], "datetime64[D]"),
    "rhythm_days": np.ma.masked_array([3, 0, 12], [False, True, False]),
}
PLAIN: dict[str, list[Any]] = {
    "name": ['a "b" {c}', "茶\\餐", "100%"],
    "year_money": [1234.5, None, 1e16],
    "share_share": [0.25, 1 / 3, 0.0],
    "until_on": ["2025-01-31", "2025-02-01", None],
    "rhythm_days": [3, None, 12],
}


def texts() -> list[Text]:
    return [Text(SUM, {name: values[i] for name, values in PLAIN.items()}) for i in range(3)]


def test_each_account_is_told_what_a_text_of_its_own_would_say() -> None:
    plainly, written = told([Said(np.array([2, 0, 1]), SUM, COLUMNS)], [], 3)
    alone = [texts()[i] for i in (1, 2, 0)]  # of account 0, 1, 2
    assert plainly == [str(text) for text in alone]
    assert written == [texts_to_json([text]) for text in alone]


def test_sentences_come_in_their_order_and_the_first_is_not_repeated() -> None:
    first = [
        Said(np.array([0]), "One.", {}),
        Said(np.array([1]), "Two: {n}.", {"n": np.array([2])}),
    ]
    more = [
        Said(np.array([0, 1]), "Two: {n}.", {"n": np.array([2, 2])}),
        Said(np.array([], np.int64), "Of nobody.", {}),
        Said(np.array([0, 1]), "Three {{sic}}, 5%.", {}),
    ]
    plainly, written = told(first, more, 2)
    two, three = Text("Two: {n}.", {"n": 2}), Text("Three {{sic}}, 5%.")
    assert plainly == ["One.", "Two: 2."]
    assert written == [texts_to_json([Text("One."), two, three]), texts_to_json([two, three])]
