"""Systems that take files only: the file and its manifest, the hand-over, receipts with right and wrong lines."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from services.notification.publication.batches.sealing import seal_for_files
from services.notification.publication.peers.connections import peer_urls_of
from services.notification.publication.systems import System
from shared.contracts.recognition import RecognitionGranted
from shared.platform.identity import Role
from shared.platform.tabular import workbook
from tests.fixtures.service_client import Issuer
from tests.integration.notification.notification_client import CITY, PROVINCE, open_client, settings_for, uscc
from tests.integration.notification.publication.published import Publisher, changed, recognition, typed

HEADER = ("记录编号", "结果", "退回代码", "说明")
BY_FILE = System.CREDIT_PUBLICITY
"""It holds types and recognitions."""


@pytest.fixture
async def by_file(database_url: str, tmp_path: Path, issuer: Issuer) -> AsyncIterator[Publisher]:
    """The publicity system takes files only."""
    settings = settings_for(database_url, tmp_path / "notification", issuer, credit_publicity="files:?page=2")
    async with open_client(settings, issuer) as office:
        yield Publisher(office)


async def sealed(publisher: Publisher, *numbers: int, name: str | None = None) -> str:
    """A batch with the types of these households."""
    names = {number: name or f"测试商户{number}号" for number in numbers}
    await publisher.hear(*(typed(number=number, name=names[number]) for number in numbers))
    assert await seal_for_files(publisher.office.resources.database, BY_FILE, 100)
    [batch] = await publisher.office.sql("select id from publication_batch where ended_at is null")
    return str(batch["id"])


async def get(publisher: Publisher, batch: str, what: str, region: str = PROVINCE, **query: Any) -> httpx.Response:
    return await publisher.office.get(f"/v1/publications/batches/{batch}/{what}", region=region, query=query)


async def handed_over(publisher: Publisher, *numbers: int) -> str:
    """A batch that an officer has handed over."""
    batch = await sealed(publisher, *numbers)
    path = f"/v1/publications/batches/{batch}/handover"
    answer = await publisher.office.post(path, {"number": "收-17"}, Role.OFFICER, PROVINCE, subject="wang")
    assert answer.status_code == 201, answer.text
    return batch


def csv_file(lines: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *lines])
    return text.getvalue().encode()


async def receipt(publisher: Publisher, batch: str, content: bytes, **headers: str) -> httpx.Response:
    office = publisher.office
    sent = office.as_(Role.OFFICER, PROVINCE, subject="wang") | {"Content-Type": "text/csv"} | headers
    path = f"/v1/publications/batches/{batch}/receipts"
    return await office.client.post(path, content=content, headers=sent)


async def states(publisher: Publisher) -> dict[str, tuple[str, str | None, str | None]]:
    """State, code and message of each record at the system."""
    rows = await publisher.office.sql("select * from publication_row where system = $1", BY_FILE.value)
    return {row["key"]: (row["state"], row["code"], row["message"]) for row in rows}


async def test_a_batch_is_the_same_file_every_time_with_its_digest_and_manifest_and_names_as_they_are(
    by_file: Publisher,
) -> None:
    batch = await sealed(by_file, 1, 2, 3, name="@家便利店")
    answers = [await get(by_file, batch, "file") for _ in range(2)]
    assert answers[0].status_code == 200, answers[0].text
    content = answers[0].content
    assert content == answers[1].content
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(row["序号"], row["记录编号"], row["分型结果"]) for row in rows] == [
        ("1", uscc(1), "成长型"),
        ("2", uscc(2), "成长型"),
        ("3", uscc(3), "成长型"),
    ]
    assert {row["名称"] for row in rows} == {"@家便利店"}
    manifest = (await get(by_file, batch, "manifest")).json()
    assert manifest["file_digest"] == hashlib.sha256(content).hexdigest()
    assert (manifest["rows"], manifest["system"]) == (3, BY_FILE)
    [stored] = await by_file.office.sql("select digest from publication_batch")
    assert manifest["batch_digest"] == stored["digest"]
    assert answers[0].headers["content-digest"].startswith("sha-256=:")


async def test_the_workbook_and_the_package_are_the_same_every_time_too(by_file: Publisher) -> None:
    batch = await sealed(by_file, 1, 2)
    workbooks = [(await get(by_file, batch, "file", format="xlsx")).content for _ in range(2)]
    assert workbooks[0] == workbooks[1]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(workbooks[0])).get_sheet_by_index(0).to_python()
    assert [row[4] for row in sheet] == ["记录编号", uscc(1), uscc(2)]
    packages = [(await get(by_file, batch, "package", format="xlsx")).content for _ in range(2)]
    assert packages[0] == packages[1]
    with zipfile.ZipFile(io.BytesIO(packages[0])) as package:
        manifest = json.loads(package.read("manifest.json"))
        assert hashlib.sha256(package.read(manifest["file"])).hexdigest() == manifest["file_digest"]


async def test_a_receipt_of_every_record_ends_the_batch(by_file: Publisher) -> None:
    batch = await handed_over(by_file, 1, 2, 3)
    lines = [(uscc(1), "采用", "", ""), (uscc(2), "退回", "E7", "名称不符"), (uscc(3), "采用", "", "")]
    answer = await receipt(by_file, batch, csv_file(lines))
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["fresh"], told["receipt"]["taken"], told["receipt"]["rejected"]) == (3, 2, 1)
    assert (told["handover"]["state"], told["handover"]["left"]) == ("partly", 0)
    assert await states(by_file) == {
        uscc(1): ("acknowledged", None, None),
        uscc(2): ("rejected", "E7", "名称不符"),
        uscc(3): ("acknowledged", None, None),
    }
    assert [one["data"]["code"] for one in await by_file.office.events("PublicationRejected")] == ["E7"]
    over = await get(by_file, batch, "file")
    assert (over.status_code, over.json()["type"]) == (409, "/problems/publication-batch-over")


async def test_receipts_in_parts_are_put_together_and_the_same_file_changes_nothing(by_file: Publisher) -> None:
    batch = await handed_over(by_file, 1, 2)
    first = csv_file([(uscc(1), "采用", "", "")])
    assert (await receipt(by_file, batch, first)).json()["handover"]["left"] == 1
    again = await receipt(by_file, batch, first)
    assert (again.status_code, again.json()["new"], again.json()["fresh"]) == (200, False, 0)
    second = csv_file([(uscc(1), "采用", "", "再次"), (uscc(2), "采用", "", "")])
    done = (await receipt(by_file, batch, second)).json()
    assert (done["fresh"], done["handover"]["state"], len(done["handover"]["receipts"])) == (1, "acknowledged", 2)
    late = await receipt(by_file, batch, second)
    assert (late.status_code, late.json()["new"]) == (200, False)
    assert len(await by_file.office.sql("select 1 from audit_entry where action = 'publication:receipt'")) == 2


async def test_a_workbook_with_blanks_widths_and_cases_is_read_like_any_feed(by_file: Publisher) -> None:
    batch = await handed_over(by_file, 1, 2)
    lines = [
        (f" {uscc(1)}　", " 采用 ", "", ""),
        ("", "", "", ""),
        (uscc(2), "退回", "Ｅ７", ""),
    ]
    answer = await receipt(by_file, batch, workbook([" 记录编号", "结果", "退回代码", "说明"], lines))
    assert answer.status_code == 201, answer.text
    assert (await states(by_file))[uscc(1)][0] == "acknowledged"
    assert (await states(by_file))[uscc(2)][0] == "rejected"


WRONG: Mapping[str, tuple[Sequence[tuple[str, ...]], tuple[str, ...], str]] = {
    "a record of nothing": ([(uscc(9), "采用", "", "")], HEADER, "没有记录"),
    "a record twice": ([(uscc(1), "采用", "", ""), (uscc(1), "退回", "E", "")], HEADER, "第2行"),
    "a result that is none": ([(uscc(1), "通过", "", "")], HEADER, "第2行"),
    "no result": ([(uscc(1), "", "", "")], HEADER, "第2行"),
    "no key": ([("", "采用", "", "")], HEADER, "第2行"),
    "refused without a word": ([(uscc(1), "退回", "", "")], HEADER, "退回代码或说明"),
    "a spreadsheet's error": ([(uscc(1), "#N/A", "", "")], HEADER, "第2行"),
    "another batch": ([(uscc(1), "采用", "9999")], ("记录编号", "结果", "批次"), "第“9999”批"),
    "another kind": ([(uscc(1), "采用", "信用修复")], ("记录编号", "结果", "种类"), "信用修复"),
    "a kind that is none": ([(uscc(1), "采用", "猜测")], ("记录编号", "结果", "种类"), "第2行"),
    "no column of results": ([(uscc(1), "x")], ("记录编号", "说明"), "结果"),
    "a column that is written wrongly": ([(uscc(1), "采用")], ("记录编码", "结果"), "记录编号"),
    "no line": ([], HEADER, "没有内容"),
    "a word that contradicts an earlier receipt": ([(uscc(3), "退回", "E1", "")], HEADER, "先前的回执"),
}


NO_TABLES = (b"", b"\xff\xfe\x00garbage", b"PK\x03\x04 not a workbook", b"\x00" * 100)


async def test_a_file_with_a_wrong_line_changes_nothing_and_says_what_is_wrong(by_file: Publisher) -> None:
    batch = await handed_over(by_file, 1, 2, 3)
    assert (await receipt(by_file, batch, csv_file([(uscc(3), "采用", "", "")]))).status_code == 201
    for what, (lines, header, said) in WRONG.items():
        right = (uscc(2), "采用", *("" for _ in header[2:]))
        whole = [*lines, right] if lines and "结果" in header[:2] else lines
        answer = await receipt(by_file, batch, csv_file(whole, header))
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/publication-receipt-refused"), what
        assert said in answer.text, (what, answer.text)
    for content in NO_TABLES:
        answer = await receipt(by_file, batch, content)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/publication-receipt-refused"), content
    shown = (await get(by_file, batch, "handover")).json()
    assert (shown["answered"], len(shown["receipts"])) == (1, 1)


async def test_a_file_that_is_not_the_one_of_its_digest_is_refused(by_file: Publisher) -> None:
    batch = await handed_over(by_file, 1)
    wrong = {"Content-Digest": "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"}
    answer = await receipt(by_file, batch, csv_file([(uscc(1), "采用", "", "")]), **wrong)
    assert answer.json()["type"] == "/problems/publication-receipt-digest"


async def test_a_digest_that_is_none_is_refused_as_with_a_delivery(by_file: Publisher) -> None:
    batch = await handed_over(by_file, 1)
    for header in ("", "sha-256", "sha-256=:47DE:", "md5=:1B2M2Y8AsgTpgAmY7PhCfg==:"):
        answer = await receipt(by_file, batch, csv_file([(uscc(1), "采用", "", "")]), **{"Content-Digest": header})
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/delivery-undeclared"), header
    assert (await get(by_file, batch, "handover")).json()["receipts"] == []


async def test_a_phone_in_the_systems_words_is_not_kept(by_file: Publisher) -> None:
    batch = await handed_over(by_file, 1, 2)
    await receipt(by_file, batch, csv_file([(uscc(1), "退回", "E1", "请联系13912345678")]))
    for table in ("publication_receipt_row", "publication_row", "audit_entry", "outbox"):
        assert "13912345678" not in str(await by_file.office.sql(f"select * from {table}")), table


async def test_one_household_with_two_kinds_needs_the_kind_named(by_file: Publisher) -> None:
    await by_file.hear(typed(number=1), recognition(RecognitionGranted, 1))
    await by_file.execute(f"update publication_record set key = '{uscc(1)}' where kind = 'recognition'")
    await by_file.execute(f"update publication_row set key = '{uscc(1)}', urgency = 1 where kind = 'recognition'")
    batch = await handed_over(by_file, 1)
    refused = await receipt(by_file, batch, csv_file([(uscc(1), "采用", "", "")]))
    assert "请写明种类" in refused.text
    lines = [(uscc(1), "采用", "分型结果"), (uscc(1), "采用", "“名特优新”认定")]
    done = await receipt(by_file, batch, csv_file(lines, ("记录编号", "结果", "种类")))
    assert done.json()["handover"]["state"] == "acknowledged", done.text


async def test_an_officer_says_that_what_no_receipt_names_is_taken(by_file: Publisher) -> None:
    batch = await handed_over(by_file, 1, 2, 3)
    path, reason = f"/v1/publications/batches/{batch}/conclusion", {"reason": "对方来函：未列出的均已登载"}
    early = await by_file.office.post(path, reason, Role.OFFICER, PROVINCE)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/publication-nothing-answered")
    await receipt(by_file, batch, csv_file([(uscc(2), "退回", "E7", "")]))
    done = await by_file.office.post(path, reason, Role.OFFICER, PROVINCE)
    assert (done.status_code, done.json()["state"]) == (200, "partly")
    assert {key: state[0] for key, state in (await states(by_file)).items()} == {
        uscc(1): "acknowledged",
        uscc(2): "rejected",
        uscc(3): "acknowledged",
    }
    again = await by_file.office.post(path, reason, Role.OFFICER, PROVINCE)
    assert again.json()["type"] == "/problems/publication-batch-over"


async def test_a_record_that_changed_meanwhile_waits_for_the_next_file(by_file: Publisher) -> None:
    batch = await handed_over(by_file, 1)
    await by_file.hear(typed("development", revision=2, number=1))
    await receipt(by_file, batch, csv_file([(uscc(1), "采用", "", "")]))
    assert (await states(by_file))[uscc(1)][0] == "waiting"


async def test_a_receipt_comes_after_the_hand_over_and_a_hand_over_once(by_file: Publisher) -> None:
    batch = await sealed(by_file, 1)
    early = await receipt(by_file, batch, csv_file([(uscc(1), "采用", "", "")]))
    assert (early.status_code, early.json()["type"]) == (409, "/problems/publication-not-handed-over")
    path = f"/v1/publications/batches/{batch}/handover"
    assert (await by_file.office.post(path, {}, Role.OFFICER, PROVINCE, subject="wang")).status_code == 201
    again = await by_file.office.post(path, {}, Role.OFFICER, PROVINCE)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/publication-handed-over")
    [entry] = await by_file.office.sql("select * from audit_entry where action = 'publication:hand-over'")
    assert (entry["actor"], entry["chain"]) == ("wang", PROVINCE)


async def test_only_the_provinces_staff_get_files_of_their_province_and_auditors_only_look(by_file: Publisher) -> None:
    batch = await sealed(by_file, 1)
    for region, status in ((CITY, 404), ("42", 404), ("", 200), (PROVINCE, 200)):
        assert (await get(by_file, batch, "file", region)).status_code == status, region
    path = f"/v1/publications/batches/{batch}/handover"
    assert (await by_file.office.post(path, {}, Role.AUDITOR, PROVINCE)).status_code == 403
    assert (await by_file.office.post(path, {}, Role.OFFICER, CITY)).status_code == 404
    assert (await by_file.office.get(path, Role.BUREAU, PROVINCE)).status_code == 403


async def test_an_altered_page_is_not_handed_out(by_file: Publisher) -> None:
    batch = await sealed(by_file, 1)
    await by_file.execute("update publication_page set body = ''")
    answer = await get(by_file, batch, "file")
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/publication-batch-altered")


async def test_a_system_with_an_interface_takes_no_files(publisher: Publisher) -> None:
    await publisher.hear(typed(number=1))
    assert await seal_for_files(publisher.office.resources.database, System.NATIONAL_DIRECTORY, 9)
    [batch] = await publisher.office.sql("select id from publication_batch")
    answer = await get(publisher, str(batch["id"]), "file")
    assert answer.json()["type"] == "/problems/publication-not-by-file"


async def test_a_system_that_is_not_set_is_not_said_to_have_an_interface(publisher: Publisher) -> None:
    await publisher.hear(typed(number=1))
    assert await seal_for_files(publisher.office.resources.database, System.CREDIT_PUBLICITY, 9)
    [batch] = await publisher.office.sql("select id from publication_batch")
    assert publisher.office.resources.settings.credit_publicity is None
    answer = await get(publisher, str(batch["id"]), "file")
    assert answer.status_code == 409
    assert "没有设置" in answer.json()["detail"]


async def test_another_province_sees_nothing_of_a_batch_before_or_after_its_end(by_file: Publisher) -> None:
    batch = await handed_over(by_file, 1)
    lines = csv_file([(uscc(1), "采用", "", "")])
    office = by_file.office

    async def seen(region: str) -> tuple[list[int], int, int]:
        paths = (f"/v1/publications/batches/{batch}/handover", f"/v1/publications/batches/{batch}")
        statuses = [(await office.get(path, region=region)).status_code for path in paths]
        listed = (await office.get("/v1/publications/batches", region=region)).json()["items"]
        shown = (await office.get("/v1/publications/systems", region=region)).json()
        return statuses, len(listed), sum(len(one["open_batches"]) for one in shown)

    assert await seen(PROVINCE) == ([200, 200], 1, 1)
    assert await seen("34") == ([404, 404], 0, 0)
    assert (await receipt(by_file, batch, lines)).status_code == 201
    assert await seen(PROVINCE) == ([200, 200], 1, 0)
    assert await seen("34") == ([404, 404], 0, 0)
    sent = office.as_(Role.OFFICER, "34") | {"Content-Type": "text/csv"}
    answer = await office.client.post(f"/v1/publications/batches/{batch}/receipts", content=lines, headers=sent)
    assert answer.status_code == 404


async def seal_again(publisher: Publisher, most: int = 100) -> list[dict[str, Any]]:
    """The worker's steps until there is nothing to do; the batches that are open then."""
    while await seal_for_files(publisher.office.resources.database, BY_FILE, most):
        pass
    query = "select * from publication_batch where system = $1 and ended_at is null order by number"
    return [dict(row) for row in await publisher.office.sql(query, BY_FILE.value)]


