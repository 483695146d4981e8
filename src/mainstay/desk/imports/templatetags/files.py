"""What the templates about imports need beside those of the desk."""

from __future__ import annotations

from typing import Any

from django import template

from mainstay.desk.imports import words

register = template.Library()


@register.simple_tag
def table_word(name: str) -> str:
    return words.table(name)


@register.simple_tag
def reason_word(code: str) -> str:
    return words.reason(code)


@register.simple_tag
def job_word(job: Any) -> str:
    return str(words.JOBS.get(job.kind, job.kind))


@register.simple_tag
def alike_word(code: str) -> str:
    return str(words.REASON_WORDS.get(code, ""))
