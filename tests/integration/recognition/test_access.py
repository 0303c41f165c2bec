"""Invariant S1: nobody reads or changes anything beyond their own region, on any route, with any role that may call it.

Who is refused without a token or role is tested for every service in tests/integration/platform/test_access.py.
"""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from services.recognition.applications import repository as application_repository
from services.recognition.recognitions import repository as recognition_repository
from shared.database.row_scope import EVERYWHERE
from shared.platform import unit_of_work
from shared.platform.identity import Role, route_access
from tests.fixtures.http_fuzz import exercise
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient
from tests.integration.recognition.route_access import STREAMS, Ids, ask, found, state_of

ELSEWHERE = "12"


@pytest.fixture
def app(office: RecognitionClient) -> FastAPI:
    return office.app


@pytest.fixture
def ids(one_of_each: Ids) -> Ids:
    return one_of_each


async def nothing_of_another_region(office: RecognitionClient, app: FastAPI, ids: Ids) -> None:
    before = await state_of(office)
    for one in route_access(app):
        if one.access.public or one.method == "HEAD":
            continue
        for role in one.access.roles:
            answer = await ask(office, one.method, one.path, ids, office.as_(role, ELSEWHERE, number=99))
            said = (one.method, one.path, role, answer.status_code, answer.text)
            if one.path == "/v1/audit-entries":  # what strangers did in their own region, these calls among it
                assert all(entry["chain"] == ELSEWHERE for entry in found(answer)), said
            elif answer.status_code == 200:
                assert all(one.get("status") == 404 or one.get("consented") is False for one in found(answer)), said
            else:
                assert answer.status_code in (403, 404, 411, 415) or one.path in STREAMS, said
            assert "测试商户" not in answer.text, said
    assert await state_of(office) == before


async def test_nothing_of_another_region_is_read_or_changed(office: RecognitionClient, app: FastAPI, ids: Ids) -> None:
    await nothing_of_another_region(office, app, ids)


FORGOTTEN = pytest.mark.parametrize(
    ("repository", "read"), [(application_repository, "get_application"), (recognition_repository, "get_recognition")]
)


def forget_region(monkeypatch: pytest.MonkeyPatch, repository: object, read: str) -> None:
    """The read finds its row in whatever region it is."""
    scoped: Callable[..., object] = getattr(repository, read)

    async def unscoped(session: object, wanted: object, _scope: str, **kind: bool) -> object:
        return await scoped(session, wanted, "", **kind)  # type: ignore[misc]

    monkeypatch.setattr(repository, read, unscoped)


@FORGOTTEN
async def test_the_database_holds_back_what_a_query_without_its_region_would_show(
    office: RecognitionClient, app: FastAPI, ids: Ids, monkeypatch: pytest.MonkeyPatch, repository: object, read: str
) -> None:
    """Row-level security: the condition on the region is taken out of a query, and still nothing is found."""
    forget_region(monkeypatch, repository, read)
    await nothing_of_another_region(office, app, ids)


@FORGOTTEN
async def test_a_read_without_its_scope_would_be_caught(
    office: RecognitionClient, app: FastAPI, ids: Ids, monkeypatch: pytest.MonkeyPatch, repository: object, read: str
) -> None:
    """The planted fault: a repository that forgets the region, and requests that the database shows everything."""
    forget_region(monkeypatch, repository, read)
    monkeypatch.setattr(unit_of_work, "row_scope", lambda *_: EVERYWHERE)
    with pytest.raises(AssertionError):
        await nothing_of_another_region(office, app, ids)


async def test_generated_requests_meet_no_server_error(office: RecognitionClient, ids: Ids) -> None:
    roles = [Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.BUREAU]
    callers = {str(role): office.as_(role, COUNTY) for role in roles}
    answered = await exercise(office.app, office.client, callers)
    assert ids.season
    assert all(sum(statuses.values()) > 100 for statuses in answered.values())
