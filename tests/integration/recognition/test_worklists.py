"""What officers, deciders and operators find on their lists: concerns, what is due, proposals, bans, one's own."""

import datetime as dt
from typing import Any

import httpx
from sqlalchemy import text

from services.recognition.lifecycle import repository as worklist_repository
from services.recognition.recognitions.domain import ConcernKind
from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.lifecycle_steps import (
    DECISION,
    act,
    confirm_year,
    dossier_of,
    end_recognition,
    household_moved,
    propose,
    recognise,
    review_report,
    serve,
    state,
)
from tests.integration.recognition.recognition_client import COUNTY, household_typed, operator, uscc
from tests.integration.recognition.register_deliveries import debtors, deliver, penalties, penalty
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import Walkthrough

LATER = dt.date(2027, 8, 10)


async def listed(
    walkthrough: Walkthrough, where: str = "concerns", /, *, region: str = COUNTY, on: dt.date = LATER, **query: Any
) -> list[str]:
    """The recognitions on a list, all pages of it."""
    found: list[str] = []
    with clock.travel(on):
        while True:
            answer = await walkthrough.office.get(f"/v1/recognitions/{where}", region=region, limit=1, **query)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += [one["id"] for one in page["items"]]
            if page["next"] is None:
                return found
            query["cursor"] = page["next"]


async def test_every_kind_of_concern_is_found_by_its_kind_inside_the_region(walkthrough: Walkthrough):
    fined, away, listed_debtor, late, twice, quiet = await recognise(walkthrough, 1, 2, 3, 4, 5, 6)
    identity = "410105199001010017"
    ref = walkthrough.office.resources.intake.bench.pseudonym.of(identity)
    with clock.travel(dt.date(2026, 12, 1)):
        await deliver(walkthrough.office, penalties(penalty(1)))
        await deliver(walkthrough.office, debtors(f"{identity},2026-11-01,"), "dishonest_debtor")
        await walkthrough.office.hear(household_moved(2, "320102"), household_moved(5, COUNTY, person=6))
        await walkthrough.office.hear(household_moved(3, COUNTY).model_copy(update={"operator_ref": ref}))
        assert (await propose(walkthrough, quiet, "revocation")).status_code == 200
    with clock.travel(dt.date(2027, 8, 1)):
        await walkthrough.office.fire_deadlines()
    wanted = {
        "penalty": [fined],
        "moved-away": [away],
        "dishonest-debtor": [listed_debtor],
        "one-per-person": [twice],
        "revocation-proposed": [quiet],
        "cancellation-proposed": [],
    }
    assert {kind: await listed(walkthrough, kind=kind) for kind in wanted} == wanted
    everybody = sorted([fined, away, listed_debtor, late, twice, quiet])
    assert await listed(walkthrough, kind="report-overdue") == await listed(walkthrough) == everybody
    assert await listed(walkthrough, since_until="2027-07-31") == sorted(set(everybody) - {late}), (
        "what stands for long"
    )
    assert await listed(walkthrough, region="4101") == everybody, "the city sees what its county leaves undone"
    assert await listed(walkthrough, region="4102") == []
    assert (await walkthrough.office.get("/v1/recognitions/concerns", Role.BUREAU)).status_code == 403


@at_stage("recognised")
async def test_the_list_of_concerns_is_read_from_its_own_index(walkthrough: Walkthrough):
    async with walkthrough.office.resources.database.transaction() as session:
        await session.execute(text("set local enable_seqscan = off"))
        await worklist_repository.list_concerned(session, COUNTY, ConcernKind.PENALTY, LATER, None, 50)
        await session.execute(text("select pg_stat_force_next_flush()"))
    used = "select idx_scan from pg_stat_user_indexes where indexrelname = 'ix_recognition_concerns'"
    assert [row["idx_scan"] for row in await walkthrough.office.sql(used)] == [1]


@at_stage("two recognised")
async def test_who_is_not_confirmed_or_not_evaluated_is_due(walkthrough: Walkthrough, recognitions: list[str]):
    one, other = recognitions
    await walkthrough.office.hear(household_typed(1, revision=9, year=2027))
    await review_report(walkthrough, one)
    assert await listed(walkthrough, "due", what="confirmation") == sorted([one, other])
    assert (await confirm_year(walkthrough, one)).json()["confirmed"]
    assert await listed(walkthrough, "due", what="confirmation") == [other]
    assert await listed(walkthrough, "due", what="confirmation", year=2028) == sorted([one, other])
    assert await listed(walkthrough, "due", what="confirmation", year=2026) == [], "recognised in that year"
    for day, wanted in ((dt.date(2028, 11, 25), []), (dt.date(2028, 11, 26), sorted([one, other]))):
        assert await listed(walkthrough, "due", what="evaluation", on=day) == wanted


async def decide(
    walkthrough: Walkthrough, recognition: str, what: str, step: str, role: Role, subject: str
) -> httpx.Response:
    body = {"reason": "查无实据"} if step == "rejection" else None
    return await act(walkthrough, recognition, f"proposals/{what}/{step}", body, role, subject)


