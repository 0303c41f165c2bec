"""Invariant O2 in typing: an upheld objection changes the type it is about exactly once, and later deliveries and runs
do not undo it.
"""

import datetime as dt
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import text

from services.typing.corrections import repository as corrections_repository
from services.typing.directory.household_facts import household_facts
from services.typing.engine.digest import snapshot_digest
from services.typing.handlers import HANDLERS
from services.typing.retyping.corrected_evidence import apply_waiting_corrections
from services.typing.retyping.late_reports import apply_waiting_reports
from services.typing.run_worker import STEPS
from services.typing.runs.domain import RunState
from services.typing.runs.step_context import StepContext
from services.typing.service import referenced_files
from shared.contracts.annual_report import AnnualReportFiled
from shared.contracts.objection import EvidenceCorrected
from shared.messaging.events import new_event
from shared.messaging.transports import open_bus
from shared.platform.identity import Role
from shared.platform.sealed_messages import SealOpener, UnknownSealingKeyError, new_sealing_keys
from shared.reference.departments import Department
from tests.fixtures.correction_keys import CORRECTION_KEYS
from tests.integration.typing.bus_listener import BusListener, household_with_defects, late_report, listening
from tests.integration.typing.objections import (
    REASON,
    assert_type_follows_from_facts,
    correction,
    event_of,
    explained,
    hear,
    lifting,
    reasons_of,
    said_about,
    stored_states,
    type_of,
    unmarked,
)
from tests.integration.typing.staged_city import StagedCity, at_stage

REPORTED = "2026-07-20 补报了 2025 年度年报"


@pytest.fixture
async def heard_here(city: StagedCity, make_database: Any, topic: str) -> AsyncIterator[BusListener]:
    """The service listens to objections on a bus."""
    bus = open_bus(make_database())
    async with listening(city, bus, topic) as service:
        yield service
    await bus.close()


async def marked(city: StagedCity) -> str:
    """A household that is ineligible only because it is marked abnormal."""
    return await household_with_defects(city, "base.abnormal")


async def publish_again(city: StagedCity, as_of: str = "2026-07-02") -> str:
    """Another run of the year, published; its id."""
    again = await city.office.ordered(as_of=as_of, maker="another")
    await city.office.work()
    answer = await city.office.publish(again)
    assert answer.status_code == 200, answer.text
    return again


async def hear_report(city: StagedCity, uscc: str) -> None:
    """The household's annual report was filed late."""
    event = new_event(late_report(uscc), subject=uscc, source="/annual-report")
    async with city.office.resources.database.transaction() as session:
        await HANDLERS[AnnualReportFiled](session, event, city.office.resources)


# -- what comes of a correction ------------------------------------------------------------------------------------


async def test_a_correction_changes_the_type_and_says_so_once(heard_here: BusListener) -> None:
    office = heard_here.city.office
    uscc = await marked(heard_here.city)
    corrected = unmarked(uscc)
    await heard_here.say(corrected, actor="province/objections")
    kind = await type_of(office, uscc)
    assert kind != "ineligible"
    said = await said_about(office, uscc)
    assert said.answers == [("changed", "ineligible", kind)]
    (adjusted,) = said.of("TypingAdjusted")
    assert (adjusted["type"], adjusted["previous_type"]) == (kind, "ineligible")
    assert (adjusted["objection"], adjusted["reason"]) == (str(corrected.objection), REASON)
    assert adjusted["revision"] == said.of("CorrectionAnswered")[0]["revision"]
    assert said.of("HouseholdTyped") == []
    assert await heard_here.letters() == []


async def test_the_public_reads_that_an_objection_was_upheld_and_why(city: StagedCity) -> None:
    uscc = await marked(city)
    before = (await city.office.get(f"/v1/households/{uscc}", None)).json()
    await hear(city, unmarked(uscc))
    after = (await city.office.get(f"/v1/households/{uscc}", None)).json()
    assert (before["corrections"], before["upon_objection"]) == ([], False)
    assert (after["corrections"], after["upon_objection"]) == ([REASON], True)
    said = await explained(city.office, uscc)
    assert (said["corrections"], said["upon_objection"], said["type"]) == ([REASON], True, after["type"])
    assert "base.abnormal" not in {sentence["clause"] for sentence in said["sentences"]}
    await assert_type_follows_from_facts(city.office, uscc)


