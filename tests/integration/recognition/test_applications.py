"""An application: drafted, its documents, every reason told at once, late by the clock, withdrawn."""

import datetime as dt
import hashlib
import os
from typing import Any

import httpx
import pytest

from services.recognition.applications import documents
from services.recognition.service import stores
from shared import clock
from shared.feeds.intake.store import BLOCK
from shared.platform.housekeeping import tidy_platform
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient, household_typed, uscc
from tests.integration.recognition.test_seasons import decide, opened, post

DAY = dt.date(2026, 9, 1)
PDF = b"%PDF-1.4 made up"


async def drafted(
    bureau: RecognitionClient, season: dict[str, Any], number: int = 1, **changed: object
) -> httpx.Response:
    claim = {
        "season": season["id"],
        "uscc": uscc(number),
        "category": "distinctive",
        "category_reason": "特色产品",
        "criteria": ["distinctive.3"],
    }
    return await post(bureau, "/v1/applications", claim | changed, Role.OPERATOR, number=number)


async def add(
    bureau: RecognitionClient,
    application: str,
    evidence: str,
    body: bytes = PDF,
    kind: str = "application/pdf",
    number: int = 1,
) -> httpx.Response:
    return await bureau.client.post(
        f"/v1/applications/{application}/documents",
        params={"evidence": evidence, "name": "材料"},
        content=body,
        headers=bureau.as_(Role.OPERATOR, number=number, subject=f"operator-{number}") | {"Content-Type": kind},
    )


async def with_documents(bureau: RecognitionClient, season: dict[str, Any], number: int = 1) -> httpx.Response:
    """A draft with everything that its claim needs."""
    answer = await drafted(bureau, season, number)
    assert answer.status_code == 201, answer.text
    criteria = (await bureau.client.get("/v1/criteria", params={"region": COUNTY})).json()["items"][0]["categories"]
    wanted = next(one for one in criteria["distinctive"]["criteria"] if one["id"] == "distinctive.3")
    for document in wanted["evidence"]:
        done = await add(bureau, answer.json()["id"], f"distinctive.3:{document}", number=number)
        assert done.status_code == 201, done.text
    return answer


async def submitted(bureau: RecognitionClient, season: dict[str, Any], number: int = 1) -> httpx.Response:
    """An application that was handed in."""
    answer = await with_documents(bureau, season, number)
    path = f"/v1/applications/{answer.json()['id']}/submission"
    return await decide(bureau, path, answer.headers["ETag"], Role.OPERATOR, number=number)


async def test_an_application_goes_to_the_first_step_of_the_policy_and_tells_the_bus(bureau: RecognitionClient):
    season = await opened(bureau)
    await bureau.hear(household_typed(1))
    with clock.travel(DAY):
        answer = await submitted(bureau, season)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["step"]) == ("in-progress", "review")
    (event,) = await bureau.events("ApplicationSubmitted")
    assert (event["subject"], event["data"]["category"]) == (uscc(1), "distinctive")
    (task,) = await bureau.sql("select step, outcome from task")
    assert (task["step"], task["outcome"]) == ("review", None)


async def test_every_reason_and_everything_missing_is_told_at_once(bureau: RecognitionClient):
    season = await opened(bureau)
    await bureau.hear(household_typed(1, kind="survival"))
    answer = await drafted(bureau, season, criteria=["distinctive.3", "distinctive.9"])
    with clock.travel(DAY):
        path = f"/v1/applications/{answer.json()['id']}/submission"
        refused = await decide(bureau, path, answer.headers["ETag"], Role.OPERATOR)
    assert refused.status_code == 422
    reasons = " ".join(refused.json()["reasons"])
    assert "不属于可以认定的来源" in reasons
    assert "没有标准“distinctive.9”" in reasons
    assert "郑市监〔2025〕6号" in reasons


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (dt.date(2026, 8, 10), 409),
        (dt.date(2026, 8, 11), 200),
        (dt.date(2026, 9, 30), 200),
        (dt.date(2026, 10, 1), 409),
    ],
)
async def test_the_window_is_exact_to_the_day(bureau: RecognitionClient, day: dt.date, status: int):
    season = await opened(bureau)
    await bureau.hear(household_typed(1))
    with clock.travel(day):
        assert (await submitted(bureau, season)).status_code == status


async def test_a_household_of_somebody_else_is_not_there(bureau: RecognitionClient):
    season = await opened(bureau)
    await bureau.hear(household_typed(1), household_typed(2))
    assert (await drafted(bureau, season, number=1, uscc=uscc(2))).status_code == 404


async def test_one_application_at_a_time_and_a_new_one_after_withdrawal(bureau: RecognitionClient):
    season = await opened(bureau)
    await bureau.hear(household_typed(1))
    first = await drafted(bureau, season)
    assert (await drafted(bureau, season)).status_code == 409
    path = f"/v1/applications/{first.json()['id']}/withdrawal"
    assert (await decide(bureau, path, first.headers["ETag"], Role.OPERATOR)).json()["state"] == "withdrawn"
    assert await bureau.events("ApplicationWithdrawn") == [], "a draft was announced to nobody"
    assert (await drafted(bureau, season)).status_code == 201


