"""An identity provider for trying the platform out: it asks for no password, only which person of the demonstration one
wants to be. OpenID Connect with authorization code and PKCE, as the portal uses it.

It listens on this machine alone, leads back to a portal on this machine alone, and signs with the key of one data
folder, which no other installation's services accept.
"""

import base64
import hashlib
import html
import json
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from deploy.local.data_directory import DataDirectory
from deploy.local.development_sign_in import CLIENT, SECRET, read_persons
from deploy.local.service_processes import HOST
from deploy.local.token_issuer import Issuer, TokenClaims
from shared.platform.tokens import LOOPBACK

CODE_SECONDS = 60
ID_TOKEN_SECONDS = 600
PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>选择身份（开发用）</title><style>
body {{ font: 18px/1.7 system-ui, "Noto Sans CJK SC", sans-serif; max-width: 40rem; margin: 0 auto; padding: 1rem; }}
a {{ display: block; padding: .6rem .8rem; margin: .4rem 0; border: 1px solid #0f4fae; border-radius: 4px;
  color: #0f4fae; text-decoration: none; }} small {{ display: block; color: #4a4f57; }}
</style></head><body><h1>选择身份（开发用）</h1>
<p>这里只用于本机试用，不核对密码。人和店都是合成的。</p>{people}</body></html>"""


@dataclass(frozen=True)
class Grant:
    """What a code stands for."""

    claims: TokenClaims
    nonce: str
    challenge: str
    back: str
    until: float


class DevelopmentProvider:
    """The provider of one data folder."""

    def __init__(self, data: DataDirectory, address: str, portal: str) -> None:
        if urlsplit(portal).hostname not in LOOPBACK:
            raise SystemExit("the development provider serves a portal on this machine only")
        self.data, self.address = data, address
        self.back = f"{portal}/sign-in/answer"
        self.issuer = Issuer(data.issuer)
        self.grants: dict[str, Grant] = {}

    def app(self) -> Starlette:
        """Its addresses."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.describe),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/jwks", self.jwks),
                Route("/end-session", self.end_session),
            ]
        )

    async def describe(self, _request: Request) -> Response:
        """OpenID Connect Discovery 1.0."""
        return JSONResponse(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/jwks",
                "end_session_endpoint": f"{self.address}/end-session",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def jwks(self, _request: Request) -> Response:
        """The public keys."""
        return JSONResponse(json.loads(self.issuer.jwks_file.read_text("ascii")))

    async def authorize(self, request: Request) -> Response:
        """The list of persons; with one chosen, back to the portal with a code."""
        asked = request.query_params
        if asked.get("client_id") != CLIENT or asked.get("redirect_uri") != self.back:
            return HTMLResponse("不认识的应用。", 400)
        if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
            return HTMLResponse("只支持授权码加 PKCE。", 400)
        chosen = next((one for one in read_persons(self.data) if one["claims"]["subject"] == asked.get("person")), None)
        if chosen is None:
            return HTMLResponse(PAGE.format(people=self._people(str(request.url.query))))
        code = secrets.token_urlsafe(32)
        claims = TokenClaims(**chosen["claims"])
        self.grants[code] = Grant(
            claims, asked.get("nonce", ""), asked.get("code_challenge", ""), self.back, time.monotonic() + CODE_SECONDS
        )
        answer = {"code": code, "state": asked.get("state", ""), "iss": self.address}
        return RedirectResponse(f"{self.back}?{urlencode(answer)}", 303)

    def _people(self, query: str) -> str:
        lines = []
        for one in read_persons(self.data):
            to = html.escape(f"/authorize?{query}&{urlencode({'person': one['claims']['subject']})}")
            name, line = html.escape(one["claims"]["name"]), html.escape(one["line"])
            lines.append(f'<a href="{to}">{name}<small>{line}</small></a>')
        return "".join(lines)

    async def token(self, request: Request) -> Response:
        """A code for tokens, once, for who knows its verifier."""
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        basic = base64.b64encode(f"{CLIENT}:{self.data.secret(SECRET)}".encode()).decode()
        if not secrets.compare_digest(request.headers.get("authorization", ""), f"Basic {basic}"):
            return JSONResponse({"error": "invalid_client"}, 401)
        grant = self.grants.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proven = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if grant is None or grant.until < time.monotonic() or proven != grant.challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if form.get("redirect_uri") != grant.back:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        said: dict[str, object] = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": grant.claims.subject,
            "name": grant.claims.name,
            "nonce": grant.nonce,
            "iat": now,
            "exp": now + ID_TOKEN_SECONDS,
        }
        return JSONResponse(
            {
                "token_type": "Bearer",
                "access_token": self.issuer.token(grant.claims),
                "id_token": self.issuer.signed(said),
            }
        )

    async def end_session(self, _request: Request) -> Response:
        """There is no session here: one chooses each time."""
        return RedirectResponse(self.back.removesuffix("/sign-in/answer"), 303)


def main() -> None:
    """Run it, as `minglu up` has set it up."""
    try:
        folder, port = Path(os.environ["MINGLU_DEVELOPMENT_FOLDER"]), int(os.environ["MINGLU_DEVELOPMENT_PORT"])
        portal = os.environ["MINGLU_DEVELOPMENT_PORTAL"]
    except KeyError:
        raise SystemExit("the development provider is started by `minglu up` alone") from None
    provider = DevelopmentProvider(DataDirectory(folder), f"http://{HOST}:{port}", portal)
    uvicorn.run(provider.app(), host=HOST, port=port, log_level="warning", access_log=False, server_header=False)


if __name__ == "__main__":
    main()
