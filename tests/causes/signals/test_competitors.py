"""Signals from competitors who were seen."""

from __future__ import annotations

from typing import Any

from seen import ago, seen

from mainstay.causes.catalogue import catalogue


def sighting(**more: Any) -> dict[str, Any]:
    row = {"sighting_id": "X", "account_id": "A", "on": ago(30), "competitor": "Rival"}
    return {**row, "what": "price", "source": "ours", **more}


def test_competitor_seen_by_ours_or_in_public() -> None:
    (row,) = seen("competitor_seen", competitor_sightings=[sighting()])
    assert (row["since"], row["strength"], row["data"]["what"]) == (ago(30), 1.0, "price")
    (row,) = seen("competitor_seen", competitor_sightings=[sighting(source="public")])
    assert row["strength"] == 0.7
    (row,) = seen("competitor_seen", competitor_sightings=[sighting(what=None)])
    assert row["data"]["what"] == "visit"


def test_competitor_told_by_their_people_is_words_and_no_sighting() -> None:
    told = [sighting(source="contact")]
    assert seen("competitor_seen", competitor_sightings=told) == []
    (row,) = seen("competitor_told", competitor_sightings=told)
    assert row["rows"] == [["competitor_sightings", "X"]]
    assert seen("competitor_told", competitor_sightings=[sighting()]) == []


def test_what_their_people_tell_weighs_more() -> None:
    signals = catalogue()
    for what in ("price", "product", "service", "favours"):
        (own,) = signals["competitor_seen"].by_data[what]
        (told,) = signals["competitor_told"].by_data[what]
        assert own.cause == told.cause == f"competitor.{what}"
        assert told.weight > own.weight
