"""An application: drafted, its documents, every reason told at once, late by the clock, withdrawn."""

import asyncio
import datetime as dt
import hashlib
import os

import orjson
import pytest

from services.recognition.applications import documents
from services.recognition.service import stores
from shared import clock
from shared.file_store import BLOCK
from shared.platform.housekeeping import sweep_stores
from shared.platform.identity import Role
from tests.integration.recognition.application_setup import (
    PDF,
    add_document,
    draft_application,
    draft_with_documents,
    submit_application,
)
from tests.integration.recognition.recognition_client import (
    RecognitionClient,
    household_typed,
    post_decision,
    uscc,
)
from tests.integration.recognition.season_setup import open_season

DAY = dt.date(2026, 9, 1)


async def test_an_application_goes_to_the_first_step_of_the_policy_and_tells_the_bus(office: RecognitionClient):
    season = await open_season(office)
    await office.hear(household_typed(1))
    with clock.travel(DAY):
        answer = await submit_application(office, season)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["step"]) == ("in-progress", "review")
    (event,) = await office.events("ApplicationSubmitted")
    assert (event["subject"], event["data"]["category"]) == (uscc(1), "distinctive")
    (task,) = await office.sql("select step, outcome from task")
    assert (task["step"], task["outcome"]) == ("review", None)


async def test_every_reason_and_everything_missing_is_told_at_once(office: RecognitionClient):
    season = await open_season(office)
    await office.hear(household_typed(1, kind="survival"))
    answer = await draft_application(office, season, criteria=["distinctive.3", "distinctive.9"])
    with clock.travel(DAY):
        path = f"/v1/applications/{answer.json()['id']}/submission"
        refused = await post_decision(office, path, answer.headers["ETag"], Role.OPERATOR)
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
async def test_the_window_is_exact_to_the_day(office: RecognitionClient, day: dt.date, status: int):
    season = await open_season(office)
    await office.hear(household_typed(1))
    with clock.travel(day):
        assert (await submit_application(office, season)).status_code == status


async def test_a_household_of_somebody_else_is_not_there(office: RecognitionClient):
    season = await open_season(office)
    await office.hear(household_typed(1), household_typed(2))
    assert (await draft_application(office, season, number=1, uscc=uscc(2))).status_code == 404


async def test_one_application_at_a_time_and_a_new_one_after_withdrawal(office: RecognitionClient):
    season = await open_season(office)
    await office.hear(household_typed(1))
    first = await draft_application(office, season)
    assert (await draft_application(office, season)).status_code == 409
    path = f"/v1/applications/{first.json()['id']}/withdrawal"
    assert (await post_decision(office, path, first.headers["ETag"], Role.OPERATOR)).json()["state"] == "withdrawn"
    assert await office.events("ApplicationWithdrawn") == [], "a draft was announced to nobody"
    assert (await draft_application(office, season)).status_code == 201


async def test_an_operators_list_comes_in_pages(office: RecognitionClient):
    season = await open_season(office)
    await office.hear(*(household_typed(number, person=1) for number in (1, 2, 3)))
    drafts = [(await draft_application(office, season, uscc=uscc(number))).json()["id"] for number in (1, 2, 3)]
    headers, cursor = office.as_(Role.OPERATOR, number=1), None
    seen: list[str] = []
    while cursor is not None or not seen:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await office.client.get("/v1/applications", params=query, headers=headers)).json()
        assert len(page["items"]) <= 2
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert seen == sorted(drafts)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (PDF, "application/pdf", 201),
        (b"\x89PNG\r\n\x1a\n...", "image/png", 201),
        (PDF, "application/x-pdf", 201),
        (b"\xef\xbb\xbf\r\n" + PDF, "application/octet-stream", 201),
        (b"\xff\xd8\xff\xe0...", "image/pjpeg", 201),
        (PDF, "image/png", 422),
        (b"hello", "application/pdf", 422),
        (b"", "image/jpeg", 422),
        (b"PK..", "application/zip", 415),
    ],
)
async def test_documents_are_what_they_say(office: RecognitionClient, body: bytes, kind: str, status: int):
    season = await open_season(office)
    await office.hear(household_typed(1))
    application = (await draft_application(office, season)).json()["id"]
    assert (await add_document(office, application, "distinctive.3:证书", body, kind)).status_code == status


async def test_a_document_is_stored_once_under_its_hash_and_read_back(office: RecognitionClient):
    season = await open_season(office)
    await office.hear(household_typed(1))
    application = (await draft_application(office, season)).json()["id"]
    one, two = [(await add_document(office, application, f"distinctive.3:{name}")).json() for name in ("甲", "乙")]
    assert one["sha256"] == two["sha256"]
    assert kept_documents(office) == [one["sha256"]]
    read = await office.client.get(f"/v1/documents/{one['id']}", headers=office.as_(Role.OPERATOR))
    assert read.content == PDF
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    assert read.headers["Content-Disposition"].startswith("attachment")
    other = await office.client.get(f"/v1/documents/{one['id']}", headers=office.as_(Role.OPERATOR, number=2))
    assert other.status_code == 404