async def test_the_published_counts_stay_and_what_corrections_changed_stands_beside_them(city: StagedCity) -> None:
    uscc = await marked(city)
    region = (await city.office.get(f"/v1/households/{uscc}", None)).json()["region"]
    (before,) = (await city.office.get("/v1/statistics", None, region=region)).json()["items"]
    await hear(city, unmarked(uscc))
    (after,) = (await city.office.get("/v1/statistics", None, region=region)).json()["items"]
    assert after["households"] == before["households"]
    assert before["corrected"] == {}
    assert after["corrected"] == {"ineligible": -1, await type_of(city.office, uscc): 1}


async def test_a_correction_that_changes_no_type_is_answered_too(city: StagedCity) -> None:
    uscc = await household_with_defects(city, "base.abnormal", "base.not-reported")
    await hear(city, unmarked(uscc))
    said = await said_about(city.office, uscc)
    assert said.answers == [("unchanged", "ineligible", "ineligible")]
    assert said.of("TypingAdjusted") == []
    assert await reasons_of(city.office, uscc) == [REASON]
    assert {sentence["clause"] for sentence in (await explained(city.office, uscc))["sentences"]} == {
        "base.not-reported"
    }


@at_stage("drafted")
async def test_a_correction_waits_for_a_run_that_was_frozen_before_it(city: StagedCity) -> None:
    uscc = await marked(city)
    await hear(city, unmarked(uscc))
    assert (await said_about(city.office, uscc)).answers == [("waits", None, None)]
    assert await apply_waiting_corrections(city.office.resources) == 0
    assert (await city.office.publish(city.last)).status_code == 200
    assert await type_of(city.office, uscc) == "ineligible"
    assert await apply_waiting_corrections(city.office.resources) == 1
    kind = await type_of(city.office, uscc)
    assert kind != "ineligible"
    said = await said_about(city.office, uscc)
    assert len(said.answers) == 1, "it was answered when it came"
    assert [one["type"] for one in said.of("TypingAdjusted")] == [kind]
    assert await apply_waiting_corrections(city.office.resources) == 0
    await assert_type_follows_from_facts(city.office, uscc)


@at_stage("ordered")
async def test_a_run_that_is_frozen_after_the_correction_needs_nothing_more(city: StagedCity) -> None:
    resources = city.office.resources
    await city.office.work()
    uscc = await marked(city)
    await hear(city, unmarked(uscc))
    again = await city.office.ordered(as_of="2026-07-02", maker="another")
    await city.office.work()
    assert (await city.office.publish(again)).status_code == 200
    assert await type_of(city.office, uscc) != "ineligible"
    assert await apply_waiting_corrections(resources) == 0
    assert await reasons_of(city.office, uscc) == [REASON], "readers still see why"
    await assert_type_follows_from_facts(city.office, uscc)


async def test_a_stranger_and_a_year_of_another_run_wait(city: StagedCity) -> None:
    uscc = await marked(city)
    stranger = "92410103MA9999999X"
    await hear(city, unmarked(stranger), correction(uscc, "tax", {"tax_paid": "1.00"}, year=2024))
    assert (await said_about(city.office, stranger)).answers == [("waits", None, None)]
    assert (await said_about(city.office, uscc)).answers == [("waits", None, None)]
    assert await city.office.sql("select 1 from correction") == []


# -- figures -------------------------------------------------------------------------------------------------------


