"""Signed identity tokens (RS256) and the key that verifies them."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from typing import Any

# A published key: it vouches for simulated people only, and a fixed one keeps start-up fast.
KEY_ID = "simulator-1"
_MODULUS = int(
    "a86452478632054e87f17747bef8c3f3fa4df155e267cb49b0d7e212b91df1d641704a7c541ca7ff"
    "c203948a5eb27404fb598bd5345e158d95d444333bc1e27300e597a1c070f63d283cb9beaa263192"
    "e946b6d82fca121cfb9d8fd1a8ce7f3da58947aae6fa0a3df7289f292d27354e4cf57789028006db"
    "7344c9a8b8e74a07d2991a053326ee6bb333b2fefddd899954a063b54f1e06679a9d0fc46ab6c8ac"
    "9d8e9f4edae72698bfc5f3a021c5dfa8c18a891c09c84ded890f4c2343e8b443913fec0e9de96759"
    "edfbff2cdc7d85d323b5b6c4d30aa6ef6588a0ae3cc73b777c12c0ca09e5194ae7842a24f34bb903"
    "fdccc8e4c6eb07ece47b9ac14523b65b",
    16,
)
_PUBLIC = 65537
_PRIVATE = int(
    "0a75a7351e239944c97f52969eaf54463af4007535a3640ccdbfae546f659d2b923a9af908721408"
    "91b75b3711e1f633ba9dece86f60b0b53cb814a6020b070644e9312a6423b9bb0ec393aadaff9523"
    "eb60bcb060378c9fadd9666df24857be2f55b33b2061c3a519b3e8a565b902263cf3ed8e1183afe9"
    "5a7d99577ece5bda57613d97f4762f3f859f6a5bd482c75c306486d19d02e58d8261753a8823fc98"
    "547e90e4478089dbe0bdbe3aaa79f23a233dc6b0146f2ad1037350589f0f18fb8b291dc6e65493e3"
    "64ac038fba7c08cb35d65a60d73f21a2b0419b2ca669a8da228b8bc610c92b16c00f6eec4dbb3f56"
    "e8d498131699082a14e1a9226c176fb1",
    16,
)

# DER of the SHA-256 algorithm identifier that PKCS #1 v1.5 puts before the digest (RFC 8017, 9.2).
_SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def jwks() -> dict[str, Any]:
    """The key set that the discovery document points to."""
    size = (_MODULUS.bit_length() + 7) // 8
    return {
        "keys": [
            {
                "kty": "RSA",
                "use": "sig",
                "alg": "RS256",
                "kid": KEY_ID,
                "n": _encode(_MODULUS.to_bytes(size, "big")),
                "e": _encode(_PUBLIC.to_bytes(3, "big")),
            }
        ]
    }


def id_token(issuer: str, client_id: str, subject: str, realm_id: str, life: int) -> str:
    """A JWT with the claims of the fact sheet, 1.6.

    Its instants are real time, not the simulator's: the client checks them by its own clock.
    """
    now = int(time.time())
    claims = {
        "sub": subject,
        "aud": [client_id],
        "realmid": realm_id,
        "auth_time": now,
        "iss": issuer,
        "exp": now + life,
        "iat": now,
    }
    head = {"kid": KEY_ID, "alg": "RS256"}
    signed = ".".join(_encode(json.dumps(part).encode("ascii")) for part in (head, claims))
    return f"{signed}.{_encode(_sign(signed.encode('ascii')))}"


def _sign(data: bytes) -> bytes:
    size = (_MODULUS.bit_length() + 7) // 8
    tail = _SHA256_PREFIX + hashlib.sha256(data).digest()
    padded = b"\x00\x01" + b"\xff" * (size - len(tail) - 3) + b"\x00" + tail
    return pow(int.from_bytes(padded, "big"), _PRIVATE, _MODULUS).to_bytes(size, "big")