async def test_officials_see_nothing_of_a_draft_and_what_they_read_once_it_is_handed_in_is_written_down(
    office: RecognitionClient,
):
    """What is still being written was read by officials, and none of their reads left a trace."""
    season = await open_season(office)
    await office.hear(household_typed(1))
    with clock.travel(DAY):
        draft = (await draft_with_documents(office, season)).json()
        (document, *_) = await office.sql("select id from document")
        address = f"/v1/applications/{draft['id']}"
        paths = (address, f"{address}/documents", f"/v1/documents/{document['id']}", f"{address}/decision")
        assert [(await office.get(path)).status_code for path in paths] == [404] * 4
        assert (await office.get("/v1/applications")).json()["items"] == []
        etag = (await office.client.get(address, headers=office.as_(Role.OPERATOR))).headers["ETag"]
        assert (await post_decision(office, f"{address}/submission", etag, Role.OPERATOR)).status_code == 200
        assert [(await office.get(path)).status_code for path in paths[:3]] == [200] * 3
        assert (await office.get(paths[2], region="12")).status_code == 404
    reads = await office.sql("select * from audit_entry where action like '%:read' order by seq")
    assert [(one["action"], one["subject"], one["chain"]) for one in reads] == [
        ("application:read", draft["id"], season["county"]),
        ("document:read", str(document["id"]), season["county"]),
    ]
    assert {orjson.loads(one["details"])["address"] for one in reads} == {"127.0.0.1"}


async def test_many_officials_who_read_at_once_do_not_wait_for_one_another(office: RecognitionClient):
    """Naive: an entry written over a second connection; thirty readers hold all there are and want one more each."""
    season = await open_season(office)
    await office.hear(household_typed(1))
    with clock.travel(DAY):
        application = (await submit_application(office, season)).json()["id"]
        many = [office.get(f"/v1/applications/{application}") for _ in range(30)]
        answers = await asyncio.wait_for(asyncio.gather(*many), 20)
    assert {answer.status_code for answer in answers} == {200}
    (count,) = await office.sql("select count(*) from audit_entry where action = 'application:read'")
    assert count["count"] == 30


def kept_documents(office: RecognitionClient) -> list[str]:
    """The files in the store of documents."""
    return sorted(path.name for path in office.resources.documents.objects.glob("??/*"))


async def test_nothing_is_added_to_what_was_withdrawn_and_no_application_takes_files_without_end(
    office: RecognitionClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(documents, "MAX_DOCUMENTS", 1)
    season = await open_season(office)
    await office.hear(household_typed(1))
    draft = await draft_application(office, season)
    application = draft.json()["id"]
    assert (await add_document(office, application, "distinctive.3:甲")).status_code == 201
    full = await add_document(office, application, "distinctive.3:乙")
    assert (full.status_code, full.json()["title"]) == (409, "材料太多")
    await post_decision(office, f"/v1/applications/{application}/withdrawal", draft.headers["ETag"], Role.OPERATOR)
    ended = await add_document(office, application, "distinctive.3:乙")
    assert (ended.status_code, ended.json()["title"]) == (409, "不能上传")


async def test_a_large_file_is_taken_in_whole_and_one_too_large_is_not(office: RecognitionClient):
    season = await open_season(office)
    await office.hear(household_typed(1))
    application = (await draft_application(office, season)).json()["id"]
    large = PDF.ljust(BLOCK, b"x")
    for content in (large, large + b"y", large * 3):
        stored = (await add_document(office, application, "distinctive.3:甲", content)).json()
        assert (stored["bytes"], stored["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert b"".join(office.resources.documents.content(stored["sha256"])) == content
        assert content not in office.resources.documents.path(stored["sha256"]).read_bytes()
    endless = large * (office.resources.settings.largest_document // len(large) + 1)
    refused = await add_document(office, application, "distinctive.3:甲", endless)
    assert (refused.status_code, refused.json()["title"]) == (413, "文件太大")
    assert len(kept_documents(office)) == 3
    assert not list(office.resources.documents.incoming.iterdir())


async def test_a_file_that_no_row_names_is_swept_a_day_later(office: RecognitionClient):
    season = await open_season(office)
    await office.hear(household_typed(1))
    application = (await draft_application(office, season)).json()["id"]
    named = (await add_document(office, application, "distinctive.3:甲")).json()["sha256"]
    with office.resources.documents.workspace() as workspace:
        (workspace / "lost").write_bytes(b"%PDF-lost")
        lost = office.resources.documents.keep(workspace / "lost")
    assert await sweep_stores(office.resources.database, stores(office.resources)) == 0
    for digest in (named, lost):
        os.utime(office.resources.documents.path(digest), (0, 0))
    assert await sweep_stores(office.resources.database, stores(office.resources)) == 1
    assert kept_documents(office) == [named]