async def test_corrected_figures_are_facts_as_a_run_would_have_them(city: StagedCity) -> None:
    """The household as typed at once, and as the next run types it from the same rows."""
    page = await city.office.get(f"/v1/runs/{city.last}/results", type="survival", limit=1)
    uscc = page.json()["items"][0]["uscc"]
    await hear(
        city,
        correction(uscc, "tax", {"tax_paid": "250000.00", "vat_paid": "200000.5", "income_tax_paid": "0"}, year=2025),
        correction(uscc, "social_insurance", {"insured_staff": "12", "operator_insured": "true"}, year=2025),
        correction(
            uscc, "annual_report", {"filed_on": "2026-03-01", "revenue": "9000000", "employees": "14"}, year=2025
        ),
        correction(uscc, "registration", {"established_on": "2015-05-05"}),
        correction(uscc, "tax_registration", {"registered_on": "2015-05-06", "general_taxpayer": "true"}),
        correction(uscc, "intellectual_property", {"trademarks_in_use": "2", "patents": "1"}),
        correction(uscc, "suspension", {"filed_on": "2020-01-01", "resumed_on": "2020-02-01"}),
    )
    assert {outcome for outcome, _, _ in (await said_about(city.office, uscc)).answers} <= {"changed", "unchanged"}
    await assert_type_follows_from_facts(city.office, uscc)
    at_once = await stored_facts(city, uscc)
    await publish_again(city, as_of="2026-07-01")
    assert await stored_facts(city, uscc) == at_once
    await assert_type_follows_from_facts(city.office, uscc)


async def stored_facts(city: StagedCity, uscc: str) -> tuple[dict[str, Any], tuple[int, int, int]]:
    """The facts behind what is shown, and its type and masks."""
    (row,) = await city.office.sql(
        "select k.run_id, r.region, c.facts, c.type, c.true_mask, c.unknown_mask from correction c"
        " join current_run k on k.run_number = c.run_number"
        " join result r on r.run_number = c.run_number and r.uscc = c.uscc and r.region = k.region where c.uscc = $1",
        uscc,
    )
    facts = await household_facts(city.office.resources, row["run_id"], row["region"], uscc, orjson.loads(row["facts"]))
    return facts, (row["type"], row["true_mask"], row["unknown_mask"])


# -- what cannot be used -------------------------------------------------------------------------------------------

SECRET = "76543.21"
REFUSED: dict[str, tuple[Callable[[str], EvidenceCorrected], str]] = {
    "no seal": (lambda uscc: unmarked(uscc).model_copy(update={"sealed": SECRET}), "无法解密"),
    "the seal of another household": (
        lambda uscc: unmarked(uscc).model_copy(update={"sealed": unmarked("92410103MA9999999X").sealed}),
        "另一户",
    ),
    "a seal that names another objection": (lambda uscc: unmarked(uscc, objection=uuid4()), "另一户"),
    "the seal of another correction": (
        lambda uscc: unmarked(uscc).model_copy(update={"sealed": unmarked(uscc).sealed}),
        "另一项更正",
    ),
    "a negative amount": (lambda uscc: correction(uscc, "tax", {"tax_paid": f"-{SECRET}"}, year=2025), "是负数"),
    "no number": (lambda uscc: correction(uscc, "tax", {"tax_paid": f"{SECRET}元"}, year=2025), "不是金额"),
    "a day to come": (
        lambda uscc: correction(uscc, "annual_report", {"filed_on": "2199-01-01"}, year=2025),
        "尚未发生",
    ),
    "an unknown column": (lambda uscc: correction(uscc, "credit", {"surprise": SECRET}), "没有这些列"),
    "an unknown feed": (lambda uscc: correction(uscc, "penalty", {"kind": "fine"}), "不是分型所用"),
    "no year": (lambda uscc: correction(uscc, "tax", {"tax_paid": SECRET}), "须写明年度"),
    "a year too many": (lambda uscc: unmarked(uscc, year=2025), "不分年度"),
    "a row of another year": (
        lambda uscc: correction(uscc, "tax", {"year": "2024", "tax_paid": SECRET}, year=2025),
        "不是事件所说",
    ),
    "another county's register": (
        lambda uscc: correction(uscc, "registration", {"region_code": "120101"}),
        "不在声明的区划",
    ),
}


