"""`IdentityProvider`: sends browsers to the identity provider and checks what they bring back.

OpenID Connect Core 1.0 with PKCE (RFC 7636, S256), state, nonce and the issuer in the answer (RFC 9207). Signatures are
checked by joserfc; the algorithm is ours, not the token's.
"""

import base64
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ValidationError

from services.portal.provider.problems import ProviderAway, SignInRefused
from services.portal.sessions.signed_in import derived
from services.portal.settings import PortalSettings

log = structlog.get_logger()

M = TypeVar("M", bound=BaseModel)

ALGORITHMS = ["ES256", "RS256", "PS256"]
LEEWAY = 30
"""Seconds that clocks may differ."""
DESCRIBED_SECONDS = 3600.0
"""How long what the provider says of itself is believed."""
KEYS_SECONDS = 10.0
"""Keys are read again for a signature that they do not explain, but not more often than this."""


class Description(BaseModel):
    """What a provider says of itself (OpenID Connect Discovery 1.0)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None


class Redeemed(BaseModel):
    """What a code is exchanged for."""

    access_token: str
    id_token: str


@dataclass(frozen=True)
class Proof:
    """State, nonce and code verifier of one attempt to sign in, all from the secret that the browser holds meanwhile:
    what comes back counts in that browser alone, and nothing has to be stored.
    """

    secret: str

    @property
    def state(self) -> str:
        """Ties the answer to the browser that asked."""
        return derived("state", self.secret)

    @property
    def nonce(self) -> str:
        """Ties the ID token to the attempt."""
        return derived("nonce", self.secret)

    @property
    def verifier(self) -> str:
        """Ties the code to the attempt."""
        return derived("verifier", self.secret)

    @property
    def challenge(self) -> str:
        """What of the verifier is shown beforehand (RFC 7636 4.2)."""
        return s256(self.verifier)


@dataclass(frozen=True)
class Identity:
    """Whom the provider has signed in, with the token that the services take."""

    subject: str
    name: str
    access_token: str


class IdentityProvider:
    """One identity provider."""

    def __init__(self, issuer: str, client_id: str, secret: str, back: str, http: httpx.AsyncClient) -> None:
        self.issuer, self.client_id, self.back = issuer.rstrip("/"), client_id, back
        self._secret, self._http = secret, http
        self._described: tuple[float, Description] | None = None
        self._keys: tuple[float, KeySet] | None = None

    @classmethod
    def of(cls, settings: PortalSettings, http: httpx.AsyncClient) -> "IdentityProvider":
        """As the settings say."""
        back = f"{settings.public_address.rstrip('/')}/sign-in/answer"
        return cls(settings.provider, settings.provider_client, settings.provider_secret.get_secret_value(), back, http)

    async def sign_in_address(self, proof: Proof) -> str:
        """Where a browser signs in."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.back,
            "scope": "openid profile",
            "state": proof.state,
            "nonce": proof.nonce,
            "code_challenge": proof.challenge,
            "code_challenge_method": "S256",
        }
        return with_query((await self.describe()).authorization_endpoint, asked)

    async def sign_out_address(self) -> str | None:
        """Where one signs out of the provider too; None if it has no such page."""
        described = await self.describe()
        if described.end_session_endpoint is None:
            return None
        return with_query(described.end_session_endpoint, {"client_id": self.client_id})

    async def redeem(self, code: str, issuer: str | None, proof: Proof) -> Identity:
        """Who signed in; SignInRefused unless everything fits this attempt."""
        described = await self.describe()
        if issuer not in (None, described.issuer):
            raise SignInRefused
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back,
            "code_verifier": proof.verifier,
        }
        basic = httpx.BasicAuth(quote(self.client_id, safe=""), quote(self._secret, safe=""))
        answer = await self._ask("POST", described.token_endpoint, data=form, auth=basic)
        if answer.status_code in (400, 401):
            log.warning("code_refused", status=answer.status_code)
            raise SignInRefused
        redeemed = _read(Redeemed, answer)
        claims = await self._claims(redeemed.id_token, proof)
        name = claims.get("name")
        return Identity(claims["sub"], name if isinstance(name, str) else "", redeemed.access_token)

    async def describe(self) -> Description:
        """What the provider says of itself; ProviderAway if it does not answer or is another one."""
        if self._described is None or time.monotonic() - self._described[0] > DESCRIBED_SECONDS:
            answer = await self._ask("GET", f"{self.issuer}/.well-known/openid-configuration")
            described = _read(Description, answer)
            if described.issuer.rstrip("/") != self.issuer:
                log.error("provider_is_another", issuer=described.issuer)
                raise ProviderAway
            self._described = time.monotonic(), described
        return self._described[1]

    async def _claims(self, id_token: str, proof: Proof) -> Mapping[str, Any]:
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": (await self.describe()).issuer},
            aud={"essential": True, "value": self.client_id},
            nonce={"essential": True, "value": proof.nonce},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )
        try:
            claims = await self._decoded(id_token)
            registry.validate(claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            log.warning("id_token_refused", error=type(error).__name__)
            raise SignInRefused from None
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self.client_id:
            raise SignInRefused
        return claims

    async def _decoded(self, id_token: str) -> dict[str, Any]:
        """The claims of a well-signed token; with keys that are read again if it names none of those we hold."""
        try:
            return jwt.decode(id_token, await self._key_set(DESCRIBED_SECONDS), algorithms=ALGORITHMS).claims
        except InvalidKeyIdError:
            return jwt.decode(id_token, await self._key_set(KEYS_SECONDS), algorithms=ALGORITHMS).claims

    async def _key_set(self, oldest: float) -> KeySet:
        if self._keys is None or time.monotonic() - self._keys[0] > oldest:
            answer = await self._ask("GET", (await self.describe()).jwks_uri)
            try:
                self._keys = time.monotonic(), KeySet.import_key_set(answer.json())
            except (JoseError, ValueError, TypeError, KeyError) as error:
                raise ProviderAway from error
        return self._keys[1]

    async def _ask(self, method: str, url: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own options
        try:
            answer = await self._http.request(method, url, **options)
        except httpx.HTTPError as error:
            log.warning("provider_away", error=type(error).__name__)
            raise ProviderAway from error
        if answer.status_code >= 500:
            raise ProviderAway
        return answer


def _read(model: type[M], answer: httpx.Response) -> M:
    try:
        return model.model_validate_json(answer.content)
    except ValidationError as error:  # not printed: it holds what was answered
        log.warning("provider_unreadable", model=model.__name__, status=answer.status_code)
        raise ProviderAway from error


def with_query(url: str, asked: Mapping[str, str]) -> str:
    """An address with more in its query."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(asked)}"


def s256(verifier: str) -> str:
    """The challenge of a verifier (RFC 7636 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
