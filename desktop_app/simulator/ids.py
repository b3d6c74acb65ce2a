"""Values that the services invent: request ids and opaque tokens."""

from __future__ import annotations

import hashlib
import secrets
import string
import uuid

_LETTERS = string.ascii_letters + string.digits


def request_id() -> str:
    return str(uuid.uuid4())


def opaque(length: int) -> str:
    """A random text of letters and digits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def derived(length: int, *parts: str) -> str:
    """The same letters and digits for the same parts: ready-made values must not change."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    number = int.from_bytes(digest, "big")
    letters: list[str] = []
    while len(letters) < length:
        if number == 0:
            digest = hashlib.sha256(digest).digest()
            number = int.from_bytes(digest, "big")
        number, index = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[index])
    return "".join(letters)