async def test_what_cannot_be_used_is_refused_with_a_reason_that_shows_nothing(city: StagedCity) -> None:
    uscc = await marked(city)
    for case, (make, why) in REFUSED.items():
        corrected = make(uscc)
        await hear(city, corrected, corrected)
        answer = (await said_about(city.office, uscc)).of("CorrectionAnswered")[-1]
        assert (answer["correction"], answer["outcome"]) == (str(corrected.correction), "refused"), case
        assert why in answer["reason"], case
        assert (await stored_states(city.office))[corrected.correction] == "refused", case
    assert len((await said_about(city.office, uscc)).answers) == len(REFUSED), "each is answered once"
    assert await type_of(city.office, uscc) == "ineligible"
    tables = ("outbox", "audit_entry", "evidence_correction", "correction")
    everything = [str(dict(row)) for table in tables for row in await city.office.sql(f"select * from {table}")]
    assert not any(SECRET in row for row in everything)
    await hear(city, lifting(corrected))
    answer = (await said_about(city.office, uscc)).of("CorrectionAnswered")[-1]
    assert (answer["lifted"], answer["outcome"]) == (True, "refused"), "there is nothing to lift"


async def test_a_key_that_typing_lacks_refuses_nothing_and_the_correction_is_taken_when_it_is_there(
    heard_here: BusListener,
) -> None:
    """Keys that were changed in the wrong order are mended, and the dead letters sent again."""
    city = heard_here.city
    uscc = await marked(city)
    keys = new_sealing_keys(CORRECTION_KEYS.private)
    corrected = unmarked(uscc, key=keys.public)
    with pytest.raises(UnknownSealingKeyError):
        await hear(city, corrected)
    await heard_here.say(corrected)
    assert [kind for kind, _ in await heard_here.letters()] != []
    assert (await said_about(city.office, uscc)).answers == []
    assert await stored_states(city.office) == {}
    object.__setattr__(city.office.resources, "seals", SealOpener(keys.private))
    await hear(city, corrected)
    assert [outcome for outcome, _, _ in (await said_about(city.office, uscc)).answers] == ["changed"]


async def test_no_figure_of_an_accepted_correction_is_in_events_or_audit(city: StagedCity) -> None:
    uscc = await marked(city)
    await hear(city, correction(uscc, "tax", {"tax_paid": SECRET}, year=2025))
    rows = [*await city.office.sql("select * from audit_entry"), *await city.office.sql("select value from outbox")]
    assert not any(SECRET in str(dict(row)) or "7654321" in str(dict(row)) for row in rows)


# -- what would make the type worse ---------------------------------------------------------------------------------


async def development_household(city: StagedCity) -> str:
    """A household of the best type."""
    page = await city.office.get(f"/v1/runs/{city.last}/results", type="development", limit=1)
    return str(page.json()["items"][0]["uscc"])


def marked_rightly(uscc: str) -> EvidenceCorrected:
    """The household should have been marked as abnormal."""
    return correction(uscc, "credit", {"abnormal": "true", "seriously_dishonest": "false"})


def told(corrected: EvidenceCorrected) -> EvidenceCorrected:
    """The same correction, sent again after the objector was told that the type would become worse."""
    return corrected.model_copy(update={"worse_told": True})


async def test_a_correction_that_makes_the_type_worse_is_applied_only_when_the_objector_was_told(
    heard_here: BusListener,
) -> None:
    city = heard_here.city
    uscc = await development_household(city)
    corrected = marked_rightly(uscc)
    await heard_here.say(corrected)
    assert (await said_about(city.office, uscc)).answers == [("worse", "development", "ineligible")]
    assert await type_of(city.office, uscc) == "development"
    for table in ("evidence_correction", "correction"):
        assert await city.office.sql(f"select 1 from {table}") == [], "nothing is kept of it"
    await publish_again(city)
    assert await type_of(city.office, uscc) == "development", "nor does a run follow it"
    await heard_here.say(told(corrected))
    said = await said_about(city.office, uscc)
    assert said.answers[1:] == [("changed", "development", "ineligible")]
    assert [one["type"] for one in said.of("TypingAdjusted")] == ["ineligible"]
    assert await stored_states(city.office) == {corrected.correction: "in-force"}
    await heard_here.say(corrected, told(corrected))
    assert len((await said_about(city.office, uscc)).answers) == 2, "it is in force and answered"
    await heard_here.say(lifting(corrected))
    assert (await said_about(city.office, uscc)).answers[2:] == [("changed", "ineligible", "development")]
    assert await heard_here.letters() == []
    entries = [row["action"] for row in await city.office.sql("select action from audit_entry order by seq")]
    assert [one for one in entries if one.startswith("correction:")] == [
        "correction:worse",
        "correction:take",
        "correction:lift",
    ]


