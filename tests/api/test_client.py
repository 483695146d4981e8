"""The client of docs/api.md, as it stands there, against a desk that answers over the line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.utils import timezone

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
LONGEST = 100  # lines


def blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)


@pytest.mark.django_db(transaction=True)
def test_the_client_of_the_documentation_works(
    live_server: Any,
    published: Any,
    people: dict[str, Any],
    staff: None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from mainstay.desk.access import tokens

    client, example = blocks()
    assert len(client.splitlines()) <= LONGEST
    made: dict[str, Any] = {}
    exec(client, made)  # the documentation's own lines
    _, secret = tokens.make(
        None, people["ada"], tokens.Wish("client", ("read", "write", "import"), days=1)
    )
    exec(example.replace("http://127.0.0.1:8000", live_server.url), {**made, "token": secret})
    assert capsys.readouterr().out.startswith("A100 96000.0 No order for 74 days")

    desk = made["Mainstay"](live_server.url, secret, language="ko")
    assert len(list(desk.rows("/accounts", limit=3))) == 10
    assert pq.read_table(desk.parquet("/accounts", tier="A")).num_rows == 3
    today = timezone.localdate().isoformat()
    visit = {"account_id": "A100", "on": today, "kind": "call", "staff_id": "S1"}
    (row,) = desk.add("visits", [visit])
    assert desk.change("visits", row, mood=1)["version"] == 2
    with pytest.raises(made["Refused"]) as refused:
        desk.change("visits", row, mood=2)
    assert refused.value.problem["code"] == "changed_meanwhile"
    job = desk.bring("orders.csv", b"account_id,ordered_on,amount\nA100,2026-03-01,12\n")
    assert desk.get(f"/jobs/{job['id']}")["state"] == "waiting"
