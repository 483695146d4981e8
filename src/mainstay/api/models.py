"""Answers that were given to writes, by the key that the program chose."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Answered(models.Model):
    """What a write came to; sent again under the same key, it is told again and nothing is written.

    fingerprint: of method, address and body, since a key is good for one write
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(default="")
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="answered_once")]

    def __str__(self) -> str:
        return self.key