async def test_each_sending_of_a_worse_correction_is_answered_and_a_lifting_of_it_finds_nothing(
    city: StagedCity,
) -> None:
    uscc = await development_household(city)
    corrected = marked_rightly(uscc)
    await hear(city, corrected, corrected, lifting(corrected))
    assert [outcome for outcome, _, _ in (await said_about(city.office, uscc)).answers] == ["worse", "worse", "refused"]
    assert await type_of(city.office, uscc) == "development"


async def test_lifting_a_correction_may_take_away_what_it_gave(city: StagedCity) -> None:
    uscc = await marked(city)
    corrected = unmarked(uscc)
    await hear(city, corrected, lifting(corrected))
    assert await type_of(city.office, uscc) == "ineligible"


# -- several, and what else is known -------------------------------------------------------------------------------


async def test_several_corrections_and_a_late_report_all_count_and_each_keeps_its_reason(city: StagedCity) -> None:
    uscc = await household_with_defects(city, "base.abnormal", "base.not-reported")
    await hear(city, unmarked(uscc))
    assert await type_of(city.office, uscc) == "ineligible"
    await hear_report(city, uscc)
    assert await type_of(city.office, uscc) != "ineligible"
    await hear(city, correction(uscc, "tax", {"tax_paid": "0"}, year=2025, reason="异议成立：税额已更正"))
    assert await type_of(city.office, uscc) != "ineligible"
    assert set(await reasons_of(city.office, uscc)) == {REASON, REPORTED, "异议成立：税额已更正"}
    await assert_type_follows_from_facts(city.office, uscc)
    assert await apply_waiting_reports(city.office.resources) == 0
    await publish_again(city)
    assert await apply_waiting_reports(city.office.resources) == 1
    assert await type_of(city.office, uscc) != "ineligible"
    assert set(await reasons_of(city.office, uscc)) == {REASON, REPORTED, "异议成立：税额已更正"}


async def test_a_report_that_is_corrected_as_filed_in_time_is_not_made_late_by_the_late_one(city: StagedCity) -> None:
    uscc = await household_with_defects(city, "base.not-reported")
    figures = {"filed_on": "2026-06-01", "revenue": "500000", "employees": "3"}
    await hear(city, correction(uscc, "annual_report", figures, year=2025))
    await hear_report(city, uscc)
    facts, _ = await stored_facts(city, uscc)
    assert (facts["reported_on"], facts["revenue"]) == (dt.date(2026, 6, 1), 50_000_000)


async def test_of_two_corrections_of_one_row_the_later_one_counts_until_it_is_lifted(city: StagedCity) -> None:
    uscc = await marked(city)
    first = unmarked(uscc)
    second = correction(uscc, "credit", {"abnormal": "true", "seriously_dishonest": "false"}, reason="复核：确有异常")
    await hear(city, first, told(second))
    assert await type_of(city.office, uscc) == "ineligible"
    await hear(city, lifting(second))
    assert await type_of(city.office, uscc) != "ineligible"
    assert await reasons_of(city.office, uscc) == [REASON, "上级复核：更正依据不足"]


# -- lifted --------------------------------------------------------------------------------------------------------


