"""Verifying bearer tokens: JWTs signed ES256 by an issuer whose public keys we are given.

Issuer, audience, expiry (which may not be far away) and algorithm are checked explicitly. The algorithm is ours, not
the token's: `none` and HMAC with the public key as its secret are refused whatever the header says. Keys come from a
file or an https URL (plain http on loopback only); they are read again every five minutes, and for an unknown key at
once, but not more than every ten seconds.
"""

import asyncio
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import ECKey, KeySet

from shared.outgoing_tls import http_tls

log = structlog.get_logger()

ALGORITHM = "ES256"
KEYS_REFRESH_SECONDS = 300.0
KEYS_RETRY_SECONDS = 10.0
UNKNOWN_KEY_SECONDS = 3.0
"""How long a token with an unknown key waits for the keys to be read again."""
LONGEST_SECONDS = 86_400.0
"""The longest time that a token may still be valid."""
LEEWAY = 30
"""Seconds that clocks may differ."""
MAX_TOKEN_LENGTH = 8192
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class InvalidTokenError(Exception):
    """The token is not one of our issuer's, not for us, or no longer valid."""


class TokenVerifier:
    """Gives the claims of a valid token, else InvalidTokenError."""

    def __init__(self, jwks: str, issuer: str, audience: str, longest: float = LONGEST_SECONDS) -> None:
        if jwks.startswith("http://") and urlsplit(jwks).hostname not in LOOPBACK:
            raise ValueError("keys are read over https, or from a file")
        self._jwks = jwks
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._keys: KeySet | None = None
        self._read_at = float("-inf")
        self._longest = longest
        self._reading: asyncio.Task[None] | None = None

    async def verify(self, token: str) -> dict[str, Any]:
        """The claims. Costs one signature check; callers cache."""
        if len(token) > MAX_TOKEN_LENGTH:
            raise InvalidTokenError
        keys = await self._current_keys(KEYS_REFRESH_SECONDS)
        try:
            return self._check(token, keys)
        except UnknownKeyError:
            return self._check(token, await self._current_keys(KEYS_RETRY_SECONDS, wait=True))

    async def has_keys(self, seconds: float) -> bool:
        """Whether the keys are there, or can be read within these seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._current_keys(KEYS_REFRESH_SECONDS)
        except (TimeoutError, KeysUnavailableError):
            return False
        return True

    def _check(self, token: str, keys: KeySet) -> dict[str, Any]:
        try:
            decoded = jwt.decode(token, keys, algorithms=[ALGORITHM])
            self._claims.validate(decoded.claims)
        except InvalidKeyIdError as error:
            raise UnknownKeyError from error
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise InvalidTokenError from error
        if decoded.claims["exp"] > time.time() + self._longest + LEEWAY:
            raise InvalidTokenError
        return dict(decoded.claims)

    async def _current_keys(self, oldest: float, *, wait: bool = False) -> KeySet:
        """The keys; old ones are used while they are read again, unless `wait`, and then for a moment only: an issuer
        that hangs must hold up nobody whose key is known.
        """
        if self._reading is None and (self._keys is None or time.monotonic() - self._read_at > oldest):
            self._reading = asyncio.create_task(self._refresh())
        if self._reading is not None and (wait or self._keys is None):
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._reading), UNKNOWN_KEY_SECONDS if self._keys else None)
        if self._keys is None:
            raise KeysUnavailableError
        return self._keys

    async def _refresh(self) -> None:
        """If the keys cannot be read now, the ones we have stay in use."""
        try:
            self._keys = _public_ec_keys(await self._read())
        except (OSError, httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
            log.warning("signing_keys_unreadable", error=type(error).__name__)
        finally:
            self._read_at, self._reading = time.monotonic(), None

    async def _read(self) -> dict[str, Any]:
        if self._jwks.startswith(("https://", "http://")):
            async with httpx.AsyncClient(timeout=10, verify=http_tls()) as client:
                answer = await client.get(self._jwks)
            jwks: dict[str, Any] = answer.raise_for_status().json()
        else:
            jwks = json.loads(await asyncio.to_thread(Path(self._jwks).read_text))
        return jwks


class UnknownKeyError(InvalidTokenError):
    """The token names a key that is not among those we hold."""


class KeysUnavailableError(Exception):
    """The issuer's keys could not be read even once."""


def _public_ec_keys(jwks: dict[str, Any]) -> KeySet:
    """Only keys that can make an ES256 signature: another kind of key in the set verifies nothing."""
    return KeySet([ECKey.import_key(key) for key in jwks["keys"] if key.get("kty") == "EC"])
