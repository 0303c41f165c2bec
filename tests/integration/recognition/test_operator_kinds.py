"""Kinds of operators that departments deliver: no document is asked for them (四（三）: 不得要求另行提供)."""

from typing import Any

import httpx

from services.recognition.registers.repository import kinds_of
from shared import clock
from shared.platform.identity import Role
from shared.reference.departments import Department
from tests.integration.recognition.examination_steps import submit_claim
from tests.integration.recognition.recognition_client import RecognitionClient, household_typed, uscc
from tests.integration.recognition.register_deliveries import deliver
from tests.integration.recognition.test_takeovers import passed_to
from tests.integration.recognition.walkthrough import APPLIES, Walkthrough

CLAIM = {"category": "distinctive", "criteria": ["distinctive.3"], "kinds": ["veteran"]}
CRAFT = "distinctive.3:手艺传承和知名度的证明"


async def delivered(
    office: RecognitionClient, *rows: str, by: Department = Department.VETERANS, mode: str = "incremental"
) -> httpx.Response:
    """A delivery of kinds by a department; a row is `uscc,kind,since,until`."""
    file = "\n".join(["uscc,kind,since,until", *rows, ""])
    headers = office.as_(Role.BUREAU, department=by)
    return await deliver(office, file, "operator_kind", mode=mode, headers=headers, bureau=by.label)


async def kept(office: RecognitionClient) -> list[tuple[Any, ...]]:
    rows = await office.sql("select uscc, kind, department from operator_kind order by 1, 2, 3")
    return [tuple(row) for row in rows]


async def test_what_the_department_delivered_needs_no_document(walkthrough: Walkthrough):
    """The veterans' office says so of household 1; the tax office would not know, nor is a past term one."""
    await walkthrough.office.hear(household_typed(1, kind="survival"))
    with clock.travel(APPLIES):
        wrong = await delivered(walkthrough.office, f"{uscc(1)},veteran,,", by=Department.TAX)
        assert (wrong.status_code, "退役军人事务部门" in wrong.text) == (403, True)
        for by, row in (
            (Department.EDUCATION, f"{uscc(1)},veteran,,"),
            (Department.VETERANS, f"{uscc(1)},veteran,2020-01-01,2026-01-01"),
        ):
            assert (await delivered(walkthrough.office, row, by=by)).status_code == 201
    told = (await submit_claim(walkthrough, CLAIM, CRAFT, kind="survival", status=422)).json()["reasons"]
    assert [one for one in told if "缺少证明材料，例如退役军人优待证" in one] == told
    with clock.travel(APPLIES):
        assert (await delivered(walkthrough.office, f"{uscc(1)},veteran,2020-01-01,")).status_code == 201
        (draft,) = await walkthrough.office.sql("select id from application")
        headers = walkthrough.office.as_(Role.OPERATOR) | {"If-Match": "*"}
        path = f"/v1/applications/{draft['id']}/submission"
        answer = await walkthrough.office.client.post(path, headers=headers)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["step"], answer.json()["proven_kinds"]) == ("review", ["veteran"])


async def test_each_department_replaces_only_what_it_delivered_itself(walkthrough: Walkthrough):
    office = walkthrough.office
    await office.hear(*(household_typed(number) for number in (1, 2)))
    assert (await delivered(office, f"{uscc(1)},veteran,,", f"{uscc(2)},veteran,,")).status_code == 201
    whole = await delivered(office, f"{uscc(1)},graduate,,", by=Department.EDUCATION, mode="full")
    assert (whole.json()["changed"], whole.json()["coverage"]) == (1, "as-declared")
    assert await kept(office) == [
        (uscc(1), "graduate", "education"),
        (uscc(1), "veteran", "veterans"),
        (uscc(2), "veteran", "veterans"),
    ]
    assert (await delivered(office, f"{uscc(2)},veteran,,", mode="full")).status_code == 201
    assert await kept(office) == [(uscc(1), "graduate", "education"), (uscc(2), "veteran", "veterans")]
    same = await delivered(office, f"{uscc(2)},veteran,,", by=Department.CIVIL_AFFAIRS, mode="full")
    assert same.status_code == 201, "the same bytes of another department are its own"
    path = f"/v1/deliveries/{same.json()['id']}"
    for by, status in ((Department.VETERANS, 404), (Department.CIVIL_AFFAIRS, 200)):
        answer = await office.client.get(path, headers=office.as_(Role.BUREAU, department=by))
        assert answer.status_code == status, answer.text


async def test_what_a_department_says_again_changes_nothing_and_what_was_refused_is_its_own(walkthrough: Walkthrough):
    office = walkthrough.office
    assert (await delivered(office, f"{uscc(1)},veteran,,", f"{uscc(2)},veteran,,")).status_code == 201
    again = await delivered(office, f"{uscc(1)},veteran,,", f"{uscc(2)},veteran,2020-01-01,")
    assert (again.status_code, again.json()["changed"]) == (201, 1)
    (row,) = await office.sql("select array_agg(distinct delivery_id::text) as deliveries from operator_kind")
    assert row["deliveries"] == [again.json()["id"]], "it says so of both"
    refused = await deliver(
        office, "uscc\n", "operator_kind", rows=7, headers=office.as_(Role.BUREAU, department=Department.VETERANS)
    )
    assert refused.status_code == 422, refused.text
    for by, listed in ((Department.VETERANS, 1), (Department.EDUCATION, 0)):
        answer = await office.client.get("/v1/refused-deliveries", headers=office.as_(Role.BUREAU, department=by))
        assert [one["feed"] for one in answer.json()["items"]] == ["operator_kind"] * listed


async def test_a_row_that_nobody_could_read_proves_nothing_of_a_new_operator(walkthrough: Walkthrough):
    """What was said of the former one stays until an officer's word, and is said of nobody else."""
    office = walkthrough.office
    await office.hear(household_typed(1))
    assert (await delivered(office, f"{uscc(1)},veteran,,", f"{uscc(2)},veteran,,")).status_code == 201
    async with office.resources.database.session() as session:
        assert await kinds_of(session, uscc(1), clock.today()) == {("veteran", "veterans")}
    await passed_to(walkthrough, 5)
    waits = (
        await delivered(office, f"{uscc(1)},退役军人,,", "x,veteran,,", f"{uscc(3)},veteran,,", mode="full")
    ).json()
    assert (waits["coverage"], waits["rejected"], len(await kept(office))) == ("waiting", 2, 3)
    async with office.resources.database.session() as session:
        assert await kinds_of(session, uscc(1), clock.today()) == frozenset()


async def test_a_file_without_rows_waits_for_a_word_whatever_another_department_delivers_meanwhile(
    walkthrough: Walkthrough,
):
    office = walkthrough.office
    await office.hear(household_typed(1))
    assert (await delivered(office, f"{uscc(1)},veteran,,")).status_code == 201
    empty = (await delivered(office, mode="full")).json()
    assert (empty["coverage"], empty["unlisted"], len(await kept(office))) == ("waiting", 1, 1)
    assert (await delivered(office, f"{uscc(1)},graduate,,", by=Department.EDUCATION)).status_code == 201
    headers = office.as_(Role.OFFICER, subject="li") | {"If-Match": "*"}
    body = {"confirmed": True, "reason": "已与退役军人事务部门核对"}
    answer = await office.client.post(f"/v1/deliveries/{empty['id']}/removal", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert await kept(office) == [(uscc(1), "graduate", "education")]
