"""Secrets, and the signatures that they make.

Source: Standard Webhooks 1.0, github.com/standard-webhooks/standard-webhooks: HMAC-SHA256 over
`id.timestamp.body`, base64, behind `v1,`; secrets are base64 of 24 to 64 bytes behind `whsec_`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def new_message_id() -> str:
    return f"msg_{secrets.token_hex(12)}"


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """timestamp: seconds since 1970, of this try"""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def headers(valid: Iterable[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What proves where a request comes from; a signature for each of the secrets that are valid now."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(one, message_id, timestamp, body) for one in valid),
    }
