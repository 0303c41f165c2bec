"""What officers see of publication and do about it: counts, lists, rejections, what is held back, one household."""

import csv
import io
import uuid
from typing import Any

import pytest

from services.notification.publication.oversight.watching import watch
from services.notification.publication.peers.connections import FORMATS
from services.notification.publication.peers.reasons import Reason
from services.notification.publication.systems import System
from shared.contracts.recognition import RecognitionGranted
from shared.platform.identity import Role
from tests.integration.notification.notification_client import (
    CITY,
    COUNTY,
    PROVINCE,
    NotificationClient,
    uscc,
)
from tests.integration.notification.publication.published import Publisher, recognition, typed

ELSEWHERE = "410106"
REASON = {"reason": "登记信息已经更正"}


async def rejected(publisher: Publisher, system: str, *numbers: int, code: str = "E12") -> None:
    """A system has refused the types of these households."""
    for number in numbers:
        await publisher.execute(
            f"""
            update publication_row set state = 'rejected', code = '{code}', message = '名称与登记不一致',
                sent_version = wanted_version
            where system = '{system}' and kind = 'type' and key = '{uscc(number)}'
            """
        )


async def systems(office: NotificationClient, region: str = COUNTY) -> dict[str, Any]:
    answer = await office.get("/v1/publications/systems", region=region)
    assert answer.status_code == 200, answer.text
    return {one["system"]: one for one in answer.json()}


def counts(system: dict[str, Any], kind: str = "type") -> tuple[int, int, int, int]:
    [found] = [one for one in system["kinds"] if one["kind"] == kind]
    return found["waiting"], found["in_batch"], found["acknowledged"], found["rejected"]