async def test_a_lifted_correction_no_longer_counts(city: StagedCity) -> None:
    uscc = await marked(city)
    corrected = unmarked(uscc)
    await hear(city, corrected)
    kind = await type_of(city.office, uscc)
    await hear(city, lifting(corrected), lifting(corrected))
    assert await type_of(city.office, uscc) == "ineligible"
    said = await said_about(city.office, uscc)
    assert said.answers == [("changed", "ineligible", kind), ("changed", kind, "ineligible")]
    assert [one["lifted"] for one in said.of("CorrectionAnswered")] == [False, True]
    assert [one["reason"] for one in said.of("TypingAdjusted")] == [REASON, "上级复核：更正依据不足"]
    await assert_type_follows_from_facts(city.office, uscc)
    await publish_again(city)
    assert await type_of(city.office, uscc) == "ineligible"
    assert await apply_waiting_corrections(city.office.resources) == 0


async def test_what_a_runs_snapshot_holds_is_taken_out_when_it_is_lifted(city: StagedCity) -> None:
    """The bureau's own row is not in the snapshot: it is read again from what had been delivered."""
    uscc = await marked(city)
    corrected = unmarked(uscc)
    await hear(city, corrected)
    await publish_again(city)
    assert await type_of(city.office, uscc) != "ineligible"
    await hear(city, lifting(corrected))
    assert await type_of(city.office, uscc) == "ineligible"
    await assert_type_follows_from_facts(city.office, uscc)
    assert (await said_about(city.office, uscc)).answers[-1][0] == "changed"
    await publish_again(city, as_of="2026-07-03")
    assert await type_of(city.office, uscc) == "ineligible"


async def test_a_correction_that_is_lifted_while_its_run_is_a_draft_is_taken_out_after_publication(
    city: StagedCity,
) -> None:
    uscc = await marked(city)
    corrected = unmarked(uscc)
    await hear(city, corrected)
    again = await city.office.ordered(as_of="2026-07-02", maker="another")
    await city.office.work()
    await hear(city, lifting(corrected))
    assert (await city.office.publish(again)).status_code == 200
    assert await apply_waiting_corrections(city.office.resources) == 1
    assert await type_of(city.office, uscc) == "ineligible"
    assert await apply_waiting_corrections(city.office.resources) == 0


async def test_a_lifting_of_what_was_never_corrected_is_refused(city: StagedCity) -> None:
    uscc = await marked(city)
    await hear(city, lifting(unmarked(uscc)))
    assert (await said_about(city.office, uscc)).answers == [("refused", None, None)]


async def test_a_lifting_that_names_another_household_is_refused(city: StagedCity) -> None:
    uscc = await marked(city)
    corrected = unmarked(uscc)
    await hear(city, corrected)
    stranger = "92410103MA9999999X"
    await hear(city, lifting(corrected).model_copy(update={"uscc": stranger}))
    assert (await said_about(city.office, stranger)).answers == [("refused", None, None)]
    assert await type_of(city.office, uscc) != "ineligible"


# -- exactly once --------------------------------------------------------------------------------------------------


async def test_the_topic_read_again_from_its_beginning_answers_nothing_twice(heard_here: BusListener) -> None:
    office = heard_here.city.office
    uscc = await marked(heard_here.city)
    corrected = unmarked(uscc)
    taken, lifted = event_of(corrected), event_of(lifting(corrected))
    await heard_here.repeat(taken, lifted)
    before = (await said_about(office, uscc)).events
    await heard_here.repeat(taken, lifted, taken, lifted)
    async with office.resources.database.transaction() as session:
        await session.execute(text("DELETE FROM inbox"))  # its rows do not outlive everything
    await heard_here.repeat(taken, lifted)
    await heard_here.say(corrected, lifting(corrected))
    assert (await said_about(office, uscc)).events == before
    assert [outcome for outcome, _, _ in (await said_about(office, uscc)).answers] == ["changed", "changed"]
    assert await heard_here.letters() == []


# -- later runs ----------------------------------------------------------------------------------------------------


async def type_after_next_july(city: StagedCity) -> tuple[str, str]:
    """A household's type after its correction, and after next July's run."""
    uscc = await marked(city)
    await hear(city, unmarked(uscc))
    corrected = await type_of(city.office, uscc)
    runs = await city.office.close_reports(closed_on="2027-07-01")
    await city.office.work()
    answer = await city.office.publish(runs[-1])
    assert answer.status_code == 200, answer.text
    defects = {clause["clause"] for clause in (await explained(city.office, uscc))["sentences"]}
    assert ("base.abnormal" in defects) is (await type_of(city.office, uscc) == "ineligible" and bool(defects))
    return corrected, "abnormal" if "base.abnormal" in defects else "not abnormal"


