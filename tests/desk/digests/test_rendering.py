"""What a digest looks like: as a mail, and within what a messenger takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.desk.digests import rendering
from mainstay.desk.digests.contents import Digest, Line, Section
from mainstay.desk.digests.messengers import SERVICES

URL = "https://desk.example.com/account/A100/visit/?play=listen"
HOSTILE = "<!channel> @all *Bold* _x_ [here](http://evil.example) `rm` <b>&"


def digest(*lines: Line, **changes: object) -> Digest:
    given = {
        "as_of": "2 Mar 2026",
        "old": "",
        "at_risk": "At risk: €1.2m",
        "sections": [Section("My week", list(lines))] if lines else [],
        "week_url": "https://desk.example.com/week/",
        "settings_url": "https://desk.example.com/digest/",
    }
    return Digest(**(given | changes))  # type: ignore[arg-type]


def test_a_mail_holds_the_same_as_text_and_as_html() -> None:
    made = digest(
        Line("k", "Harbour", "Senior visit", URL, "No order for 74 days", late=True),
        old="This is 14 days old.",
        troubles=["It did not reach you by Slack."],
    )
    text, html = rendering.text(made), rendering.html(made)
    for said in (
        "Harbour: Senior visit",
        URL,
        "No order for 74 days",
        "14 days old",
        "At risk: €1.2m",
        "by Slack",
    ):
        assert said in text
        assert said in html
    assert "src=" not in html
    assert "<script" not in html


def test_what_people_typed_is_text_in_a_mail() -> None:
    html = rendering.html(digest(Line("k", HOSTILE, HOSTILE, URL)))
    assert "<b>" not in html
    assert "&lt;!channel&gt;" in html


@pytest.mark.parametrize("service", SERVICES)
def test_what_people_typed_calls_nobody_and_links_nowhere(service: str) -> None:
    (message,) = rendering.messages(digest(Line("k", HOSTILE, "", URL)), SERVICES[service])
    assert "<" not in message
    assert "@all" not in message
    assert URL in message
    if SERVICES[service].markdown:
        assert message.count("](") == 1
        assert "](http://evil" not in message


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_a_long_week_comes_in_parts_that_say_so_and_cut_no_address(service: object) -> None:
    lines = [
        Line(f"k{n}", "林氏五金行" * 40, "資深拜訪" * 40, f"{URL}{n:04}", "原因" * 90)
        for n in range(40)
    ]
    parts = rendering.messages(digest(*lines), service)  # type: ignore[arg-type]
    if len(parts) > 1:
        assert [part.splitlines()[0] for part in parts] == [
            f"({n}/{len(parts)})" for n in range(1, len(parts) + 1)
        ]
    for part in parts:
        size = len(part.encode()) if service.in_bytes else len(part)  # type: ignore[attr-defined]
        assert size <= service.longest  # type: ignore[attr-defined]
    whole = "\n".join(parts)
    assert all(f"{URL}{n:04}" in whole for n in range(40))


@given(
    blocks=st.lists(st.text(min_size=1, max_size=300), min_size=1, max_size=12),
    longest=st.integers(60, 400),
    in_bytes=st.booleans(),
)
def test_parts_are_never_longer_than_they_may_be(
    blocks: list[str], longest: int, in_bytes: bool
) -> None:
    for part in rendering.split(blocks, longest, in_bytes=in_bytes):
        assert (len(part.encode()) if in_bytes else len(part)) <= longest


def test_nothing_new_is_said_as_such() -> None:
    made = digest()
    assert "nothing new" in made.subject
    assert "Nothing new this week" in rendering.text(made)
    assert "Nothing new this week" in rendering.messages(made, SERVICES["line"])[0]
