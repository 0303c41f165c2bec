"""Documents of an objection: by content, size and count; read by those who may see the objection."""

import asyncio
import codecs
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.objection.objections.domain import ObjectionState
from services.objection.objections.models import Objection
from services.objection.settings import ObjectionSettings
from shared.file_store import BLOCK
from shared.platform.identity import Role
from shared.platform.malware_scanner import MalwareScanner
from tests.fixtures.malware_daemon import KNOWN, Daemon
from tests.integration.objection.filing_steps import filed, typing_body
from tests.integration.objection.objection_client import ObjectionClient, household_typed, run_published

PDF = b"%PDF-1.7\n" + b"0" * 400
JPEG, PNG = b"\xff\xd8\xff\xe0...", b"\x89PNG\r\n\x1a\n..."
MOST = 20


@pytest.fixture
async def objection(office: ObjectionClient) -> dict[str, Any]:
    await office.hear(run_published(), household_typed(1))
    return await filed(office, typing_body())


async def upload(
    office: ObjectionClient,
    objection: dict[str, Any],
    content: bytes = PDF,
    kind: str = "application/pdf",
    role: Role = Role.OPERATOR,
    *,
    purpose: str = "evidence",
    **who: Any,
) -> httpx.Response:
    headers = office.as_(role, **who) | {"Content-Type": kind}
    query = {"name": "参保证明.pdf", "purpose": purpose}
    return await office.client.post(
        f"/v1/objections/{objection['id']}/documents", params=query, content=content, headers=headers
    )


async def test_a_document_is_kept_listed_and_read_again(office: ObjectionClient, objection: dict[str, Any]) -> None:
    document = await upload(office, objection)
    assert document.status_code == 201, document.text
    listed = (await office.get(f"/v1/objections/{objection['id']}/documents", Role.OPERATOR)).json()["items"]
    assert [one["id"] for one in listed] == [document.json()["id"]]
    file = await office.get(f"/v1/documents/{listed[0]['id']}", Role.OFFICER)
    assert (file.content, file.headers["content-type"]) == (PDF, "application/pdf")
    assert (await office.get(f"/v1/objections/{objection['id']}", Role.OPERATOR)).json()["etag"] != objection["etag"]


async def test_a_document_with_malware_is_not_kept(office: ObjectionClient, objection: dict[str, Any]) -> None:
    """Nor is one that the scanner could not look at; short ones go there from memory, long ones from a memory file."""
    short, long = PDF + KNOWN, PDF + b"0" * BLOCK + KNOWN
    async with Daemon().listening() as address:
        office.app.state.malware_scanner = MalwareScanner(address)
        refused = [await upload(office, objection, content) for content in (short, long)]
        taken = [await upload(office, objection, content[: -len(KNOWN)]) for content in (short, long)]
    away = await upload(office, objection)
    assert [(one.status_code, one.json()["type"]) for one in refused] == [(422, "/problems/malware-found")] * 2
    assert [one.status_code for one in taken] == [201, 201]
    assert (away.status_code, away.json()["type"]) == (503, "/problems/malware-scanner-away")
    listed = (await office.get(f"/v1/objections/{objection['id']}/documents", Role.OPERATOR)).json()["items"]
    assert {one["id"] for one in listed} == {one.json()["id"] for one in taken}