async def test_an_operators_list_comes_in_pages(bureau: RecognitionClient):
    season = await opened(bureau)
    await bureau.hear(*(household_typed(number, person=1) for number in (1, 2, 3)))
    drafts = [(await drafted(bureau, season, uscc=uscc(number))).json()["id"] for number in (1, 2, 3)]
    headers, seen, cursor = bureau.as_(Role.OPERATOR, number=1), [], None
    while cursor is not None or not seen:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await bureau.client.get("/v1/applications", params=query, headers=headers)).json()
        assert len(page["items"]) <= 2
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert seen == sorted(drafts)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (PDF, "application/pdf", 201),
        (b"\x89PNG\r\n\x1a\n...", "image/png", 201),
        (b"hello", "application/pdf", 422),
        (b"", "image/jpeg", 422),
        (b"PK..", "application/zip", 415),
    ],
)
async def test_documents_are_what_they_say(bureau: RecognitionClient, body: bytes, kind: str, status: int):
    season = await opened(bureau)
    await bureau.hear(household_typed(1))
    application = (await drafted(bureau, season)).json()["id"]
    assert (await add(bureau, application, "distinctive.3:证书", body, kind)).status_code == status


async def test_a_document_is_stored_once_under_its_hash_and_read_back(bureau: RecognitionClient):
    season = await opened(bureau)
    await bureau.hear(household_typed(1))
    application = (await drafted(bureau, season)).json()["id"]
    one, two = [(await add(bureau, application, f"distinctive.3:{name}")).json() for name in ("甲", "乙")]
    assert one["sha256"] == two["sha256"]
    assert kept_documents(bureau) == [one["sha256"]]
    read = await bureau.get(f"/v1/documents/{one['id']}")
    assert read.content == PDF
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    assert read.headers["Content-Disposition"].startswith("attachment")
    assert (await bureau.get(f"/v1/documents/{one['id']}", region="12")).status_code == 404
    other = await bureau.client.get(f"/v1/documents/{one['id']}", headers=bureau.as_(Role.OPERATOR, number=2))
    assert other.status_code == 404


def kept_documents(bureau: RecognitionClient) -> list[str]:
    """The files in the store of documents."""
    return sorted(path.name for path in bureau.resources.documents.objects.glob("??/*"))


async def test_nothing_is_added_to_what_was_withdrawn_and_no_application_takes_files_without_end(
    bureau: RecognitionClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(documents, "MAX_DOCUMENTS", 1)
    season = await opened(bureau)
    await bureau.hear(household_typed(1))
    draft = await drafted(bureau, season)
    application = draft.json()["id"]
    assert (await add(bureau, application, "distinctive.3:甲")).status_code == 201
    full = await add(bureau, application, "distinctive.3:乙")
    assert (full.status_code, full.json()["title"]) == (409, "材料太多")
    await decide(bureau, f"/v1/applications/{application}/withdrawal", draft.headers["ETag"], Role.OPERATOR)
    ended = await add(bureau, application, "distinctive.3:乙")
    assert (ended.status_code, ended.json()["title"]) == (409, "不能上传")


async def test_a_large_file_is_taken_in_whole_and_one_too_large_is_not(bureau: RecognitionClient):
    season = await opened(bureau)
    await bureau.hear(household_typed(1))
    application = (await drafted(bureau, season)).json()["id"]
    large = PDF.ljust(BLOCK, b"x")
    for content in (large, large + b"y", large * 3):
        stored = (await add(bureau, application, "distinctive.3:甲", content)).json()
        assert (stored["bytes"], stored["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert bureau.resources.documents.path(stored["sha256"]).read_bytes() == content
    endless = large * (bureau.resources.settings.largest_document // len(large) + 1)
    refused = await add(bureau, application, "distinctive.3:甲", endless)
    assert (refused.status_code, refused.json()["title"]) == (413, "文件太大")
    assert len(kept_documents(bureau)) == 3
    assert not list(bureau.resources.documents.incoming.iterdir())


async def test_a_file_that_no_row_names_is_swept_a_day_later(bureau: RecognitionClient):
    season = await opened(bureau)
    await bureau.hear(household_typed(1))
    application = (await drafted(bureau, season)).json()["id"]
    named = (await add(bureau, application, "distinctive.3:甲")).json()["sha256"]
    with bureau.resources.documents.workspace() as workspace:
        (workspace / "lost").write_bytes(b"%PDF-lost")
        lost = bureau.resources.documents.keep(workspace / "lost")
    assert await tidy_platform(bureau.resources.database, stores(bureau.resources)) == 0
    for digest in (named, lost):
        os.utime(bureau.resources.documents.path(digest), (0, 0))
    assert await tidy_platform(bureau.resources.database, stores(bureau.resources)) == 1
    assert kept_documents(bureau) == [named]
