"""Whom a company event concerned: the scope that people wrote, read against what there is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

# What a part of a scope may say that it names; else it is looked for in all of them.
DIMENSIONS: dict[str, str] = {
    "region": "region;regions;area;地區;區域;地区;区域;지역",
    "segment": "segment;segments;industry;產業;行業;行业;细分;업종;세그먼트",
    "category": "category;categories;product group;品類;類別;品类;类别;분류;카테고리;제품군",
    "product_id": "product;products;product_id;sku;item;產品;品號;产品;料号;제품;품목",
}
_KEYS = {
    word: name for name, words in DIMENSIONS.items() for word in (name, *words.split(";")) if word
}
_PARTS = re.compile(r"[;,、，；\n|]+|\band\b|&")
_KEYED = re.compile(r"^\s*([^:=：＝]+?)\s*[:=：＝]\s*(.*)$", re.DOTALL)
_SIGNS = re.compile(r"[\s\"'\[\]{}()“”「」]+")


def plain(text: str) -> str:
    """Without case, width, spaces, quotation marks and brackets."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())


def by_plain(values: Iterable[str | None]) -> dict[str, str]:
    """Values by their plain form, as `read_scope` looks for them; without those that are empty."""
    return {plain(value): value for value in values if value}


def scope_key(word: str) -> str | None:
    """The dimension that a word before a colon names, in any of the languages; None of other words."""
    return _KEYS.get(plain(word))


def read_scope(scope: str, known: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """What a scope names, as (dimension, value); [] where nothing of it is known.

    known: by dimension, the values that there are by their plain form
    `region: North, East; category = Fittings`, or the names alone. A key holds until the next one.
    """
    found: list[tuple[str, str]] = []
    within: Iterable[str] = DIMENSIONS
    for part in _PARTS.split(scope):
        value = part
        if keyed := _KEYED.match(part):
            name = _KEYS.get(plain(keyed[1]))
            if name:
                within, value = (name,), keyed[2]
        wanted = plain(value)
        found += [(name, known[name][wanted]) for name in within if wanted in known.get(name, {})]
    return list(dict.fromkeys(found))
