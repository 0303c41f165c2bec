"""A stand-in of the identity provider: signs whoever the test names in, and can be made to lie."""

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from shared.platform.identity import Role
from tests.fixtures.service_client import Issuer

ADDRESS, CLIENT, SECRET = "https://login.test", "minglu-portal", "agreed"


@dataclass
class StandInProvider:
    """`person`: claims of the access token of who comes next; `lies`: claims that its ID token has otherwise."""

    issuer: Issuer
    person: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def is_now(self, *roles: Role, region: str = "", **claims: object) -> None:
        """Who signs in next."""
        self.person = self.issuer.claims(*roles, region=region, **claims)

    def back(self, asked: str) -> str:
        """What a browser is sent back to, from the address that it was sent to."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(asked).query).items()}
        assert query["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return f"/sign-in/answer?code={code}&state={query['state']}&iss={ADDRESS}"

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What the portal asks it itself."""
        match request.url.path:
            case "/.well-known/openid-configuration":
                addresses = {
                    "authorization_endpoint": f"{ADDRESS}/authorize",
                    "token_endpoint": f"{ADDRESS}/token",
                    "jwks_uri": f"{ADDRESS}/jwks",
                    "end_session_endpoint": f"{ADDRESS}/end-session",
                }
                return httpx.Response(200, json={"issuer": ADDRESS, **addresses})
            case "/jwks":
                return httpx.Response(200, json=json.loads(self.issuer.jwks.read_text()))
            case "/token":
                return self._token(request)
        return httpx.Response(404)

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        assert request.headers["authorization"] == f"Basic {basic}"
        asked = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge:
            return httpx.Response(400, json={"error": "invalid_grant"})
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": ADDRESS,
            "aud": CLIENT,
            "sub": self.person["sub"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 60,
        }
        id_token = self.issuer.signed(claims | self.lies)
        if self.header:
            head, _, rest = id_token.partition(".")
            changed = json.loads(base64.urlsafe_b64decode(head + "==")) | self.header
            id_token = f"{base64.urlsafe_b64encode(json.dumps(changed).encode()).rstrip(b'=').decode()}.{rest}"
        return httpx.Response(200, json={"access_token": self.issuer.signed(self.person), "id_token": id_token})
