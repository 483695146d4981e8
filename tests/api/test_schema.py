"""The API keeps to its description: schemathesis sends what the description allows, and what it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

EXAMPLES = 6  # of each operation and mode
# No description can say which accounts there are, or which days are too far away: what is refused for such
# a reason is refused as it should be.
REFUSALS = ["2xx", "401", "403", "404", "409", "412", "413", "422", "428"]
CONFIG = {"checks": {"positive_data_acceptance": {"expected-statuses": REFUSALS}}}


@pytest.mark.django_db
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nothing_that_is_sent_breaks_the_description(
    published: Any, people: dict[str, Any], settings: Any, mode: GenerationMode
) -> None:
    from mainstay.desk.access import tokens

    settings.API_RATE = 0
    wish = tokens.Wish("test", tuple(tokens.SCOPES), days=1)
    _, secret = tokens.make(None, people["ada"], wish)
    # The line that schemathesis lays to the desk does not unpack answers.
    headers = {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}
    config = SchemathesisConfig.from_dict(CONFIG)
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", desk(), config=config)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 15
    wrong = []
    for operation in operations:
        try:
            _try(operation, mode, headers)
        except Exception as error:  # noqa: BLE001  # all operations are told of, not the first alone
            wrong.append(error)
    if wrong:
        raise ExceptionGroup("what the description does not say", wrong)


def desk() -> Callable[..., list[bytes]]:
    """The desk, whose answers are closed as a web server does it, and with them the files that were sent."""
    handler = WSGIHandler()

    def answer(environ: dict[str, Any], start: Any) -> list[bytes]:
        given = handler(environ, start)
        try:
            return [b"".join(given)]
        finally:
            given.close()

    return answer


def _try(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> None:
    @bounds(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def tried(case: Any) -> None:
        case.call_and_validate(headers=headers)

    tried()
