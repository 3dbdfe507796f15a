"""Keys of the gateway's form that nobody made."""

from __future__ import annotations

import base64
import secrets
import zlib
from typing import Optional


def letters(data: bytes) -> str:
    """Lower-case base 32 without padding."""
    return base64.b32encode(data).decode().rstrip("=").lower()


def forged_key(identifier: Optional[str] = None) -> str:
    """A well-formed key with a right checksum and a secret of its own; of this public id, or of one that nobody has."""
    text = f"sk-sl-{identifier or letters(secrets.token_bytes(8))[:12]}-{letters(secrets.token_bytes(20))}"
    return text + letters(zlib.crc32(text.encode()).to_bytes(4, "big"))
