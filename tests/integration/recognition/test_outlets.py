"""What others do with recognitions: lists filed and exported, badges, the pool, credit institutions with consent."""

import asyncio
import csv
import datetime as dt
import io
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.dialects import postgresql

from services.recognition.outlets import badge_endpoints, badge_repository, repository as credit_repository
from services.recognition.outlets.models import CreditConsent
from services.recognition.season.models import CountyQuota
from shared import clock
from shared.contracts.typing import HouseholdChanged
from shared.database.direct import fetch
from shared.platform.identity import Role
from tests.fixtures.waiting import until_blocked
from tests.integration.recognition.lifecycle_steps import end_recognition, household_moved, recognise
from tests.integration.recognition.recognition_client import COUNTY, operator, post_as, uscc
from tests.integration.recognition.register_deliveries import deliver, penalties, penalty
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import APPLIES, Walkthrough

BANK, TODAY = "made-up-bank", dt.date(2026, 12, 1)


def table(answer: httpx.Response) -> list[list[str]]:
    """A downloaded CSV without its header."""
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


@at_stage("two recognised")
async def test_a_seasons_list_is_filed_with_the_superior_inside_the_region(
    walkthrough: Walkthrough, recognitions: list[str]
):
    one, _ = recognitions
    await end_recognition(walkthrough, one, "cancellation", TODAY)
    path = f"/v1/seasons/{walkthrough.season['id']}/filing"
    rows = table(await walkthrough.office.get(path))
    assert [(row[0], row[3], row[6]) for row in rows] == [(uscc(1), "特色", "已取消"), (uscc(2), "特色", "有效")]
    assert (await walkthrough.office.get(path, region="41")).status_code == 200
    assert (await walkthrough.office.get(path, region="410106")).status_code == 404
    await assert_statistics_of_two_with_one_cancelled(walkthrough)


async def assert_statistics_of_two_with_one_cancelled(walkthrough: Walkthrough) -> None:
    """By county and as a sum, the same for staff of elsewhere; how the work goes is for staff of the region."""
    get = walkthrough.office.client.get
    county = await get("/v1/statistics", params={"region": COUNTY})
    (row,) = county.json()["items"]
    assert (row["granted"], row["categories"], row["valid"]) == (2, {"distinctive": 2}, {"distinctive": 1})
    assert (row["states"], row["places"], row["taken"]) == ({"valid": 1, "cancelled": 1}, 50, 1)
    elsewhere = walkthrough.office.as_(Role.OFFICER, "410106")
    assert (await get("/v1/statistics", params={"region": COUNTY}, headers=elsewhere)).json() == county.json()
    known = {"If-None-Match": county.headers["ETag"]}
    assert (await get("/v1/statistics", params={"region": COUNTY}, headers=known)).status_code == 304
    city = (await get("/v1/statistics", params={"region": "4101"})).json()["items"]
    assert [(one["region"], one["places"], one["granted"]) for one in city] == [("410102", 16, 0), (COUNTY, 50, 2)]
    (total,) = (await get("/v1/statistics", params={"region": "41", "level": "total"})).json()["items"]
    assert (total["region"], total["places"], total["taken"], total["granted"]) == ("41", 66, 1, 2)
    assert (await get("/v1/statistics", params={"region": "42"})).json()["items"] == []
    (cells,) = table(await get("/v1/statistics/table", params={"region": COUNTY}))
    assert [cells[0], *cells[2:]] == [COUNTY, "2026", "50", "1", "2", "0", "2", "0", "0", "1", "1", "0", "0"]
    (work,) = (await walkthrough.office.get("/v1/statistics/progress")).json()["items"]
    assert (work["states"], work["steps"], work["total"]) == ({"recognised": 2}, {}, 2)
    for stranger in (elsewhere, walkthrough.office.as_(Role.BUREAU)):
        assert (await get("/v1/statistics/progress", params={"region": COUNTY}, headers=stranger)).status_code == 403


