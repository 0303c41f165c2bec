"""O2 for decisions of recognition: what was refused goes on, what was ended is valid again, the objector is told."""

import datetime as dt

import pytest

from shared import clock
from shared.contracts.typing import HouseholdTyped
from shared.platform.identity import Role
from tests.integration.recognition.lifecycle_steps import (
    DECISION,
    act,
    confirm_year,
    decide_evaluation,
    end_recognition,
    serve,
)
from tests.integration.recognition.walkthrough import Walkthrough
from tests.loop.objection_case import Case, file_objection
from tests.loop.stages import COUNTY, operator_of
from tests.loop.world import Person, World

pytestmark = pytest.mark.parametrize("world", ["noticed"], indirect=True)

REFUSED, CLEARED, RECOGNISED = (dt.date(2026, 10, day) for day in (15, 20, 22))
ENDED, OBJECTED = dt.date(2027, 3, 1), dt.date(2027, 3, 10)
LAST_YEAR = dt.date(2029, 9, 10)


def county(world: World) -> Walkthrough:
    """The county's people."""
    return Walkthrough(world.recognition, {"id": world.facts["season"]})


async def upheld(world: World, against: str, subject: str, application: str, on: dt.date) -> Case:
    """The household's operator objects, and the objection is upheld and applied."""
    with clock.travel(on):
        await world.settle()
        operator = await operator_of(world, world.facts["applications"][application])
        case = await file_objection(world, against, subject=subject, by=operator)
        await case.decided("upheld")
        await world.settle()
    return case


async def assert_applied(world: World, case: Case, outcome: str) -> None:
    """Answered once, and closed."""
    (applied,) = await world.told("recognition.events", "ObjectionApplied")
    assert (applied["data"]["objection"], applied["data"]["outcome"]) == (case.id, outcome), applied
    view = await case.view()
    assert (view["state"], view["outcome"], view["changed"]) == ("closed", "upheld", outcome != "unchanged")


async def test_a_refusal_that_was_wrong_opens_its_step_again(world: World) -> None:
    *_, application = world.facts["shown"]
    refusing = Person(Role.OFFICER, COUNTY, "refuser")
    with clock.travel(REFUSED):
        await world.do("recognition", f"/v1/applications/{application}/refusal", refusing, {"reason": "情况不实"})
    case = await upheld(world, "refusal", application, application, REFUSED + dt.timedelta(days=1))
    await assert_applied(world, case, "reopened")
    found = (await county(world).look(application)).json()
    assert (found["state"], found["step"]) == ("in-progress", "public-notice")


async def test_who_was_not_selected_comes_first_on_the_reserve(world: World) -> None:
    *_, last = world.facts["reserve"]
    case = await upheld(world, "non-selection", last, last, REFUSED)
    await assert_applied(world, case, "reopened")
    assert (await county(world).look(last)).json()["state"] == "reserve"


async def recognised(world: World) -> tuple[str, str]:
    """An application of the notice, recognised; with the recognition's id."""
    application, *_ = world.facts["shown"]
    await world.day(CLEARED)
    answer = await county(world).decide(application, on=RECOGNISED)
    assert answer.status_code == 201, answer.text
    return application, str(answer.json()["id"])


@pytest.mark.parametrize("what", ["cancellation", "revocation"])
async def test_an_end_that_was_wrong_is_undone_with_the_validity_as_it_was(world: World, what: str) -> None:
    application, recognition = await recognised(world)
    people = county(world)
    ended = await end_recognition(people, recognition, what, ENDED)
    assert ended.status_code == 200, f"{DECISION}: {ended.text}"
    with clock.travel(ENDED):
        await serve(people, recognition, what, paper="decision-service")
    case = await upheld(world, what, recognition, application, OBJECTED)
    await assert_applied(world, case, "reinstated")
    (reinstated,) = await world.told("recognition.events", "RecognitionReinstated")
    (row,) = await world.sql("recognition", "select state, valid_until from recognition where id = $1", recognition)
    assert (row["state"], str(row["valid_until"])) == ("valid", reinstated["data"]["valid_until"])


async def test_a_withheld_confirmation_is_decided_again(world: World) -> None:
    application, recognition = await recognised(world)
    people = county(world)
    (known,) = await world.sql(
        "recognition", "select * from household where uscc = $1", world.facts["applications"][application]
    )
    said = HouseholdTyped(
        uscc=known["uscc"],
        name=known["name"],
        region=known["region"],
        operator_ref=known["operator_ref"],
        type="ineligible",
        previous_type="growth",
        year=2027,
        run=world.facts["run"],
        revision=10**9,
    )
    await world.recognition.hear(said)
    operator = await operator_of(world, known["uscc"])
    with clock.travel(dt.date(2027, 7, 20)):
        report = {"recognition": recognition, "year": 2027, "content": {"employees": 3}}
        await world.do("recognition", "/v1/information-reports", operator, report)
        await people.do(f"/v1/information-reports/{recognition}/2027/review", {"finding": "与年报一致"})
    assert not (await confirm_year(people, recognition)).json()["confirmed"]
    case = await upheld(world, "confirmation", recognition, application, dt.date(2027, 8, 25))
    await assert_applied(world, case, "reopened")
    with clock.travel(dt.date(2027, 9, 1)):
        again = await act(people, recognition, "confirmation", {"year": 2027}, subject="another")
    assert again.status_code == 200, again.text


async def test_a_withheld_extension_is_decided_again_by_another(world: World) -> None:
    application, recognition = await recognised(world)
    people = county(world)
    with clock.travel(LAST_YEAR):
        judged = await people.do("/v1/evaluations", {"recognition": recognition}, subject="judge")
        evaluation = str(judged.json()["id"])
        assert (await decide_evaluation(people, evaluation, "decider")).json()["extends"] is False
    case = await upheld(world, "extension", recognition, application, LAST_YEAR + dt.timedelta(days=1))
    await assert_applied(world, case, "reopened")
    with clock.travel(LAST_YEAR + dt.timedelta(days=9)):
        own = await decide_evaluation(people, evaluation, "decider")
        assert own.status_code == 403, "who withheld it does not decide again"
        again = await decide_evaluation(people, evaluation, "another")
    assert again.status_code == 200, again.text
