"""axe-core finds nothing serious on the main pages, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import axe
import pytest

pytestmark = pytest.mark.browser

PAGES = (
    "",
    "week/",
    "accounts/",
    "account/A100/",
    "causes/",
    "cases/",
    "standing/",
    "relations/",
    "learning/",
    "trust/",
    "imports/",
    "allocation/",
    "people/",
)
SCHEMES = ("light", "dark")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_main_pages_can_be_used_by_everybody(
    desk: Any, sign_in: Callable[[str], Any], page: Any, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)
    sign_in("ada")
    found = {}
    for path in PAGES:
        page.goto(f"{desk.address}{path}")
        found[path] = axe.grave(page)
    assert {path: grave for path, grave in found.items() if grave} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_signing_in_can_be_used_by_everybody(desk: Any, page: Any, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{desk.address}accounts/login/")
    assert axe.grave(page) == []


def test_axe_sees_what_is_wrong(desk: Any, page: Any) -> None:
    """A test that finds nothing must be able to."""
    page.goto(f"{desk.address}accounts/login/")
    page.locator("input[name=login]").evaluate("field => field.removeAttribute('id')")
    page.locator("label").evaluate_all("all => all.forEach(label => label.remove())")
    assert any(one.startswith("label: ") for one in axe.grave(page))
