"""The quarterly review on the desk: the list, the page, the PDF of a page each, who may see it."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from printed import texts_of
from seen import ledger_of, view_of

from mainstay.desk.access.models import Event
from mainstay.desk.accounts.models import Assessment, latest_id
from mainstay.desk.timeline import pdf as fonts
from mainstay.engine.quarter import DOCUMENT, measure_quarters, quarters
from mainstay.engine.quarter.told import PAGES

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
QUARTER = "2026-Q1"  # it lasts on the day of the cast


def rows(as_of: Any) -> dict[str, Any]:
    due = as_of - timedelta(days=20)
    promises = [
        {"promise_id": f"P{n}", "account_id": "A100", "kind": "rebate", "made_on": due, "due_on": due,
         "kept_on": due if n % 3 else None}
        for n in range(24)
    ]  # fmt: skip
    reviews = [
        {"review_id": "R1", "account_id": "A102", "opened_on": due, "kind": "lost",
         "change_text": "<b>Call</b> #first", "change_owner_id": "S2", "change_due_on": due}
    ]  # fmt: skip
    return {"promises": promises, "reviews": reviews}


@lru_cache
def measured(cast: Any) -> dict[str, Any]:
    """The figures of the cast, made once."""
    assessment = cast.assessment()
    accounts = assessment.accounts.to_pylist()
    view = view_of(ledger_of(rows(cast.AS_OF)), accounts, as_of=cast.AS_OF)
    return measure_quarters(view, assessment.history)


@pytest.fixture(autouse=True)
def _measured(own_store: None, settings: Any, cast: Any, published: Any) -> None:
    documents = {"meta": {}, DOCUMENT: measured(cast)}
    quarters(settings.HOME.store).save(str(latest_id()), {}, documents)
    cache.clear()


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_list_and_the_page(signed_in: Any) -> None:
    dora = signed_in("dora")
    listed = text(dora.get("/quarter/"))
    assert "2026 Q1</a> <span" in listed
    assert "so far" in listed
    assert "/quarter/2025-Q4/" in listed
    page = text(dora.get(f"/quarter/{QUARTER}/"))
    assert "2026 Q1 so far" in page
    assert "this is what is known so far" in page
    assert "16 of 24 kept by their day (67%)" in page
    assert "&lt;b&gt;Call&lt;/b&gt; #first" in page
    for key in PAGES:
        assert f'id="{key}"' in page, key


def test_whoever_looks_after_accounts_alone_sees_none_of_it(signed_in: Any) -> None:
    for name in ("minsu", "sora"):
        for path in ("/quarter/", f"/quarter/{QUARTER}/", f"/quarter/{QUARTER}.pdf"):
            assert signed_in(name).get(path).status_code == 403
    assert signed_in("fatima").get(f"/quarter/{QUARTER}/").status_code == 200


@pytest.mark.parametrize(
    ("language", "said"), [("en", "16of24keptbytheirday(67%)"), ("ko", "24"), ("zh-hant", "24")]
)
def test_the_pdf_is_a_page_each_and_says_what_the_page_says(
    signed_in: Any, language: str, said: str
) -> None:
    if fonts.FONTS.get(language, "Noto Sans CJK SC") not in fonts._fonts():
        pytest.skip("NOT TESTED: the fonts Noto CJK are missing on this machine")
    answer = signed_in("dora").get(f"/quarter/{QUARTER}.pdf?lang={language}")
    assert answer["Content-Type"] == "application/pdf"
    pages = texts_of(answer.content)
    assert len(pages) == 1 + len(PAGES)
    assert said in pages[1 + PAGES.index("promises")]
    assert "<b>Call</b>#first" in pages[1 + PAGES.index("reviews")]
    assert Event.objects.filter(verb="quarter.print", object_id=QUARTER).exists()


def test_what_is_not_there_is_said_plainly(signed_in: Any, settings: Any) -> None:
    dora = signed_in("dora")
    assert "has not begun" in text(dora.get("/quarter/2031-Q1/"), 404)
    assert "has not begun" in text(dora.get("/quarter/2031-Q1.pdf"), 404)
    assert dora.get("/quarter/2026-Q7/").status_code == 404
    quarters(settings.HOME.store).delete(str(latest_id()))
    assert "No quarter was measured yet" in text(dora.get("/quarter/"))
    assert "No quarter was measured yet" in text(dora.get(f"/quarter/{QUARTER}/"), 404)
    Assessment.objects.all().delete()
    assert text(dora.get("/quarter/"))


def test_the_pages_ask_the_database_few_questions(signed_in: Any) -> None:
    dora = signed_in("dora")
    for path in ("/quarter/", f"/quarter/{QUARTER}/"):
        dora.get(path)
        with CaptureQueriesContext(connection) as asked:
            dora.get(path)
        assert 0 < len(asked) <= 15, [one["sql"][:120] for one in asked]
