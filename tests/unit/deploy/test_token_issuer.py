"""Development tokens are accepted by the services' own verifier, and only with the folder's own key."""

import json
from pathlib import Path

import pytest

from deploy.local import cli
from deploy.local.token_issuer import AUDIENCE, ISSUER, ROLES, Issuer, TokenClaims
from shared.platform.identity import Role, caller_from
from shared.platform.tokens import InvalidTokenError, TokenVerifier
from shared.reference.departments import Department


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    """The issuer of a data folder that has been started once."""
    (tmp_path / "issuer").mkdir()
    issuer = Issuer(tmp_path / "issuer")
    issuer.ensure()
    return issuer


def verifier(issuer: Issuer, audience: str = AUDIENCE) -> TokenVerifier:
    """What the services verify with."""
    return TokenVerifier(str(issuer.jwks_file), ISSUER, audience)


def test_every_role_of_the_services_can_be_had() -> None:
    assert set(ROLES) == {role.value for role in Role}


async def test_a_token_makes_the_caller_it_names(issuer: Issuer) -> None:
    claims = await verifier(issuer).verify(issuer.token(TokenClaims("dev-officer", "officer", "4101")))
    caller = caller_from(claims)
    assert (caller.subject, caller.roles, caller.region) == ("dev-officer", frozenset({Role.OFFICER}), "4101")


async def test_an_operators_token_carries_its_pseudonym_and_no_region(issuer: Issuer) -> None:
    claims = await verifier(issuer).verify(issuer.token(TokenClaims("dev-operator", "operator", "", "v1:0123")))
    assert caller_from(claims).operator_ref == "v1:0123"
    assert not caller_from(claims).covers("410105")


async def test_an_expired_token_one_for_others_and_one_of_another_key_are_refused(
    issuer: Issuer, tmp_path: Path
) -> None:
    expired = issuer.token(TokenClaims("x", "officer", "4101"), hours=-1)
    (tmp_path / "other").mkdir()
    other = Issuer(tmp_path / "other")
    other.ensure()
    with pytest.raises(InvalidTokenError):
        await verifier(issuer).verify(expired)
    with pytest.raises(InvalidTokenError):
        await verifier(issuer, "someone-else").verify(issuer.token(TokenClaims("x", "officer", "4101")))
    with pytest.raises(InvalidTokenError):
        await verifier(issuer).verify(other.token(TokenClaims("x", "officer", "4101")))


async def test_a_bureaus_token_says_for_which_department_and_who(issuer: Issuer) -> None:
    claim = TokenClaims("dev-tax", "bureau", "4101", department="tax", name="王税务")
    caller = caller_from(await verifier(issuer).verify(issuer.token(claim)))
    assert (caller.department, caller.name) == (Department.TAX, "王税务")


def test_the_private_key_is_private_stays_and_is_not_in_the_jwks(issuer: Issuer) -> None:
    before = issuer.key_file.read_text()
    issuer.ensure()
    assert issuer.key_file.read_text() == before
    assert issuer.key_file.stat().st_mode & 0o077 == 0
    assert "d" not in json.loads(issuer.jwks_file.read_text())["keys"][0]


def test_the_command_prints_one_token(issuer: Issuer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["token", "--role", "officer", "--region", "4101", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out.count(".") == 2


def test_the_command_prints_a_token_of_any_department(
    issuer: Issuer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for department in Department:
        asked = ["token", "--role", "bureau", "--region", "4101", "--department", department, "--name", "王"]
        assert cli.run([*asked, "--data", str(tmp_path)]) == 0
    assert len(capsys.readouterr().out.split()) == len(Department)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--role boss --region 41", "没有角色 boss"),
        ("--role officer --region 410", "区划代码前缀 410 不对"),
        ("--role operator", "必须用 --operator"),
        ("--role bureau --region 41", "必须用 --department"),
        ("--role bureau --region 41 --department taxes", "没有部门 taxes"),
        ("--role officer --region 41 --department tax", "只属于市场监管部门"),
        ("--role officer --region 41", "没有签发密钥"),
    ],
)
def test_the_command_refuses_in_chinese(
    options: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["token", *options.split(), "--data", str(tmp_path)]) == 2
    assert sentence in capsys.readouterr().err
