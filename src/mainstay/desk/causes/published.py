"""From an explanation to the columns that lists show, and the explanation itself for the pages."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from django.conf import settings

from mainstay import engine
from mainstay.core.errors import NotFound


def kept(assessment_id: str) -> Any:
    """The frozen explanation of an assessment; None where it was made before there were any."""
    try:
        return engine.explanation_of(settings.HOME.store, assessment_id)
    except NotFound:
        return None


def with_causes(accounts: pa.Table, assessment_id: str) -> pa.Table:
    """The accounts with the columns of `engine.FIRST`, empty of those that did not fall."""
    explained = kept(assessment_id)
    return accounts if explained is None else engine.with_causes(accounts, explained)