async def test_a_badge_is_there_as_long_as_the_recognition_is_valid(walkthrough: Walkthrough, recognition: str):
    get, path = walkthrough.office.client.get, f"/v1/badges/{uscc(1)}"
    badge = (await get(path)).json()
    assert (badge["label"], badge["name"], badge["valid_until"]) == ("特色个体工商户", "测试商户1号", "2029-11-25")
    code = f"/v1/certificates/{badge['certificate']}"
    certificate = (await get(code)).json()
    assert (certificate["uscc"], certificate["withdrawal"]) == (uscc(1), None)
    picture = await get(f"{path}.svg")
    assert (picture.headers["content-type"], "测试商户1号" in picture.text) == ("image/svg+xml", True)
    known = {"If-None-Match": picture.headers["ETag"]}
    assert (await get(f"{path}.svg", headers=known)).status_code == 304
    await end_recognition(walkthrough, recognition, "revocation", TODAY)
    for gone in (await get(path), await get(f"{path}.svg", headers=known)):
        assert (gone.status_code, gone.headers["cache-control"], gone.json()["since"]) == (410, "no-store", str(TODAY))
    withdrawal = {"reason": "revoked", "reason_label": "认定已撤销", "since": str(TODAY)}
    assert (await get(code)).json()["withdrawal"] == withdrawal
    assert await withdrawn(walkthrough, TODAY) == [(uscc(1), "revoked", str(TODAY))]
    assert await withdrawn(walkthrough, TODAY + dt.timedelta(days=1)) == []
    assert (await get(f"/v1/badges/{uscc(99)}")).status_code == 404


@at_stage("two recognised")
async def test_a_household_that_moved_to_where_it_is_not_accepted_shows_no_badge_until_it_is_back(
    walkthrough: Walkthrough, recognitions: list[str]
):
    await moved(walkthrough, "130102", 20)
    gone = await walkthrough.office.client.get(f"/v1/badges/{uscc(1)}.svg")
    assert (gone.status_code, gone.json()["reason"]) == (410, "moved-away")
    assert await shown(walkthrough) == [uscc(2)]
    assert await withdrawn(walkthrough, dt.date.min) == [(uscc(1), "moved-away", str(TODAY))]
    await moved(walkthrough, COUNTY, 21)
    async with walkthrough.office.resources.database.transaction() as session:
        await fetch(session, EARLIER, uscc(1), TODAY)
    assert (await shown(walkthrough), await withdrawn(walkthrough, dt.date.min)) == ([uscc(1), uscc(2)], [])
    await assert_withdrawn_badges_are_found_by_index(walkthrough)
    with clock.travel(dt.date(2029, 11, 26)):
        assert await shown(walkthrough) == [], "over, though the clock's work waits"
        over = await withdrawn(walkthrough, dt.date(2029, 11, 26))
        assert over == [(uscc(number), "expired", "2029-11-26") for number in (1, 2)]
        assert await withdrawn(walkthrough, dt.date(2029, 11, 27)) == []


EARLIER = """
    INSERT INTO recognition SELECT earlier.* FROM recognition r, jsonb_populate_record(r, jsonb_build_object(
        'id', gen_random_uuid(), 'application_id', null, 'certificate', 'EARLIER',
        'state', 'expired', 'ended_on', $2::date
    )) earlier WHERE r.uscc = $1
"""
"""The household was recognised before, too: it shows the badge of its new recognition."""


async def assert_withdrawn_badges_are_found_by_index(walkthrough: Walkthrough) -> None:
    """Those that ended, and those that are over: each by its day."""
    query = badge_repository.withdrawn_since(TODAY)
    asked = query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    async with walkthrough.office.resources.database.transaction() as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join((await session.execute(text(f"EXPLAIN {asked}"))).scalars())
    assert "Bitmap Index Scan on ix_recognition_ended" in plan, plan
    assert "Bitmap Index Scan on ix_recognition_last_day" in plan, plan


async def moved(walkthrough: Walkthrough, county: str, revision: int) -> None:
    """The register says that household 1 is in another county."""
    with clock.travel(TODAY):
        await walkthrough.office.hear(household_moved(1, county, revision))


async def shown(walkthrough: Walkthrough) -> list[str]:
    """Whose badge platforms may show."""
    return sorted(row[0] for row in table(await walkthrough.office.client.get("/v1/badges", params={"region": "41"})))


async def withdrawn(walkthrough: Walkthrough, since: dt.date) -> list[tuple[str, str, str]]:
    """Which badges platforms take down, page after page."""
    found, asked = [], {"region": "41", "since": since.isoformat(), "limit": "1"}
    while True:
        page = (await walkthrough.office.client.get("/v1/badges/withdrawn", params=asked)).json()
        found += [(one["uscc"], one["reason"], one["since"]) for one in page["items"]]
        if page["next"] is None:
            return sorted(found)
        asked["cursor"] = page["next"]


