"""A home that is in use has row keys of five digits: none is printed with a thousands sign."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F

import mainstay.desk
from mainstay.desk.accounts.models import Account

DESK = Path(mainstay.desk.__file__).parent
# Attributes that name something, and so must be the same wherever it is named.
NAMING = re.compile(r'\s(id|for|name|href|action|hx-[a-z]+|aria-[a-z]+by|value)="([^"]*)"')
KEY = re.compile(r"\{\{\s*(?:[\w.]*\.)?(?:pk|id|number|counter0?|n|\w+_number)\s*\}\}")
GROUPED = re.compile(r"\d,\d{3}(?!\d)")


def named(text: str) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for match in NAMING.finditer(text)]


def test_templates_write_keys_as_they_are() -> None:
    found = [
        (file.name, attribute, value)
        for file in DESK.rglob("*.html")
        for attribute, value in named(file.read_text(encoding="utf-8"))
        if KEY.search(value)
    ]
    assert found == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans", "ko"])
def test_pages_of_accounts_with_large_keys(language: str, signed_in: Any, published: Any) -> None:
    Account.objects.update(id=F("id") + 78_000)
    Account.objects.filter(account_id="A101").update(answer="seasonal", back_on="2026-09-30")
    client = signed_in("dora")
    asked = {"accept-language": language}
    for address in ("/", "/accounts/", "/account/A100/", "/account/A101/", "/account/A100/answer/"):
        page = client.get(address, headers=asked).content.decode()
        assert "said-78" in page
        assert [pair for pair in named(page) if GROUPED.search(pair[1])] == [], address
    parts = [client.get("/account/A100/answer/", headers={**asked, "HX-Request": "true"})]
    parts.append(
        client.post("/account/A101/answer/", {"do": "x"}, headers={**asked, "HX-Request": "true"})
    )
    for part in parts:
        assert [pair for pair in named(part.content.decode()) if GROUPED.search(pair[1])] == []
