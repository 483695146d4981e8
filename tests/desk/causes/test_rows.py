"""From the rows that prove something to the pages that show them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from mainstay.desk.accounts.addresses import account_url
from mainstay.desk.causes.rows import links
from mainstay.desk.facts.rows import key_of, models_by_table

pytestmark = pytest.mark.django_db
ON = date(2025, 9, 8)


def written(table: str, **values: Any) -> Any:
    model = models_by_table()[table]
    row = dict(values)
    return model._default_manager.create(
        key=key_of(table, row), recorded_at=timezone.now(), **values
    )


@pytest.fixture
def facts(explained: Any) -> dict[str, Any]:
    return {
        "visits": written("visits", visit_id="V/1 ?", account_id="A100", on=ON, staff_id="S1"),
        "notices": written("notices", account_id="A100", on=ON, kind="will_leave"),
        "levels": written("relationship_levels", account_id="A100", on=ON, level=2),
        "others": written("visits", visit_id="V2", account_id="A103", on=ON, staff_id="S2"),
        "standards": written(
            "service_standards", kind="delivery", severity=2, answer_within=4, solve_within=8
        ),
        "events": written("company_events", event_id="E1", on=ON, kind="shortage"),
    }


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("visits", ["visits", "V/1 ?"]),
        ("notices", ["notices", "A100", "2025-09-08", "will_leave"]),
        ("levels", ["relationship_levels", "A100", "2025-09-08"]),
        ("standards", ["service_standards", "delivery", 2]),
        ("events", ["company_events", "E1"]),
    ],
)
def test_a_row_of_people_leads_to_its_page(
    name: str, row: list[Any], facts: Any, signed_in: Any
) -> None:
    (link,) = links("A100", [row], ON)
    client = signed_in("minsu")
    response = client.get(link.href)
    assert response.headers["Location"] == f"/known/{row[0]}/{facts[name].pk}/"
    assert client.get(response.headers["Location"]).status_code == 200


def test_a_complaint_leads_to_its_own_page(explained: Any, signed_in: Any) -> None:
    made = written(
        "complaints", complaint_id="C1", account_id="A100", opened_at=timezone.now(), kind="quality"
    )
    (link,) = links("A100", [["complaints", "C1"]], ON)
    assert link.words == "Complaint"
    assert signed_in("minsu").get(link.href).headers["Location"] == f"/complaints/{made.pk}/"


@pytest.mark.parametrize("name", ["standards", "events"])
def test_who_may_not_write_a_row_reads_it_and_is_offered_nothing_that_is_refused(
    name: str, facts: Any, signed_in: Any
) -> None:
    row = facts[name]
    for place in ("", "withdraw/"):
        page = signed_in("minsu").get(f"/known/{row.TABLE}/{row.pk}/{place}").content.decode()
        main = page.split("<main", 1)[1]
        assert "<form" not in main
        assert "Save" not in main
        assert {"standards": "Delivery", "events": "Shortage"}[name] in main
    assert "Save" in signed_in("dora").get(f"/known/{row.TABLE}/{row.pk}/").content.decode()


def test_a_review_leads_to_its_own_page(explained: Any, signed_in: Any) -> None:
    made = written("reviews", review_id="R1", account_id="A100", opened_on=ON, kind="slipping")
    (link,) = links("A100", [["reviews", "R1"]], ON)
    assert signed_in("minsu").get(link.href).headers["Location"] == f"/reviews/{made.pk}/"


@pytest.mark.parametrize(
    "row",
    [
        ["visits", "V2"],  # of an account that somebody else looks after
        ["visits", "never written"],
        ["visits", "V/1 ?", "one too many"],
        ["service_standards", "delivery", "two"],
    ],
)
def test_what_is_not_there_or_not_yours_leads_to_the_time_of_it(
    row: list[Any], facts: Any, signed_in: Any
) -> None:
    (link,) = links("A100", [row], ON)
    response = signed_in("minsu").get(link.href)
    assert response.headers["Location"] == "/account/A100/timeline/?until=2025-10-09"


@pytest.mark.parametrize("query", ["", "?key=&on=yesterday", "?key=%00&on=9999-12-31", "?on=%00"])
def test_odd_addresses_do_no_harm(query: str, explained: Any, signed_in: Any) -> None:
    client = signed_in("minsu")
    for table in ("visits", "deliveries", "nonsense"):
        response = client.get(f"/account/A100/record/{table}/{query}")
        assert response.headers["Location"].startswith("/account/A100/timeline/")


def test_order_lines_with_their_days_and_product() -> None:
    (link,) = links("A/1", [["order_lines", "2025-09-01", "2025-09-08", "P&1"]])
    assert link.href == f"{account_url('A/1')}lines/?from=2025-09-01&to=2025-09-08&product=P%261"
    (link,) = links("A/1", [["order_lines", "2025-09-01", "nonsense", ""]])
    assert link.href == f"{account_url('A/1')}lines/?from=2025-09-01"


def test_order_lines_of_two_times_are_told_apart_by_their_days() -> None:
    rows = [
        ["order_lines", "2025-09-01", "2025-09-30", ""],
        ["order_lines", "2024-09-01", "2025-08-31", ""],
    ]
    found = [link.words for link in links("A", rows)]
    assert found == [
        "Order lines 1 Sep 2025 – 30 Sep 2025",
        "Order lines 1 Sep 2024 – 31 Aug 2025",
    ]


def test_rows_of_machines_lead_to_one_page_of_all_that_prove_it(explained: Any) -> None:
    rows = [["deliveries", "D1"], ["deliveries", "D 2&"], ["credit_holds", "A100", "2025-09-08"]]
    found = links("A100", rows, ON)
    assert [link.words for link in found] == ["Deliveries", "Credit holds"]
    assert found[0].href == (
        "/account/A100/rows/deliveries/?row=%5B%22D1%22%5D&row=%5B%22D+2%26%22%5D"
    )


def test_figures_by_month_lead_to_the_year_before_too() -> None:
    (link,) = links("A100", [["market", "schools", "", "2025-05-01"]], ON)
    assert link.href == "/account/A100/rows/market/?from=2024-03-27&to=2025-06-01"


def test_without_rows_the_time_of_it_is_shown() -> None:
    (link,) = links("A100", [], ON)
    assert link.href == "/account/A100/timeline/?until=2025-10-09"
    assert links("A100", []) == []
    assert links("A100", ["nonsense", [], [1, 2], ["visits"], None, {}]) == []
