"""The secret that a browser holds, and what follows from it. Nothing that is stored leads back to it."""

import base64
import hashlib
import secrets
from dataclasses import dataclass

from shared.platform.identity import Caller, Role

SECRET_BYTES = 32
SIGNED_IN = "minglu.signed-in"
"""Where a request's scope holds who is signed in."""


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in with this browser. `token`: for the services, never shown; `form_token`: hidden in each form."""

    id: str
    caller: Caller
    token: str
    form_token: str
    name: str

    @property
    def is_operator(self) -> bool:
        """Somebody who runs a household, as against staff and administrators."""
        return Role.OPERATOR in self.caller.roles


def new_secret() -> str:
    """A cookie's value: 256 random bits."""
    return secrets.token_urlsafe(SECRET_BYTES)


def derived(purpose: str, secret: str) -> str:
    """A value that only who holds the secret can know, and that does not tell the secret."""
    digest = hashlib.sha256(f"{purpose}:{secret}".encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def session_id(secret: str) -> str:
    """Under which a session is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def form_token(secret: str) -> str:
    """What each form of a session carries: another site cannot know it."""
    return derived("form", secret)
