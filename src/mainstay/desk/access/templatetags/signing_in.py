"""What the pages of signing in need."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder

from mainstay.desk.access import single_sign_on as sso

register = template.Library()


@register.simple_tag
def single_sign_on() -> sso.Provider | None:
    """The company's provider of identities; None where none is set."""
    return sso.provider()


@register.filter
def as_json(value: Any) -> str:
    """For a data attribute, where the template escapes it: no script stands in a page of ours."""
    return json.dumps(value, cls=DjangoJSONEncoder)
