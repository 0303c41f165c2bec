"""Only tokens of our issuer, for us, in time and signed the one way are taken."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from shared.feeds.contract.feeds import FEEDS
from shared.platform import tokens
from shared.platform.department_scope import (
    DepartmentMissing,
    FeedOfAnotherDepartment,
    department_of,
    readable_department,
    readable_feeds,
    require_feed_owner,
)
from shared.platform.identity import Caller, Identity, Role, caller_from
from shared.platform.problems import Problem, problem_of
from shared.platform.tokens import InvalidTokenError, KeysUnavailableError, TokenVerifier
from shared.reference.departments import LABELS, Department
from tests.fixtures.service_client import ISSUER, Issuer


@pytest.fixture
def own_issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path)


def verifier(issuer: Issuer) -> TokenVerifier:
    return TokenVerifier(str(issuer.jwks), ISSUER, "minglu")


async def test_a_good_token_gives_its_claims(issuer: Issuer) -> None:
    claims = await verifier(issuer).verify(issuer.token(Role.OFFICER, region="4101"))
    assert claims["roles"] == ["officer"]


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.test"},
        {"iss": None},
        {"iss": [ISSUER]},
        {"aud": "another-service"},
        {"aud": None},
        {"aud": []},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"exp": "tomorrow"},
        {"nbf": 9_000_000_000},
        {"exp": 10**30},
        {"exp": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
    ],
    ids=str,
)
async def test_a_wrong_claim_is_refused(issuer: Issuer, changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidTokenError):
        await verifier(issuer).verify(issuer.token(Role.OFFICER, region="4101", **changed))


def part(value: object) -> str:
    return encoded(json.dumps(value).encode())


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(issuer: Issuer) -> str:
    return f"{part({'alg': 'none', 'kid': 'test-1'})}.{part(issuer.claims(Role.OFFICER))}."


def signed_with_the_public_key_as_hmac_secret(issuer: Issuer) -> str:
    content = f"{part({'alg': 'HS256', 'kid': 'test-1'})}.{part(issuer.claims(Role.OFFICER))}"
    secret = issuer.key.as_pem(private=False)
    return f"{content}.{encoded(hmac.digest(secret, content.encode(), 'sha256'))}"


def signed_by_somebody_else(issuer: Issuer) -> str:
    return jwt.encode({"alg": "ES256", "kid": "test-1"}, issuer.claims(Role.OFFICER), ECKey.generate_key("P-256"))


def signed_with_another_algorithm(issuer: Issuer) -> str:
    return jwt.encode({"alg": "RS256", "kid": "test-1"}, issuer.claims(Role.OFFICER), RSAKey.generate_key(2048))


def with_its_key_inside(issuer: Issuer) -> str:
    key = ECKey.generate_key("P-256")
    header = {"alg": "ES256", "jwk": key.as_dict(private=False)}
    return jwt.encode(header, issuer.claims(Role.OFFICER), key)


def with_claims_exchanged(issuer: Issuer) -> str:
    header, _, signature = issuer.token(Role.BUREAU).split(".")
    return f"{header}.{part(issuer.claims(Role.APPROVER))}.{signature}"


def far_too_long(issuer: Issuer) -> str:
    return issuer.token(Role.OFFICER, region="4101", more="x" * 10_000)


FORGERIES = [
    unsigned,
    signed_with_the_public_key_as_hmac_secret,
    signed_by_somebody_else,
    signed_with_another_algorithm,
    with_its_key_inside,
    with_claims_exchanged,
    far_too_long,
]


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
async def test_a_forged_token_is_refused(issuer: Issuer, forge: Callable[[Issuer], str]) -> None:
    with pytest.raises(InvalidTokenError):
        await verifier(issuer).verify(forge(issuer))


async def test_trusting_the_tokens_own_algorithm_would_take_a_forged_one(issuer: Issuer) -> None:
    """The planted naive variant: the header chooses the algorithm, the key is whatever we have."""

    def naively_valid(token: str, key: bytes) -> bool:
        content, _, signature = token.rpartition(".")
        header = json.loads(base64.urlsafe_b64decode(content.split(".")[0] + "=="))
        checks = {"HS256": lambda: signature == encoded(hmac.digest(key, content.encode(), "sha256"))}
        return checks[header["alg"]]()

    forged = signed_with_the_public_key_as_hmac_secret(issuer)
    assert naively_valid(forged, issuer.key.as_pem(private=False))


@given(st.one_of(st.text(max_size=300), st.lists(st.text(max_size=40), min_size=3, max_size=3).map(".".join)))
async def test_no_text_whatever_breaks_the_verifier(issuer: Issuer, text: str) -> None:
    with pytest.raises(InvalidTokenError):
        await verifier(issuer).verify(text)


async def test_a_new_key_is_found_without_a_restart(own_issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    checking = verifier(own_issuer)
    await checking.verify(own_issuer.token(Role.OFFICER))
    own_issuer.key = ECKey.generate_key("P-256", {"kid": "test-2"})
    own_issuer.publish(own_issuer.key)
    with pytest.raises(InvalidTokenError):
        await checking.verify(own_issuer.token(Role.OFFICER))  # not more than every ten seconds
    monkeypatch.setattr(tokens, "KEYS_RETRY_SECONDS", -1.0)
    assert await checking.verify(own_issuer.token(Role.OFFICER))


async def test_keys_that_cannot_be_read_leave_the_known_ones_in_use(
    own_issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    checking = verifier(own_issuer)
    await checking.verify(own_issuer.token(Role.OFFICER))
    own_issuer.jwks.write_text("{")
    monkeypatch.setattr(tokens, "KEYS_REFRESH_SECONDS", -1.0)
    assert await checking.verify(own_issuer.token(Role.OFFICER))


async def test_an_issuer_that_hangs_holds_up_nobody_whose_key_is_known(
    own_issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    checking, asked = verifier(own_issuer), asyncio.Event()
    await checking.verify(own_issuer.token(Role.OFFICER))

    async def hang() -> dict[str, Any]:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(checking, "_read", hang)
    monkeypatch.setattr(tokens, "KEYS_REFRESH_SECONDS", -1.0)
    monkeypatch.setattr(tokens, "KEYS_RETRY_SECONDS", -1.0)
    monkeypatch.setattr(tokens, "UNKNOWN_KEY_SECONDS", 0.05)
    async with asyncio.timeout(5):
        assert await checking.verify(own_issuer.token(Role.OFFICER))
        await asked.wait()
        assert await checking.verify(own_issuer.token(Role.OFFICER))
        own_issuer.key = ECKey.generate_key("P-256", {"kid": "test-2"})
        with pytest.raises(InvalidTokenError):
            await checking.verify(own_issuer.token(Role.OFFICER))


async def test_claims_nested_beyond_measure_are_no_error_of_ours(issuer: Issuer) -> None:
    deep: list[Any] = []
    for _ in range(900):  # as deep as this side can write it
        deep = [deep]
    try:
        token = issuer.token(Role.OFFICER, nested=deep)
    except RecursionError:
        pytest.skip("cannot be written here")
    monkeypatched = verifier(issuer)

    def explode(*_: object, **__: object) -> None:
        raise RecursionError

    assert await monkeypatched.verify(token)
    monkeypatched._claims.validate = explode  # type: ignore[method-assign]
    with pytest.raises(InvalidTokenError):
        await monkeypatched.verify(token)


@pytest.mark.parametrize("subject", ["a\nb", "a\x1b[2Jb", "a\x00", "a\u202eb", " a", "a\u3000"])
def test_a_subject_that_is_not_what_it_looks_like_is_refused(issuer: Issuer, subject: str) -> None:
    with pytest.raises(InvalidTokenError):
        caller_from(issuer.claims(Role.OFFICER, sub=subject))


async def test_without_any_key_it_is_not_the_callers_fault(own_issuer: Issuer) -> None:
    own_issuer.jwks.unlink()
    with pytest.raises(KeysUnavailableError):
        await verifier(own_issuer).verify(own_issuer.token(Role.OFFICER))


async def test_a_secret_among_the_public_keys_verifies_nothing(own_issuer: Issuer) -> None:
    secret = OctKey.generate_key(256, {"kid": "test-1"})
    own_issuer.jwks.write_text(json.dumps({"keys": [secret.as_dict(private=True)]}))
    with pytest.raises((InvalidTokenError, KeysUnavailableError)):
        await verifier(own_issuer).verify(jwt.encode({"alg": "HS256", "kid": "test-1"}, {}, secret))


def test_keys_are_not_fetched_in_the_clear() -> None:
    with pytest.raises(ValueError, match="https"):
        TokenVerifier("http://issuer.example/jwks.json", ISSUER, "minglu")
    TokenVerifier("http://127.0.0.1:1/jwks.json", ISSUER, "minglu")


def test_roles_that_are_not_ours_are_left_aside(issuer: Issuer) -> None:
    caller = caller_from(issuer.claims(Role.OFFICER, region="41") | {"roles": ["officer", "admin", 7]})
    assert caller.roles == {Role.OFFICER}


@pytest.mark.parametrize("region", [None, "4", "410", "41010", "4101021", "*", "%", 41, ["41"]])
def test_an_officer_without_a_proper_region_is_nobody(issuer: Issuer, region: object) -> None:
    with pytest.raises(InvalidTokenError):
        caller_from(issuer.claims(Role.OFFICER) | {"region": region})


def test_an_operator_has_no_region_whatever_the_token_says(issuer: Issuer) -> None:
    caller = caller_from(issuer.claims(Role.OPERATOR, region="", operator_ref="v1:ab"))
    assert not any(caller.covers(region) for region in ("", "41", "410102"))
    assert not "410102".startswith(caller.region)


def test_an_operator_without_a_reference_is_nobody(issuer: Issuer) -> None:
    with pytest.raises(InvalidTokenError):
        caller_from(issuer.claims(Role.OPERATOR))


def test_every_department_has_a_name_of_its_own() -> None:
    assert set(LABELS) == set(Department)
    assert len(set(LABELS.values())) == len(LABELS)


def test_staff_speak_for_a_department_and_have_a_name(issuer: Issuer) -> None:
    claims = issuer.claims(Role.BUREAU, region="4101", department="tax", name="王税务")
    caller = caller_from(claims)
    assert (caller.department, caller.name) == (Department.TAX, "王税务")
    without = caller_from(issuer.claims(Role.BUREAU, region="4101"))
    assert (without.department, without.name) == (None, None)


@pytest.mark.parametrize("department", ["", "taxes", "TAX", "税务局", 7, ["tax"], True])
def test_a_department_that_is_not_on_the_list_does_not_pass_for_none(issuer: Issuer, department: object) -> None:
    with pytest.raises(InvalidTokenError):
        caller_from(issuer.claims(Role.BUREAU, region="4101", department=department))


@pytest.mark.parametrize(
    ("claimed", "shown"),
    [("张　三", "张 三"), ("Zhang\xa0San", "Zhang San"), ("a\nb", "a b"), ("x" * 101, "x" * 100)]
    + [(unusable, None) for unusable in ("", "　", "a\x00b", 7, ["王"])],
)
def test_a_name_is_a_short_printable_text_and_a_strange_one_keeps_nobody_out(
    issuer: Issuer, claimed: object, shown: str | None
) -> None:
    assert caller_from(issuer.claims(Role.OFFICER, region="4101", name=claimed)).name == shown


@pytest.mark.parametrize("department", [one for one in Department if one is not Department.MARKET])
def test_roles_of_market_supervision_are_left_aside_in_another_department(
    issuer: Issuer, department: Department
) -> None:
    claims = issuer.claims(Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR, region="4101", department=department)
    assert caller_from(claims).roles == {Role.BUREAU, Role.AUDITOR}


@pytest.mark.parametrize("department", [None, Department.MARKET])
def test_an_officer_is_of_market_supervision(issuer: Issuer, department: Department | None) -> None:
    assert caller_from(issuer.claims(Role.OFFICER, region="4101", department=department)).roles == {Role.OFFICER}


def test_nothing_of_an_operators_name_or_department_is_taken(issuer: Issuer) -> None:
    claims = issuer.claims(Role.OPERATOR, operator_ref="v1:ab", name="张三", department="tax")
    assert (caller_from(claims).name, caller_from(claims).department) == (None, None)


def test_a_token_without_a_department_speaks_for_none() -> None:
    with pytest.raises(DepartmentMissing) as refused:
        department_of(Caller("li", frozenset({Role.BUREAU}), "4101"))
    assert (problem_of(refused.value).status, refused.value.title) == (403, "令牌没有写明部门")


@pytest.mark.parametrize(
    ("roles", "department", "sight"),
    [
        ({Role.BUREAU}, Department.TAX, Department.TAX),
        ({Role.BUREAU}, Department.MARKET, Department.MARKET),
        ({Role.BUREAU, Role.OFFICER}, Department.MARKET, None),
        ({Role.OFFICER}, None, None),
        ({Role.AUDITOR}, Department.FINANCE, None),
    ],
)
def test_a_department_sees_its_own_and_officials_see_all(
    roles: set[Role], department: Department | None, sight: Department | None
) -> None:
    caller = Caller("li", frozenset(roles), "4101", department=department)
    assert readable_department(caller) is sight
    feeds = readable_feeds(caller)
    assert feeds is None if sight is None else all(sight in FEEDS[feed].departments for feed in feeds or ())


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_is_its_departments(feed: str) -> None:
    owners = FEEDS[feed].departments
    for department in Department:
        caller = Caller("li", frozenset({Role.BUREAU, Role.OFFICER}), "4101", department=department)
        if department in owners:
            require_feed_owner(caller, feed)
            continue
        with pytest.raises(FeedOfAnotherDepartment) as refused:
            require_feed_owner(caller, feed)
        assert problem_of(refused.value).status == 403
        assert all(owner.label in str(refused.value.detail) for owner in owners)


@pytest.mark.parametrize(
    ("own", "asked", "covers"),
    [
        ("", "410102", True),
        ("41", "4101", True),
        ("4101", "410102", True),
        ("410102", "410102", True),
        ("4101", "41", False),
        ("4101", "4102", False),
        ("410102", "4101", False),
        ("41", "", False),
    ],
)
def test_a_region_covers_what_begins_with_it(own: str, asked: str, covers: bool) -> None:
    assert Caller("li", frozenset({Role.OFFICER}), own).covers(asked) is covers


async def test_a_checked_token_is_remembered_but_not_past_its_expiry(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = Identity(verifier(issuer))
    header = issuer.headers(Role.OFFICER, region="4101")["Authorization"]
    first = await identity.caller_of(header)
    assert await identity.caller_of(header) is first
    later = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(Problem) as refused:
        await identity.caller_of(header)
    assert refused.value.status == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic bGk6", "Bearer a b", "nonsense"])
async def test_a_header_that_holds_no_token_is_401(issuer: Issuer, header: str) -> None:
    with pytest.raises(Problem) as refused:
        await Identity(verifier(issuer)).caller_of(header)
    assert refused.value.status == 401
