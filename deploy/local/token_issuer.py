"""The development issuer: a key of the one machine that signs tokens for trying the platform out.

The private key (ES256) is a file of mode 0600 in the data folder; the services read the public keys from the JWKS
file beside it. In production the issuer is the bureau's own identity provider and nothing here is used.
"""

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from joserfc import jwt
from joserfc.jwk import ECKey

from deploy.local.data_directory import DEFAULT, DataDirectory, write_private
from deploy.local.errors import WrongUsageError
from shared.reference.departments import Department

ISSUER = "minglu-local"
AUDIENCE = "minglu"
ALGORITHM = "ES256"
ROLES = ("bureau", "officer", "approver", "auditor", "system", "operator", "system-admin", "security-admin")
OF_MARKET_SUPERVISION = ("officer", "approver")
DEPARTMENTS = "、".join(f"{one}（{one.label}）" for one in Department)
HOURS = 12


@dataclass(frozen=True)
class TokenClaims:
    """Who a token is for: subject, role, region (a prefix of GB/T 2260 codes; empty: all), operator's pseudonym; of
    staff the department that they speak for, and their name.
    """

    subject: str
    role: str
    region: str = ""
    operator_ref: str | None = None
    department: str | None = None
    name: str | None = None


class Issuer:
    """Signs tokens with the key of one data folder."""

    def __init__(self, directory: Path) -> None:
        self.key_file = directory / "signing-key.json"
        self.jwks_file = directory / "jwks.json"

    def ensure(self) -> None:
        """Make the key on first use; the JWKS file is written anew each time."""
        if not self.key_file.exists():
            key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
            write_private(self.key_file, json.dumps(key.as_dict(private=True)))
        write_private(self.jwks_file, json.dumps({"keys": [self._key().as_dict(private=False)]}))

    def token(self, claim: TokenClaims, hours: float = HOURS) -> str:
        """A signed token; WrongUsageError if the platform has never been started in this folder."""
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": claim.subject,
            "roles": [claim.role],
            "region": claim.region,
            "iat": now,
            "nbf": now,
            "exp": now + int(hours * 3600),
        }
        for name in ("operator_ref", "department", "name"):
            if (value := getattr(claim, name)) is not None:
                claims[name] = value
        return self.signed(claims)

    def signed(self, claims: dict[str, object]) -> str:
        """A token with exactly these claims; WrongUsageError as above."""
        key = self._key()
        return str(jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key))

    def _key(self) -> ECKey:
        if not self.key_file.exists():
            folder = self.key_file.parent.parent
            raise WrongUsageError(f"数据目录 {folder} 里没有签发密钥，请先在这里运行 minglu up，或用 --data 指定目录")
        return ECKey.import_key(json.loads(self.key_file.read_text(encoding="ascii")))


def token(
    role: Annotated[str, typer.Option(help=f"角色：{'、'.join(ROLES)}", metavar="角色")],
    region: Annotated[str, typer.Option(help="辖区的区划代码前缀，如 4101；空为全国", metavar="前缀")] = "",
    operator: Annotated[str | None, typer.Option(help="经营者代号（operator_ref），角色为 operator 时必填")] = None,
    department: Annotated[
        str | None, typer.Option(help=f"部门，角色为 bureau 时必填：{DEPARTMENTS}", metavar="部门")
    ] = None,
    name: Annotated[str | None, typer.Option(help="工作人员的姓名", metavar="姓名")] = None,
    subject: Annotated[str | None, typer.Option(help="令牌代表谁；不写则为“dev-角色”")] = None,
    hours: Annotated[float, typer.Option(help="有效小时数", min=0.01, max=24)] = HOURS,
    data: Annotated[Path, typer.Option(help="minglu up 的数据目录")] = DEFAULT,
) -> None:
    """打印一个开发用令牌（只对本机的 minglu up 有效）。"""
    if role not in ROLES:
        raise WrongUsageError(f"没有角色 {role}，可用的角色：{'、'.join(ROLES)}")
    if not re.fullmatch(r"([0-9]{2}){0,3}", region):
        raise WrongUsageError(f"区划代码前缀 {region} 不对，应为 0、2、4 或 6 位数字")
    if role == "operator" and not operator:
        raise WrongUsageError("角色为 operator 时必须用 --operator 给出经营者代号")
    if department is not None and department not in set(Department):
        raise WrongUsageError(f"没有部门 {department}，可用的部门：{DEPARTMENTS}")
    if role == "bureau" and department is None:
        raise WrongUsageError(f"角色为 bureau 时必须用 --department 写明部门：{DEPARTMENTS}")
    if role in OF_MARKET_SUPERVISION and department not in (None, Department.MARKET):
        raise WrongUsageError(f"角色 {role} 只属于市场监管部门，不能是{Department(department).label}")
    claim = TokenClaims(subject or f"dev-{role}", role, region, operator, department, name)
    typer.echo(Issuer(DataDirectory(data).issuer).token(claim, hours))