@pytest.mark.parametrize(
    ("content", "label", "kind"),
    [
        (JPEG, "image/jpg", "image/jpeg"),
        (JPEG, "IMAGE/PJPEG; name=x.jpg", "image/jpeg"),
        (PNG, "image/x-png", "image/png"),
        (PNG, "application/octet-stream", "image/png"),
        (PDF, "application/x-pdf", "application/pdf"),
        (PDF, "", "application/pdf"),
        (codecs.BOM_UTF8 + PDF, "application/pdf", "application/pdf"),
        (b"\r\n" + PDF, "application/pdf", "application/pdf"),
        (b"\n \x00\xef\xbb\xbf\r\n" + PDF, "application/octet-stream", "application/pdf"),
    ],
)
async def test_the_content_and_not_its_label_says_what_a_document_is(
    office: ObjectionClient, objection: dict[str, Any], content: bytes, label: str, kind: str
) -> None:
    document = await upload(office, objection, content, label)
    assert document.status_code == 201, document.text
    file = await office.get(f"/v1/documents/{document.json()['id']}", Role.OFFICER)
    assert (file.content, file.headers["content-type"]) == (content, kind)


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"GIF89a", "image/gif", 415),
        (b"GIF89a", "application/octet-stream", 415),
        (PDF, "application/zip", 415),
        (PDF, "image/jpg", 422),
        (b"\r\nhello %PDF-", "application/x-pdf", 422),
        (b"#!/bin/sh", "application/pdf", 422),
        (b"", "application/pdf", 422),
        (b"%PDF-" + b"0" * 2**21, "application/pdf", 413),
    ],
)
async def test_what_is_no_document_or_too_large_is_refused(
    office: ObjectionClient, objection: dict[str, Any], content: bytes, kind: str, status: int
) -> None:
    limited = office.resources.settings.model_copy(update={"largest_document": 2**20})
    office.app.state.resources.settings = ObjectionSettings.model_construct(**dict(limited))
    assert (await upload(office, objection, content, kind)).status_code == status
    assert await office.sql("select 1 from objection_document") == []


async def test_no_more_than_the_most_are_kept_however_many_come_at_once(
    office: ObjectionClient, objection: dict[str, Any]
) -> None:
    files = (upload(office, objection, PDF + bytes([number])) for number in range(MOST + 5))
    answers = await asyncio.gather(*files)
    assert sorted(answer.status_code for answer in answers) == [201] * MOST + [409] * 5
    assert len(await office.sql("select 1 from objection_document")) == MOST


async def test_nobody_else_reads_or_adds(office: ObjectionClient, objection: dict[str, Any]) -> None:
    document = (await upload(office, objection)).json()["id"]
    assert (await upload(office, objection, number=2)).status_code == 404
    assert (await upload(office, objection, role=Role.OFFICER, region="12")).status_code == 404
    for caller in ({"role": Role.OPERATOR, "number": 2}, {"role": Role.OFFICER, "region": "12"}):
        assert (await office.get(f"/v1/documents/{document}", **caller)).status_code == 404


async def test_written_consent_is_added_by_officers(office: ObjectionClient, objection: dict[str, Any]) -> None:
    own = await upload(office, objection, purpose="consent")
    assert own.json()["type"] == "/problems/purpose-of-officers"
    assert (await upload(office, objection, role=Role.OFFICER, purpose="consent")).status_code == 201


async def test_nothing_is_added_once_it_is_over(office: ObjectionClient, objection: dict[str, Any]) -> None:
    path = f"/v1/objections/{objection['id']}/withdrawal"
    await office.post(path, {}, Role.OPERATOR, match=objection["etag"])
    assert (await upload(office, objection)).json()["type"] == "/problems/documents-closed"


async def test_the_objector_reads_what_they_handed_in_and_not_what_officers_collected(
    office: ObjectionClient, objection: dict[str, Any]
) -> None:
    """Minutes of a hearing may speak of others; the answer is for the objector, once it is given."""
    own = (await upload(office, objection)).json()["id"]
    others = {
        purpose: (
            await upload(office, objection, PDF + purpose.encode(), role=Role.OFFICER, purpose=purpose, subject="chen")
        ).json()["id"]
        for purpose in ("evidence", "hearing", "answer", "consent")
    }
    path = f"/v1/objections/{objection['id']}/documents"
    assert [one["id"] for one in (await office.get(path, Role.OPERATOR)).json()["items"]] == [own]
    assert len((await office.get(path, Role.OFFICER)).json()["items"]) == 5
    for document in others.values():
        assert (await office.get(f"/v1/documents/{document}", Role.OPERATOR)).status_code == 404
        assert (await office.get(f"/v1/documents/{document}", Role.OFFICER)).status_code == 200
    assert (await office.get(f"/v1/documents/{own}", Role.OPERATOR)).status_code == 200
    async with office.resources.database.transaction() as session:
        known = await session.get_one(Objection, UUID(objection["id"]))
        known.state = ObjectionState.DECLINED
    assert (await office.get(f"/v1/documents/{others['answer']}", Role.OPERATOR)).status_code == 200
    assert (await office.get(f"/v1/documents/{others['hearing']}", Role.OPERATOR)).status_code == 404