async def test_a_proposal_is_rejected_by_another_with_a_reason(walkthrough: Walkthrough, recognition: str):
    await propose(walkthrough, recognition, "cancellation", "one")
    own = await decide(walkthrough, recognition, "cancellation", "rejection", Role.APPROVER, "one")
    assert (own.status_code, own.json()["title"]) == (403, "须由另一人决定")
    other = await decide(walkthrough, recognition, "revocation", "rejection", Role.APPROVER, "two")
    assert (other.status_code, other.json()["title"]) == (409, "没有提议")
    done = await decide(walkthrough, recognition, "cancellation", "rejection", Role.APPROVER, "two")
    assert (done.json()["state"], done.json()["concerns"]) == ("valid", [])
    late = await act(walkthrough, recognition, "cancellation", DECISION, Role.APPROVER, "two")
    assert (late.status_code, late.json()["title"]) == (409, "没有提议")
    (entry,) = await walkthrough.office.sql(
        "select details from audit_entry where action = 'recognition:reject-cancellation'"
    )
    assert "查无实据" in entry["details"]


async def test_only_who_made_a_proposal_withdraws_it(walkthrough: Walkthrough, recognition: str):
    await propose(walkthrough, recognition, "revocation", "one")
    other = await decide(walkthrough, recognition, "revocation", "withdrawal", Role.OFFICER, "two")
    assert (other.status_code, other.json()["title"]) == (403, "不是您的提议")
    done = await decide(walkthrough, recognition, "revocation", "withdrawal", Role.OFFICER, "one")
    assert (done.status_code, done.json()["concerns"]) == (200, [])


async def test_a_proposed_revocation_outlives_the_end_of_the_recognition(walkthrough: Walkthrough, recognition: str):
    with clock.travel(LATER):
        await propose(walkthrough, recognition, "revocation", "one")
    assert (await end_recognition(walkthrough, recognition, "cancellation", LATER)).json()["state"] == "cancelled"
    assert await listed(walkthrough, kind="revocation-proposed") == [recognition]
    with clock.travel(LATER):
        await serve(walkthrough, recognition, "revocation")
        await state(walkthrough, recognition, "revocation")
        done = await act(walkthrough, recognition, "revocation", DECISION, Role.APPROVER, "decider")
    assert (done.json()["state"], done.json()["concerns"]) == ("revoked", [])


@at_stage("two recognised")
async def test_one_households_files_are_found_by_its_code_and_ones_own_by_the_operator(
    walkthrough: Walkthrough, recognitions: list[str]
):
    one, other = recognitions
    await end_recognition(walkthrough, one, "cancellation", LATER)
    with clock.travel(LATER):
        await propose(walkthrough, other, "cancellation")
        await deliver(walkthrough.office, penalties(penalty(2)))
    found = (await walkthrough.office.get("/v1/recognitions/files", uscc=uscc(1))).json()["items"]
    assert [(row["id"], row["state"], row["end_reason"]) for row in found] == [(one, "cancelled", "申报材料系伪造")]
    assert (await walkthrough.office.get("/v1/recognitions/files", region="42", uscc=uscc(1))).json()["items"] == []
    headers = walkthrough.office.as_(Role.OPERATOR, number=2)
    (mine,) = (await walkthrough.office.client.get("/v1/recognitions/mine", headers=headers)).json()["items"]
    assert (mine["id"], mine["valid_until"], mine["path"]) == (other, "2029-11-25", "application")
    certificate = (await walkthrough.office.client.get(f"/v1/certificates/{mine['certificate']}")).json()
    assert (certificate["issued_by"], certificate["path_label"]) == ("郑州市金水区市场监督管理局", "自主申报认定")
    assert [row["kind"] for row in mine["concerns"]] == ["penalty"], "a proposal is told once it is decided"
    assert operator(2) not in str(found)


@at_stage("two recognised")
async def test_bans_that_run_are_listed_in_pages_and_ended_ones_only_if_asked_for(
    walkthrough: Walkthrough, recognitions: list[str]
):
    one, other = recognitions
    await end_recognition(walkthrough, one, "revocation", dt.date(2027, 3, 1))
    await end_recognition(walkthrough, other, "revocation", dt.date(2027, 4, 1))

    async def bans(day: dt.date, **query: Any) -> list[str]:
        found: list[str] = []
        with clock.travel(day):
            while True:
                page = (await walkthrough.office.get("/v1/bans", limit=1, **query)).json()
                found += [row["uscc"] for row in page["items"]]
                if page["next"] is None:
                    return found
                query["cursor"] = page["next"]

    assert await bans(dt.date(2032, 3, 1)) == [uscc(1), uscc(2)]
    assert await bans(dt.date(2032, 3, 2)) == [uscc(2)]
    assert await bans(dt.date(2032, 3, 2), ended=True) == [uscc(1), uscc(2)]


async def test_a_revocation_that_waits_needs_the_version_that_was_read(walkthrough: Walkthrough, recognition: str):
    before = (await dossier_of(walkthrough, recognition)).headers["ETag"]
    await propose(walkthrough, recognition, "revocation", "one")
    headers = walkthrough.office.as_(Role.APPROVER, subject="two") | {"If-Match": before}
    path = f"/v1/recognitions/{recognition}/proposals/revocation/rejection"
    assert (await walkthrough.office.client.post(path, json={"reason": "查无实据"}, headers=headers)).status_code == 412