async def lines_of(publisher: Publisher, batch: Any) -> list[tuple[str, str, str]]:
    """What the file of a batch says: operation, key, label."""
    answer = await get(publisher, str(batch), "file")
    assert answer.status_code == 200, answer.text
    rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    return [(row["操作"], row["记录编号"], row.get("分型结果", "")) for row in rows]


async def all_lines(publisher: Publisher) -> list[tuple[str, str, str]]:
    """What all files say that are open once everything is sealed, by key."""
    batches = await seal_again(publisher)
    lines = [line for batch in batches for line in await lines_of(publisher, batch["id"])]
    return sorted(lines, key=lambda line: line[1])


async def test_a_file_has_as_many_records_as_page_says(by_file: Publisher) -> None:
    urls = peer_urls_of(by_file.office.resources.settings)
    await by_file.hear(*(typed(number=number) for number in range(1, 6)))
    batches = await seal_again(by_file, urls[BY_FILE].page)
    assert [batch["records"] for batch in batches] == [2, 2, 1]
    assert len(await lines_of(by_file, batches[0]["id"])) == 2


async def test_a_file_that_an_urgent_change_meets_before_it_is_handed_over_is_taken_apart(by_file: Publisher) -> None:
    batch = await sealed(by_file, 1, 2, 3)
    await by_file.hear(changed(2, number=1, status="cancelled"), typed("development", 3, number=2))
    assert await all_lines(by_file) == [("登载", uscc(2), "发展型"), ("登载", uscc(3), "成长型")]
    stale = await by_file.office.post(f"/v1/publications/batches/{batch}/handover", {}, Role.OFFICER, PROVINCE)
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/publication-batch-reopened")
    shown = (await by_file.office.get(f"/v1/publications/batches/{batch}", region=PROVINCE)).json()
    assert (shown["state"], shown["state_label"], shown["accepted"]) == ("reopened", "送交前已拆回", None)
    rows = await by_file.office.sql("select key from publication_row where system = $1 order by key", BY_FILE.value)
    assert [row["key"] for row in rows] == [uscc(2), uscc(3)], "what was never there need not be taken down"