async def items(office: NotificationClient, path: str, of: str = COUNTY, **query: Any) -> list[dict[str, Any]]:
    answer = await office.get(f"/v1/publications{path}", region=of, query=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_every_system_is_shown_with_what_waits_and_whether_it_is_connected(publisher: Publisher) -> None:
    await publisher.hear(typed(number=1), typed(number=2), recognition(RecognitionGranted, 1))
    found = await systems(publisher.office)
    assert list(found) == ["province-directory", "national-directory", "credit-publicity", "cultivation-platform"]
    assert counts(found["national-directory"]) == (2, 0, 0, 0)
    assert counts(found["credit-publicity"], "recognition") == (1, 0, 0, 0)
    assert found["national-directory"]["connection_label"] == "未连接"
    assert found["national-directory"]["oldest_waiting_at"] is not None


async def test_counts_follow_whatever_happens_to_rows_and_are_those_of_the_region(publisher: Publisher) -> None:
    await publisher.hear(*(typed(number=number) for number in range(1, 6)))
    await publisher.hear(typed(number=9, region=ELSEWHERE))
    await rejected(publisher, "national-directory", 1, 2)
    await publisher.execute("update publication_row set state = 'in-batch' where state = 'waiting'")
    await publisher.execute(f"delete from publication_row where key = '{uscc(3)}'")
    assert counts((await systems(publisher.office))["national-directory"]) == (0, 2, 0, 2)
    assert counts((await systems(publisher.office, CITY))["national-directory"]) == (0, 3, 0, 2)
    assert counts((await systems(publisher.office, ELSEWHERE))["national-directory"]) == (0, 1, 0, 0)


async def test_the_tally_is_what_a_count_would_be_before_and_after_it_is_made_short(publisher: Publisher) -> None:
    await publisher.hear(*(typed(number=number) for number in range(1, 8)))
    await publisher.hear(typed("gap", revision=2, number=4))
    await rejected(publisher, "province-directory", 1, 2)
    await publisher.acknowledged()
    await publisher.hear(typed("development", revision=3, number=2))
    groups = "system, kind, region, state"
    counted = f"select {groups}, count(*) as rows from publication_row group by {groups} order by {groups}"
    summed = f"select {groups}, sum(rows) as rows from publication_tally group by {groups} having sum(rows) <> 0"
    before = await publisher.office.sql(counted)
    for _ in range(2):
        assert [tuple(one) for one in await publisher.office.sql(f"{summed} order by {groups}")] == [
            tuple(one) for one in before
        ]
        await watch(publisher.office.resources)
    assert len(await publisher.office.sql("select * from publication_tally")) == len(before)


async def test_a_list_goes_through_all_rows_page_by_page_once(publisher: Publisher) -> None:
    await publisher.hear(*(typed(number=number) for number in range(1, 6)))
    await publisher.hear(typed(number=6, region=ELSEWHERE), recognition(RecognitionGranted, 1))
    await rejected(publisher, "national-directory", 3)
    seen: list[tuple[str, ...]] = []
    cursor: str | None = None
    while True:
        query = {"limit": 4} | ({"cursor": cursor} if cursor else {})
        page = (await publisher.office.get("/v1/publications", region=CITY, query=query)).json()
        seen += [(one["system"], one["kind"], one["state"], one["key"]) for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 6 * 3 + 2
    assert seen == sorted(seen, key=lambda one: one[:3])


NARROWED: list[tuple[dict[str, Any], int]] = [
    ({"system": "national-directory"}, 3),
    ({"kind": "recognition"}, 2),
    ({"state": "rejected"}, 1),
    ({"uscc": uscc(1)}, 5),
    ({"uscc": uscc(1).lower(), "kind": "type"}, 3),
    ({"uscc": uscc(99)}, 0),
    ({"region": COUNTY, "system": "credit-publicity", "kind": "type"}, 2),
    ({"system": "cultivation-platform", "kind": "type"}, 0),
]


async def test_a_list_is_narrowed(publisher: Publisher) -> None:
    await publisher.hear(typed(number=1), typed(number=2), typed(number=3, region=ELSEWHERE))
    await publisher.hear(recognition(RecognitionGranted, 1))
    await rejected(publisher, "province-directory", 2)
    for query, expected in NARROWED:
        assert len(await items(publisher.office, "", CITY, **query)) == expected, query


async def test_what_is_no_filter_is_refused(publisher: Publisher) -> None:
    for query in ({"system": "wechat"}, {"kind": "x"}, {"state": "sent"}, {"region": "41010"}, {"uscc": "1"}):
        answer = await publisher.office.get("/v1/publications", region=CITY, query=query)
        assert answer.status_code == 422, query
    stale = await publisher.office.get("/v1/publications", region=CITY, query={"cursor": "AAAA"})
    assert stale.status_code == 422


async def test_nobody_reads_or_changes_what_lies_outside_their_region(publisher: Publisher) -> None:
    office = publisher.office
    await publisher.hear(typed(number=1), typed("gap", number=2))
    await rejected(publisher, "national-directory", 1)
    for path in ("", "/rejections", "/held-back"):
        assert await items(office, path, ELSEWHERE) == []
        beyond = await office.get(f"/v1/publications{path}", region=ELSEWHERE, query={"region": COUNTY})
        assert beyond.status_code == 403, path
    assert (await office.get(f"/v1/publications/households/{uscc(1)}", region=ELSEWHERE)).status_code == 404
    one = f"/v1/publications/rejections/national-directory/type/{uscc(1)}/resending"
    assert (await office.post(one, REASON, Role.OFFICER, ELSEWHERE, match='"1"')).status_code == 404
    many = await office.post(
        "/v1/publications/rejections/resending", {"system": "national-directory", **REASON}, Role.OFFICER, ELSEWHERE
    )
    assert many.json() == {"resent": 0, "more": False}
    assert (await office.get("/v1/publications/batches", region=CITY)).status_code == 403


async def test_only_staff_of_market_supervision_see_it_and_auditors_change_nothing(publisher: Publisher) -> None:
    office = publisher.office
    await publisher.hear(typed(number=1))
    await rejected(publisher, "national-directory", 1)
    paths = ("", "/systems", "/rejections", "/held-back", "/held-back/table", f"/households/{uscc(1)}")
    for role, status in (
        (Role.BUREAU, 403),
        (Role.OPERATOR, 403),
        (Role.SYSTEM, 403),
        (None, 401),
        (Role.AUDITOR, 200),
    ):
        for path in paths:
            assert (await office.get(f"/v1/publications{path}", role)).status_code == status, (role, path)
    one = f"/v1/publications/rejections/national-directory/type/{uscc(1)}/resending"
    assert (await office.post(one, REASON, Role.AUDITOR, match='"1"')).status_code == 403


async def test_a_rejected_record_is_shown_with_the_systems_words_and_sent_again_for_a_reason(
    publisher: Publisher,
) -> None:
    office = publisher.office
    await publisher.hear(typed(number=1), typed(number=2))
    await rejected(publisher, "national-directory", 1)
    [shown] = await items(office, "/rejections")
    assert (shown["code"], shown["message"], shown["state_label"]) == ("E12", "名称与登记不一致", "对方已退回")
    assert shown["meaning"] is None
    code = FORMATS[System.NATIONAL_DIRECTORY].codes[Reason.NAME_DIFFERS]
    await rejected(publisher, "national-directory", 1, code=code)
    [shown] = await items(office, "/rejections")
    assert (shown["code"], shown["meaning"]["who"]) == (code, "登记机关")
    path = f"/v1/publications/rejections/national-directory/type/{uscc(1)}/resending"
    assert (await office.post(path, REASON, Role.OFFICER)).status_code == 428
    assert (await office.post(path, REASON, Role.OFFICER, match='"7"')).status_code == 412
    assert (await office.post(path, {"reason": " "}, Role.OFFICER, match=shown["etag"])).status_code == 422
    done = await office.post(path, REASON, Role.OFFICER, match=shown["etag"], subject="zhang")
    assert done.status_code == 204, done.text
    assert await items(office, "/rejections") == []
    [row] = [one for one in await publisher.rows() if one["system"] == "national-directory" and one["key"] == uscc(1)]
    assert (row["state"], row["urgency"], row["code"]) == ("waiting", 0, None)
    [entry] = await office.sql("select * from audit_entry where action = 'publication:resend'")
    assert (entry["actor"], entry["chain"], code in str(dict(entry))) == ("zhang", COUNTY, True)
    again = await office.post(path, REASON, Role.OFFICER, match=shown["etag"])
    assert (again.status_code, again.json()["type"]) == (409, "/problems/publication-not-rejected")


async def test_many_are_sent_again_by_code_and_only_those_that_are_rejected(publisher: Publisher) -> None:
    office = publisher.office
    await publisher.hear(*(typed(number=number) for number in range(1, 6)))
    await rejected(publisher, "national-directory", 1, 2)
    await rejected(publisher, "national-directory", 3, code="E99")
    await rejected(publisher, "province-directory", 1)
    path = "/v1/publications/rejections/resending"
    body = {"system": "national-directory", "code": "E12", **REASON}
    assert (await office.post(path, body, Role.OFFICER)).json() == {"resent": 2, "more": False}
    assert {(one["system"], one["key"]) for one in await items(office, "/rejections")} == {
        ("national-directory", uscc(3)),
        ("province-directory", uscc(1)),
    }
    named = {"system": "national-directory", "keys": [uscc(3), uscc(4), "没有这一条"], **REASON}
    assert (await office.post(path, named, Role.OFFICER)).json() == {"resent": 1, "more": False}
    assert len(await office.sql("select 1 from audit_entry where action = 'publication:resend'")) == 3
    wrong = await office.post(path, {"system": "wechat", **REASON}, Role.OFFICER)
    assert wrong.status_code == 422


async def test_gaps_and_what_is_undetermined_are_listed_with_the_department_that_owes_the_data(
    publisher: Publisher,
) -> None:
    await publisher.hear(typed("gap", number=1), typed("undetermined", number=2), typed("growth", number=3))
    await publisher.execute(
        f"update publication_household set unknown_feeds = '{{tax,social_insurance}}' where uscc = '{uscc(2)}'"
    )
    gap, undetermined = await items(publisher.office, "/held-back")
    assert (gap["type_label"], gap["missing"]) == ("规则空档", [])
    assert undetermined["type_label"] == "待核"
    assert [one["department_label"] for one in undetermined["missing"]][:1] == ["税务部门"]
    assert "税务部门" in undetermined["reason"]
    answer = await publisher.office.get("/v1/publications/held-back/table")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert [row[0] for row in rows] == ["统一社会信用代码", uscc(1), uscc(2)]


async def test_a_name_that_is_a_formula_runs_in_no_spreadsheet(publisher: Publisher) -> None:
    await publisher.hear(typed("gap", number=1, name="=HYPERLINK(1)"))
    answer = await publisher.office.get("/v1/publications/held-back/table")
    assert "'=HYPERLINK(1)" in answer.content.decode()


async def test_one_household_is_shown_in_all_systems_with_what_is_wanted_and_confirmed(publisher: Publisher) -> None:
    await publisher.hear(typed(number=1), recognition(RecognitionGranted, 1))
    await publisher.acknowledged()
    await publisher.hear(typed("development", revision=2, number=1))
    answer = (await publisher.office.get(f"/v1/publications/households/{uscc(1)}")).json()
    at = {one["system"]: one for one in answer["systems"]}
    [row] = at["national-directory"]["rows"]
    assert (row["content"]["type_label"], row["version"], row["confirmed_version"]) == ("发展型", 2, 1)
    assert [one["kind"] for one in at["credit-publicity"]["rows"]] == ["recognition", "type"]
    assert at["national-directory"]["asked"] is False
    asked = (await publisher.office.get(f"/v1/publications/households/{uscc(1)}", query={"ask": True})).json()
    assert {one["answer_words"] for one in asked["systems"]} == {"没有连接这个系统的接口，不能当场查询。"}


async def test_a_household_that_is_held_back_says_why(publisher: Publisher) -> None:
    await publisher.hear(typed("undetermined", number=1))
    answer = (await publisher.office.get(f"/v1/publications/households/{uscc(1)}")).json()
    assert answer["held_back"]["type_label"] == "待核"
    assert (await publisher.office.get(f"/v1/publications/households/{uscc(8)}")).status_code == 404


async def sealed(publisher: Publisher, system: str, *, ended: bool = False, trouble: str | None = None) -> str:
    """A batch, as sealing leaves it; one that has ended took ten seconds."""
    batch, end = str(uuid.uuid4()), "now()" if ended else "null"
    began = "now() - interval '10 s'"
    state, refused = ("partly", 2) if ended else ("sealed", 0)
    await publisher.execute(
        f"""
        with sealed as (
            insert into publication_batch (id, system, urgency, state, pages, records, rejected, digest, sealed_at,
                ended_at, next_try_at, trouble, provinces)
            values ('{batch}', '{system}', 1, '{state}', 1, 10, {refused}, '{"ab" * 32}', {began}, {end},
                now(), nullif('{trouble or ""}', ''), array['{PROVINCE}'])
            returning id
        )
        insert into publication_page (batch_id, number, records, digest) select id, 1, 10, '{"cd" * 32}' from sealed
        """
    )
    return batch


async def test_batches_are_shown_to_the_province_with_pages_digests_and_verdicts(publisher: Publisher) -> None:
    office = publisher.office
    over = await sealed(publisher, "national-directory", ended=True)
    under_way = await sealed(publisher, "province-directory", trouble="503")
    shown = await items(office, "/batches", PROVINCE)
    assert [one["id"] for one in shown] == [under_way, over]
    assert (shown[1]["accepted"], shown[1]["rejected"], shown[0]["accepted"]) == (8, 2, None)
    assert [one["id"] for one in await items(office, "/batches", PROVINCE, open=True)] == [under_way]
    detail = (await office.get(f"/v1/publications/batches/{over}", region=PROVINCE)).json()
    assert [one["digest"] for one in detail["page_list"]] == ["cd" * 32]
    assert (await office.get(f"/v1/publications/batches/{uuid.uuid4()}", region=PROVINCE)).status_code == 404
    found = await systems(office)
    assert found["national-directory"]["rate"] == pytest.approx(1, rel=0.01)
    assert "503" in found["province-directory"]["trouble_words"]


SENT = """
    insert into publication_batch (id, system, urgency, state, pages, records, digest, sealed_at, sent_at, next_try_at,
        provinces)
    values ('{batch}', 'national-directory', 0, 'sent', 1, 1, '{digest}', now() - interval '{hours} hours',
        now() - interval '{hours} hours', now(), '{provinces}')
"""


async def sent_batch(publisher: Publisher, hours: float, provinces: str = "{41}") -> uuid.UUID:
    """The national directory has had the type of household 1 for so many hours."""
    batch = uuid.uuid4()
    await publisher.hear(typed(number=1))
    await publisher.execute(SENT.format(batch=batch, digest="0" * 64, hours=hours, provinces=provinces))
    await publisher.execute(
        f"update publication_row set state = 'in-batch', batch_id = '{batch}', sent_version = wanted_version,"
        " sent_revision = 1 where system = 'national-directory'"
    )
    return batch


async def test_a_batch_that_a_system_never_ends_is_shown_and_the_province_ends_it(publisher: Publisher) -> None:
    batch = await sent_batch(publisher, 3)
    office, path = publisher.office, "/v1/publications/batches"
    shown = (await systems(office, PROVINCE))["national-directory"]
    assert [one["overdue"] for one in shown["open_batches"]] == [True]
    assert "由省级结束" in shown["trouble_words"]
    giving_up = f"{path}/{batch}/giving-up"
    assert (await office.post(giving_up, REASON, Role.OFFICER, COUNTY)).status_code == 403
    assert (await office.post(giving_up, REASON, Role.AUDITOR, PROVINCE)).status_code == 403
    ended = await office.post(giving_up, REASON, Role.OFFICER, PROVINCE)
    assert (ended.status_code, ended.json()["state"], ended.json()["overdue"]) == (200, "given-up", False)
    assert (await office.post(giving_up, REASON, Role.OFFICER, PROVINCE)).status_code == 409
    [refused] = await items(office, "/rejections", system="national-directory")
    assert (refused["code"], refused["batch"]) == ("given-up", None)
    [entry] = await office.sql("select * from audit_entry where action = 'publication:give-up'")
    assert REASON["reason"] in str(dict(entry))


async def test_a_batch_that_a_system_works_on_is_not_ended_by_hand(publisher: Publisher) -> None:
    batch = await sent_batch(publisher, 1)
    path = f"/v1/publications/batches/{batch}/giving-up"
    answer = await publisher.office.post(path, REASON, Role.OFFICER, PROVINCE)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "publication-batch-not-overdue")
    unknown = await publisher.office.post(path.replace(str(batch), str(uuid.uuid4())), REASON, Role.OFFICER, PROVINCE)
    assert unknown.status_code == 404
    detail = (await publisher.office.get(path.removesuffix("/giving-up"), region=PROVINCE)).json()
    assert (detail["overdue"], detail["trouble_words"]) == (False, None)


async def test_a_batch_with_records_of_another_province_too_is_not_ended_by_this_one(publisher: Publisher) -> None:
    batch = await sent_batch(publisher, 3, "{34,41}")
    path = f"/v1/publications/batches/{batch}/giving-up"
    assert (await publisher.office.post(path, REASON, Role.OFFICER, PROVINCE)).status_code == 404
