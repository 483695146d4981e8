"""What holds for every page: few queries, nothing inline, landmarks, names for all that is pressed."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mainstay.desk.accounts.addresses import account_url, lines_url

pytestmark = pytest.mark.django_db
ACCOUNT = account_url("대리점/3")
PAGES = [
    "/",
    "/?change=late",
    "/accounts/",
    "/accounts/?q=대리점&state=risk",
    "/accounts/?q=nothing-has-this",
    "/portfolio/",
    "/causes/",
    account_url("대리점/3") + "signals/",
    "/trust/",
    "/complaints/",
    "/complaints/?view=waiting",
    "/complaints/production/",
    "/complaints/new/",
    "/complaints/settings/",
    ACCOUNT,
    lines_url("대리점/3"),
    "/learning/designs/",
    "/learning/designs/add/",
    "/find/?q=대리점",
]


class Page(HTMLParser):
    """A page's elements, and whether what was opened is closed in order."""

    VOID = frozenset({"meta", "link", "input", "br", "img", "hr", "use", "line", "rect", "path", "circle"})  # fmt: skip

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.trouble: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.trouble.append(f"</{tag}> after {self.open[-3:]} at {self.getpos()}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("username", ["dora", "minsu"])
def test_a_page_asks_the_database_at_most_fifteen_times(
    username: str, address: str, signed_in: Any, told: Any
) -> None:
    client = signed_in(username)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code in (200, 403, 404)
    assert len(asked) <= 15, [q["sql"][:90] for q in asked]


@pytest.mark.parametrize(
    ("address", "most"), [("/", 12), ("/accounts/", 12), ("/accounts/?q=a", 12)]
)
@pytest.mark.parametrize("username", ["dora", "minsu"])
def test_a_first_look_at_the_lists_asks_less(
    username: str, address: str, most: int, signed_in: Any, told: Any
) -> None:
    """Nothing is kept yet: each sum and each choice of a filter is asked for, together."""
    client = signed_in(username)
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= most, [q["sql"][:90] for q in asked]


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans", "ko"])
@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_inline_and_everything_closes(
    address: str, language: str, text_of: Any, told: Any
) -> None:
    text = text_of("dora", address, language)
    page = Page(text)
    assert page.trouble == []
    assert page.open == []
    for tag, attributes in page.elements:
        assert "style" not in attributes, tag
        assert not [a for a in attributes if a.startswith("on")], tag
        assert tag != "style"
        if tag == "script":
            assert attributes.get("src")
        href = attributes.get("href") or ""
        assert not href.startswith(("javascript:", "data:", "http"))
    ids = [a["id"] for _tag, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    for leftover in ("{{", "}}", "{%", "%(", "None"):
        assert leftover not in re.sub(r"<[^>]*>", "", text), leftover


@pytest.mark.parametrize("address", [p for p in PAGES if not p.startswith("/find/")])
def test_landmarks_and_names(address: str, text_of: Any, told: Any) -> None:
    page = Page(text_of("dora", address))
    tags = [tag for tag, _ in page.elements]
    assert tags.count("main") == tags.count("h1") == 1
    assert tags.count("header") >= 1
    ids = {a.get("id") for _, a in page.elements}
    labelled = {a.get("for") for tag, a in page.elements if tag == "label"}
    for tag, attributes in page.elements:
        if tag == "nav":
            assert attributes.get("aria-label")
        if tag in ("input", "select") and attributes.get("type") not in ("hidden",):
            assert attributes.get("aria-label") or attributes.get("id") in labelled, attributes
        for name in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
            for target in (attributes.get(name) or "").split():
                assert target in ids, (tag, name, target)
        if tag == "th":
            assert attributes.get("scope")
    assert tags.count("table") == tags.count("caption")


def test_the_page_one_is_on_is_marked_in_the_navigation(text_of: Any, told: Any) -> None:
    for address, place in (("/", "This week"), ("/accounts/", "Accounts"), (ACCOUNT, "Accounts")):
        page = text_of("dora", address)
        assert re.search(rf'aria-current="page">.*?<span>{place}</span>', page)


def test_every_icon_that_is_used_is_drawn(text_of: Any, told: Any) -> None:
    from pathlib import Path

    import mainstay.desk

    sheet = Path(mainstay.desk.__file__).parent / "static/mainstay/icons.svg"
    drawn = set(re.findall(r'<symbol id="(\w+)"', sheet.read_text(encoding="utf-8")))
    used = set()
    for address in PAGES:
        used |= set(re.findall(r"icons\.svg#(\w+)", text_of("dora", address)))
    from mainstay.engine import STATES

    assert used | set(STATES) <= drawn