async def test_what_was_there_before_is_taken_down_by_the_next_file(by_file: Publisher) -> None:
    first = await handed_over(by_file, 1)
    await receipt(by_file, first, csv_file([(uscc(1), "采用", "", "")]))
    await by_file.hear(typed("development", 2, number=1), typed(number=2))
    await seal_again(by_file)
    await by_file.hear(changed(3, number=1, status="cancelled"))
    assert await all_lines(by_file) == [("撤下", uscc(1), ""), ("登载", uscc(2), "成长型")]


async def test_an_officer_takes_a_file_apart_that_was_lost_or_says_what_is_no_longer_so(by_file: Publisher) -> None:
    batch = await sealed(by_file, 1, 2)
    path = f"/v1/publications/batches/{batch}/reopening"
    await by_file.hear(typed("development", 2, number=1))
    assert (await get(by_file, batch, "handover")).json()["changed"] == 1
    assert (await by_file.office.post(path, {}, Role.OFFICER, PROVINCE)).status_code == 422
    assert (await by_file.office.post(path, {"reason": "文件遗失"}, Role.OFFICER, CITY)).status_code == 404
    answer = await by_file.office.post(path, {"reason": "文件遗失"}, Role.OFFICER, PROVINCE)
    assert (answer.status_code, answer.json()["state"], answer.json()["changed"]) == (200, "reopened", 0)
    [audited] = await by_file.office.sql("select details from audit_entry where action = 'publication:reopen'")
    assert "文件遗失" in str(audited["details"])
    assert await all_lines(by_file) == [("登载", uscc(1), "发展型"), ("登载", uscc(2), "成长型")]


async def test_a_file_that_was_handed_over_is_not_taken_apart_and_says_how_many_have_changed(
    by_file: Publisher,
) -> None:
    batch = await handed_over(by_file, 1, 2)
    await by_file.hear(changed(2, number=1, status="cancelled"))
    [still] = await seal_again(by_file)
    assert str(still["id"]) == batch
    assert (await get(by_file, batch, "handover")).json()["changed"] == 1
    path = f"/v1/publications/batches/{batch}/reopening"
    refused = await by_file.office.post(path, {"reason": "改主意了"}, Role.OFFICER, PROVINCE)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/publication-handed-over")


async def test_a_batch_is_taken_apart_with_the_records_that_have_moved_to_another_province(by_file: Publisher) -> None:
    batch = await sealed(by_file, 1, 2)
    await by_file.execute(f"update publication_row set region = '120101' where key = '{uscc(2)}'")
    path = f"/v1/publications/batches/{batch}/reopening"
    answer = await by_file.office.post(path, {"reason": "名称有误"}, Role.OFFICER, PROVINCE)
    assert answer.status_code == 200, answer.text
    assert await by_file.office.sql("select from publication_row where batch_id is not null") == []