async def test_without_the_portals_address_no_badge_is_drawn(walkthrough: Walkthrough, recognition: str):
    resources = walkthrough.office.app.state.resources
    resources.settings = resources.settings.model_copy(update={"portal_address": ""})
    refused = await walkthrough.office.client.get(f"/v1/badges/{uscc(1)}.svg")
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/badge-address-unset")
    assert (await walkthrough.office.client.get(f"/v1/badges/{uscc(1)}")).status_code == 200


async def test_the_public_list_is_exported_whole_and_says_nothing_of_persons(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(badge_endpoints, "PAGE_SIZE", 2)
    await recognise(walkthrough, 1, 2, 3)
    wanted = {(uscc(number), f"测试商户{number}号", "distinctive", COUNTY) for number in (1, 2, 3)}
    answer = await walkthrough.office.client.get("/v1/badges", params={"region": "41"})
    assert {tuple(row) for row in table(answer)} == wanted
    lines = (
        await walkthrough.office.client.get("/v1/badges", params={"region": "41", "format": "json"})
    ).content.splitlines()
    assert {tuple(orjson.loads(line).values()) for line in lines} == wanted
    assert table(await walkthrough.office.client.get("/v1/badges", params={"region": "42"})) == []
    assert "v1:" not in answer.text


@at_stage("two handed in")
async def test_whoever_passed_the_review_without_a_place_is_in_the_pool_of_the_region(
    walkthrough: Walkthrough, applications: list[str]
):
    reviewed, unreviewed = applications
    assert (await walkthrough.review(reviewed)).status_code == 200
    assert (await walkthrough.office.get("/v1/pool")).json()["items"] == [], "still under way"
    with clock.travel(dt.date(2026, 12, 1)):
        await walkthrough.office.fire_deadlines()
    assert (await walkthrough.look(unreviewed)).json()["state"] == "refused"
    (found,) = (await walkthrough.office.get("/v1/pool", region="41")).json()["items"]
    assert (found["application"], found["category_label"], found["year"]) == (reviewed, "特色", 2026)
    assert (await walkthrough.office.get("/v1/pool", year=2025)).json()["items"] == []
    assert (await walkthrough.office.get("/v1/pool", region="410106")).json()["items"] == []
    assert (await walkthrough.office.get("/v1/pool", Role.BUREAU)).status_code == 403


async def test_a_household_on_the_reserve_is_in_the_pool_and_one_that_failed_its_visit_is_not(walkthrough: Walkthrough):
    one, other, waiting = await walkthrough.apply(1, 2, 3)
    for application in (one, other, waiting):
        assert (await walkthrough.review(application)).status_code == 200
    await places(walkthrough, 2)
    await walkthrough.select()
    assert [row["uscc"] for row in (await walkthrough.office.get("/v1/pool")).json()["items"]] == [uscc(3)]
    with clock.travel(APPLIES + dt.timedelta(days=10)):
        await places(walkthrough, 1)
        assert (await walkthrough.visit(one, confirmed=False)).status_code == 200
    assert [row["uscc"] for row in (await walkthrough.office.get("/v1/pool")).json()["items"]] == [uscc(3)]


async def on_the_reserve(walkthrough: Walkthrough) -> str:
    """The application of a household that passed the review and found no place."""
    first, waiting = await walkthrough.apply(1, 2)
    for application in (first, waiting):
        assert (await walkthrough.review(application)).status_code == 200
    await places(walkthrough, 1)
    await walkthrough.select()
    return waiting


async def in_pool(walkthrough: Walkthrough) -> list[str]:
    """The applications of those in the pool."""
    with clock.travel(APPLIES):
        return [row["application"] for row in (await walkthrough.office.get("/v1/pool")).json()["items"]]


async def test_whoever_may_not_be_recognised_today_is_not_in_the_pool(walkthrough: Walkthrough):
    waiting = await on_the_reserve(walkthrough)
    assert await in_pool(walkthrough) == [waiting]
    with clock.travel(APPLIES):
        await deliver(walkthrough.office, penalties(penalty(2)))
        assert await in_pool(walkthrough) == []
        await deliver(walkthrough.office, penalties(penalty(2, repaired="2026-08-20")))
    assert await in_pool(walkthrough) == [waiting]


async def test_a_household_is_taken_off_the_pool_with_a_reason(walkthrough: Walkthrough):
    waiting = await on_the_reserve(walkthrough)
    path, body = f"/v1/pool/{waiting}/removal", {"reason": "经营者不愿参加"}
    assert (await post_as(walkthrough.office, path, body, Role.OFFICER)).status_code == 428
    assert (await post_as(walkthrough.office, path, body, Role.OFFICER, match='"99"')).status_code == 412
    assert (await post_as(walkthrough.office, path, body, Role.OFFICER, "42", match="*")).status_code == 404
    taken_off = await post_as(walkthrough.office, path, body, Role.OFFICER, match=await walkthrough.etag(waiting))
    assert (taken_off.status_code, taken_off.json()["reason"]) == (200, "经营者不愿参加")
    assert await in_pool(walkthrough) == []
    assert (await post_as(walkthrough.office, path, body, Role.OFFICER, match="*")).status_code == 404, "once"
    (entry,) = await walkthrough.office.sql("select subject, details from audit_entry where action = 'pool:remove'")
    assert (entry["subject"], "经营者不愿参加" in entry["details"]) == (waiting, True)


async def places(walkthrough: Walkthrough, number: int) -> None:
    """The county has so many places, whatever was reckoned."""
    async with walkthrough.office.resources.database.transaction() as session:
        await session.execute(update(CountyQuota).where(CountyQuota.county == COUNTY).values(places=number))


async def consent(
    walkthrough: Walkthrough, number: int = 1, until: str = "2027-06-30", **changed: Any
) -> httpx.Response:
    """An operator lets the bank read."""
    body = {"uscc": uscc(1), "institution": BANK, "until": until} | changed
    with clock.travel(TODAY):
        return await post_as(walkthrough.office, "/v1/credit-consents", body, Role.OPERATOR, number=number)


async def read(walkthrough: Walkthrough, on: dt.date = TODAY, **who: Any) -> httpx.Response:
    """The bank reads."""
    headers = walkthrough.office.as_(Role.SYSTEM, who.pop("region", ""), **({"subject": BANK} | who))
    with clock.travel(on):
        return await walkthrough.office.client.get(f"/v1/credit/{uscc(1)}", headers=headers)


async def withdraw(walkthrough: Walkthrough, given: httpx.Response, number: int = 1) -> httpx.Response:
    path = f"/v1/credit-consents/{given.json()['id']}/withdrawal"
    return await post_as(walkthrough.office, path, None, Role.OPERATOR, number=number)


@at_stage("recognised")
async def test_an_institution_reads_with_consent_and_every_reading_is_written_down(walkthrough: Walkthrough):
    assert (await read(walkthrough)).json()["title"] == "没有同意"
    assert (await consent(walkthrough)).status_code == 201
    seen = (await read(walkthrough)).json()
    assert (seen["recognised"], seen["category"], seen["valid_until"]) == (True, "distinctive", "2029-11-25")
    await read(walkthrough)
    entries = await walkthrough.office.sql("select actor, subject from audit_entry where action = 'credit:read'")
    assert [tuple(row) for row in entries] == [(BANK, uscc(1))] * 2
    await consent(walkthrough, until="2030-12-31")
    for day, recognised_then in ((dt.date(2029, 11, 25), True), (dt.date(2029, 11, 26), False)):
        assert (await read(walkthrough, day)).json()["recognised"] is recognised_then, (
            "also while the clock's work waits"
        )


@at_stage("recognised")
async def test_a_reading_under_way_is_written_down_before_its_consent_is_withdrawn(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    given = await consent(walkthrough)
    found, looking, withdrawing = credit_repository.lock_consent_in_force, asyncio.Event(), asyncio.Event()
    withdrawal: asyncio.Future[httpx.Response]

    async def slow(*asked: Any) -> CreditConsent | None:
        in_force = await found(*asked)
        looking.set()
        await withdrawing.wait()
        await until_blocked(walkthrough.office.resources.database, withdrawal)
        return in_force

    monkeypatch.setattr(credit_repository, "lock_consent_in_force", slow)
    reading = asyncio.ensure_future(read(walkthrough))
    await looking.wait()
    withdrawal = asyncio.ensure_future(withdraw(walkthrough, given))
    withdrawing.set()
    assert [(await reading).status_code, (await withdrawal).status_code] == [200, 200]
    entries = await walkthrough.office.sql("select action from audit_entry where action like 'credit:%' order by seq")
    assert [row["action"] for row in entries] == ["credit:consent", "credit:read", "credit:withdraw"]


@at_stage("recognised")
async def test_consent_is_for_one_institution_until_a_day_inside_its_region(walkthrough: Walkthrough):
    await consent(walkthrough)
    assert (await read(walkthrough, subject="another-bank")).status_code == 403
    assert (await read(walkthrough, dt.date(2027, 6, 30))).status_code == 200
    assert (await read(walkthrough, dt.date(2027, 7, 1))).status_code == 403
    assert (await read(walkthrough, region="12")).status_code == 403
    assert (await consent(walkthrough, until="2026-11-30")).status_code == 422


@at_stage("recognised")
async def test_a_refused_reading_is_written_down_where_the_household_is(walkthrough: Walkthrough):
    assert (await read(walkthrough)).status_code == 403
    headers = walkthrough.office.as_(Role.SYSTEM, "", subject=BANK)
    assert (await walkthrough.office.client.get(f"/v1/credit/{uscc(99)}", headers=headers)).status_code == 403
    entries = await walkthrough.office.sql(
        "select actor, subject, chain from audit_entry where action = 'credit:refuse'"
    )
    assert sorted(tuple(row) for row in entries) == [(BANK, uscc(1), COUNTY), (BANK, uscc(99), "")]
    assert not await walkthrough.office.sql("select 1 from audit_entry where action = 'credit:read'")


@at_stage("recognised")
async def test_many_are_read_at_once_each_with_its_own_consent(walkthrough: Walkthrough):
    headers = walkthrough.office.as_(Role.SYSTEM, "", subject=BANK)
    asked = {"uscc": [uscc(1).lower(), uscc(99), "92410"]}

    async def matched() -> list[tuple[str, bool, bool]]:
        with clock.travel(TODAY):
            answer = await walkthrough.office.client.get("/v1/credit", params=asked, headers=headers)
        assert answer.status_code == 200, answer.text
        return [(one["uscc"], one["consented"], one["reading"] is not None) for one in answer.json()["items"]]

    nobody = [(uscc(99), False, False), ("92410", False, False)]
    given = await consent(walkthrough)
    assert await matched() == [(uscc(1), True, True), *nobody]
    await withdraw(walkthrough, given)
    assert await matched() == [(uscc(1), False, False), *nobody]
    entries = await walkthrough.office.sql(
        "select action, actor, subject from audit_entry where action in ('credit:read', 'credit:refuse') order by at"
    )
    told = [tuple(row) for row in entries]
    assert told.count(("credit:read", BANK, uscc(1))) == told.count(("credit:refuse", BANK, uscc(1))) == 1
    assert told.count(("credit:refuse", BANK, uscc(99))) == 2
    assert len(told) == 4


@at_stage("recognised")
async def test_only_its_operator_consents_and_only_he_withdraws(walkthrough: Walkthrough):
    assert (await consent(walkthrough, number=2)).status_code == 404
    given = await consent(walkthrough)
    assert (await withdraw(walkthrough, given, number=2)).status_code == 404
    assert (await read(walkthrough)).status_code == 200
    assert (await post_as(walkthrough.office, "/v1/credit-consents", {}, Role.OFFICER)).status_code == 403


async def after_withdrawal(walkthrough: Walkthrough) -> int:
    """What the bank gets after the operator's consent, given twice, was withdrawn."""
    await recognise(walkthrough, 1)
    await consent(walkthrough)
    given = await consent(walkthrough, until="2028-06-30")
    assert (await withdraw(walkthrough, given)).json()["withdrawn_at"]
    assert (await withdraw(walkthrough, given)).status_code == 200, "again changes nothing"
    return (await read(walkthrough)).status_code


async def test_nothing_is_read_after_the_withdrawal(walkthrough: Walkthrough):
    assert await after_withdrawal(walkthrough) == 403
    (mine,) = (await walkthrough.office.get("/v1/credit-consents", Role.OPERATOR)).json()["items"]
    assert (mine["until"], mine["withdrawn_at"] is None) == ("2028-06-30", False)


async def test_a_reading_that_forgets_the_withdrawal_would_be_caught(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault: whoever once had consent has it for good."""

    async def ever(session: Any, code: str, institution: str, *_: object) -> CreditConsent | None:
        given: CreditConsent | None = await session.scalar(
            select(CreditConsent).filter_by(uscc=code, institution=institution).limit(1)
        )
        return given

    monkeypatch.setattr(credit_repository, "lock_consent_in_force", ever)
    assert await after_withdrawal(walkthrough) == 200


@at_stage("recognised")
async def test_consent_ends_with_being_the_operator(walkthrough: Walkthrough):
    await consent(walkthrough)
    await walkthrough.office.hear(
        HouseholdChanged(
            uscc=uscc(1), name="测试商户1号", region=COUNTY, status="registered", operator_ref=operator(9), revision=5
        )
    )
    assert (await read(walkthrough)).status_code == 403