@at_stage("next_year")
async def test_next_july_does_not_undo_a_correction(city: StagedCity) -> None:
    assert (await type_after_next_july(city))[1] == "not abnormal"


@at_stage("next_year")
async def test_a_correction_of_one_runs_facts_would_be_undone_by_the_next(
    city: StagedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: the correction is kept as facts of the run that is published, not as evidence."""

    async def none(*_: object) -> list[object]:
        return []

    monkeypatch.setattr(corrections_repository, "corrections_affecting", none)
    assert (await type_after_next_july(city))[1] == "abnormal"


async def test_another_run_of_the_year_does_not_undo_a_correction(city: StagedCity) -> None:
    uscc = await marked(city)
    await hear(city, unmarked(uscc))
    kind = await type_of(city.office, uscc)
    again = await publish_again(city)
    assert (await city.office.get(f"/v1/households/{uscc}", None)).json()["run"] == again
    assert await type_of(city.office, uscc) == kind
    assert len((await said_about(city.office, uscc)).answers) == 1


@at_stage("ordered")
async def test_a_run_that_is_taken_up_again_keeps_its_snapshot(city: StagedCity) -> None:
    office = city.office
    run = await office.stored(city.last)
    await STEPS[RunState.QUEUED](StepContext(office.resources, run))
    frozen = await office.stored(city.last)
    await hear(city, unmarked("92410103MA9999999X"))
    await office.work()
    drafted = await office.stored(city.last)
    assert drafted.snapshot == frozen.snapshot == snapshot_digest(office.resources.workspace.snapshot(drafted.id))
    assert drafted.state == RunState.DRAFT


async def test_two_runs_over_the_same_corrections_have_one_digest(city: StagedCity) -> None:
    await hear(city, unmarked(await marked(city)))
    first, second = [await city.office.ordered(as_of="2026-07-02", maker=f"maker-{i}") for i in range(2)]
    await city.office.work()
    assert (await city.office.stored(first)).digest == (await city.office.stored(second)).digest
    assert (await city.office.stored(first)).snapshot != (await city.office.stored(city.last)).snapshot


# -- files and readers ---------------------------------------------------------------------------------------------


async def test_the_files_of_a_correction_are_never_swept(city: StagedCity) -> None:
    uscc = await marked(city)
    await hear(city, unmarked(uscc))
    async with city.office.resources.database.session() as session:
        named = await referenced_files(session)
    store = city.office.resources.intake.store
    (row,) = await city.office.sql("select accepted_file, rejects_file, rejected_keys_file from evidence_correction")
    store.sweep(named, older_than=-1)
    assert all(store.path(name).exists() for name in row)
    await publish_again(city)


async def test_officers_and_the_bureau_concerned_see_corrections_of_their_region(city: StagedCity) -> None:
    uscc = await marked(city)
    corrected = unmarked(uscc)
    await hear(city, corrected, correction(uscc, "tax", {"tax_paid": SECRET}, year=2025))
    page = (await city.office.get("/v1/corrections")).json()["items"]
    assert [item["feed"] for item in page] == ["tax", "credit"]
    assert SECRET not in str(page)
    (one,) = (await city.office.get("/v1/corrections", objection=str(corrected.objection))).json()["items"]
    assert (one["id"], one["state"], one["reason"]) == (str(corrected.correction), "in-force", REASON)
    tax = city.office.as_(Role.BUREAU, department=Department.TAX)
    seen = (await city.office.client.get("/v1/corrections", headers=tax)).json()["items"]
    assert [item["feed"] for item in seen] == ["tax"]
    elsewhere = city.office.as_(Role.OFFICER, "12")
    assert (await city.office.client.get("/v1/corrections", headers=elsewhere)).json()["items"] == []
    assert (await city.office.client.get("/v1/corrections")).status_code == 401
