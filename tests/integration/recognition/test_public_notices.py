"""Public notices: whom they show, what an upheld objection does, and that no early word lets anybody through."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from services.recognition.deadlines import on_season_end
from services.recognition.decisions import cases
from services.recognition.examination import clearing
from services.recognition.season.models import Season
from services.recognition.season.service import SEASON_DEADLINE
from shared import clock
from shared.contracts.objection import ObjectionClosed, ObjectionFiled, ObjectionState, ObjectionUpheld
from shared.platform.identity import Role
from shared.worker.deadlines import Deadline
from tests.integration.recognition.examination_steps import bring_to_notice, open_notice
from tests.integration.recognition.recognition_client import COUNTY, uscc
from tests.integration.recognition.register_deliveries import deliver, penalties, penalty
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import DECIDES, VISITS, Walkthrough


async def upheld(
    walkthrough: Walkthrough, application: str, against: Any = "public-notice", reason: str = "所报荣誉不属于本人"
) -> None:
    """The objection service's word."""
    code = (await walkthrough.look(application)).json()["uscc"]
    said = ObjectionUpheld(
        objection=uuid4(),
        against=against,
        uscc=code,
        region=COUNTY,
        subject=UUID(application),
        reason=reason,
        revision=1,
    )
    await walkthrough.office.hear(said)


OBJECTION = uuid4()


async def told(
    walkthrough: Walkthrough, kind: type[ObjectionState], application: str, revision: int, **more: Any
) -> None:
    """The objection service tells of an objection to an application on notice."""
    code = (await walkthrough.look(application)).json()["uscc"]
    known = {"objection": OBJECTION, "receipt": "YY-1", "uscc": code, "region": COUNTY, "against": "public-notice"}
    state = kind.model_validate(known | {"subject": application, "revision": revision} | more)
    await walkthrough.office.hear(state)


FILED = {"filed_on": VISITS, "accept_by": None, "unverified": True}


async def sheet_of(walkthrough: Walkthrough, application: str) -> Any:
    return (await walkthrough.office.get(f"/v1/applications/{application}/decision")).json()


@at_stage("two before the notice")
async def test_whoever_is_fined_on_the_way_is_not_shown_until_it_is_repaired(
    walkthrough: Walkthrough, applications: list[str]
):
    """郑市监〔2025〕6号 三（二）1 A; whoever is on a notice is someone the bureau means to recognise."""
    one, other = applications
    fined, repaired = (penalties(penalty(1, published="2026-10-09", repaired=day)) for day in ("", "2026-10-10"))
    with clock.travel(VISITS):
        assert (await deliver(walkthrough.office, fined)).status_code == 201
    named = await open_notice(walkthrough, one, other)
    assert (named.status_code, named.json()["title"]) == (409, "有不符合认定条件的，不能公示")
    assert "罚款及以上" in named.json()["detail"]
    opened = (await open_notice(walkthrough)).json()
    assert [each["application"] for each in opened["barred"]] == [one]
    assert [each["uscc"] for each in opened["items"]] == [uscc(2)]
    assert (await open_notice(walkthrough)).status_code == 409
    with clock.travel(VISITS):
        assert (await deliver(walkthrough.office, repaired)).status_code == 201
    assert [each["uscc"] for each in (await open_notice(walkthrough)).json()["items"]] == [uscc(1)]


@at_stage("two before the notice")
async def test_only_the_application_that_is_objected_to_waits_and_the_sheet_says_why(
    walkthrough: Walkthrough, applications: list[str]
):
    one, other = applications
    notice = (await open_notice(walkthrough)).json()
    await told(walkthrough, ObjectionFiled, one, 1, **FILED)
    await walkthrough.end_notice(notice, held=[one])
    assert [(await walkthrough.look(each)).json()["step"] for each in (one, other)] == ["public-notice", "decision"]
    assert (await walkthrough.decide(other)).status_code == 201
    assert (await walkthrough.decide(one)).status_code == 409
    held = (await sheet_of(walkthrough, one))["notice"]
    assert (held["held"], held["label"]) == (True, "公示期满，待异议办结（受理编号：YY-1）")
    assert (await sheet_of(walkthrough, other))["notice"]["label"] == "公示无异议"
    seen = (await walkthrough.look(one)).json()["objections"]
    assert [(each["receipt"], each["stage_label"], each["is_open"]) for each in seen] == [("YY-1", "已提出", True)]
    await told(walkthrough, ObjectionClosed, one, 3, outcome="dismissed", changed=False, answer="不成立")
    await told(walkthrough, ObjectionFiled, one, 1, **FILED)
    with clock.travel(over(notice)):
        await walkthrough.clear(notice, held=[])
    settled = (await sheet_of(walkthrough, one))["notice"]
    assert (settled["held"], settled["label"]) == (False, "公示期满，异议已办结")
    public = await walkthrough.office.client.get(f"/v1/public-notices/{notice['id']}")
    assert (public.json()["state"], public.json()["state_label"]) == ("cleared", "公示期满，异议已办结")
    assert (await walkthrough.decide(one)).status_code == 201
    assert (await walkthrough.look(one)).json()["objections"][0]["is_open"] is False, "an older state comes too late"


@at_stage("before the notice")
async def test_an_operator_sees_that_an_objection_is_open_and_not_its_receipt(
    walkthrough: Walkthrough, applications: list[str]
):
    (one,) = applications
    await told(walkthrough, ObjectionFiled, one, 1, **FILED)
    headers = walkthrough.office.as_(Role.OPERATOR, number=1)
    seen = (await walkthrough.office.client.get(f"/v1/applications/{one}", headers=headers)).json()["objections"]
    assert [(each["receipt"], each["is_open"]) for each in seen] == [(None, True)]
    assert await walkthrough.office.sql("select * from inbox") == [], "states leave no row"


def nobody_is_held(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(cases, "is_held", lambda _case: False)


def a_word_is_for_good(patch: pytest.MonkeyPatch) -> None:
    async def once(session: Any, notice: Any, word: Any) -> None:
        if notice.open_objections is None:
            await apply(session, notice, word)

    apply = clearing.apply_word
    patch.setattr(clearing, "apply_word", once)


async def held_again(walkthrough: Walkthrough) -> int:
    """An application is free to be decided, held by an objection heard of later, and decided."""
    (one,), _ = await bring_to_notice(walkthrough, 1)
    notice = (await open_notice(walkthrough)).json()
    await walkthrough.end_notice(notice, held=[])
    with clock.travel(over(notice)):
        await walkthrough.clear(notice, held=[one])
    return (await walkthrough.decide(one)).status_code


async def test_nobody_is_recognised_while_an_objection_is_open(walkthrough: Walkthrough):
    assert await held_again(walkthrough) == 409


@pytest.mark.parametrize("fault", [nobody_is_held, a_word_is_for_good])
async def test_a_decision_that_forgets_the_hold_is_caught(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch, fault: Any
):
    fault(monkeypatch)
    assert await held_again(walkthrough) == 201


@at_stage("before the notice")
@pytest.mark.parametrize("minutes", [-4, 3])
async def test_a_word_that_comes_before_the_notice_is_closed_here_counts_once_it_is(
    walkthrough: Walkthrough, applications: list[str], minutes: int
):
    """The objection service's clock is a few minutes off; its worker was quicker than this one's."""
    (one,) = applications
    notice = (await open_notice(walkthrough)).json()
    midnight = dt.datetime.combine(over(notice), dt.time(), clock.CHINA)
    with clock.travel(midnight + dt.timedelta(minutes=minutes)):
        await walkthrough.clear(notice, held=[])
    assert (await walkthrough.look(one)).json()["step"] == "public-notice"
    with clock.travel(midnight + dt.timedelta(minutes=10)):
        await walkthrough.office.fire_deadlines()
    assert (await walkthrough.look(one)).json()["step"] == "decision"


@at_stage("two before the notice")
async def test_what_an_objection_holds_is_not_ended_by_the_season_and_decided_after_it(
    walkthrough: Walkthrough, applications: list[str]
):
    held, idle = applications
    notice = (await open_notice(walkthrough)).json()
    await walkthrough.end_notice(notice, held=[held])
    with clock.travel(dt.date(2026, 12, 1)):
        await walkthrough.office.fire_deadlines()
    stands = [(await walkthrough.look(each)).json() for each in (held, idle)]
    assert [(each["state"], each["state_label"]) for each in stands] == [
        ("in-progress", "办理中"),
        ("refused", "本季未获认定"),
    ]
    with clock.travel(dt.date(2026, 12, 20)):
        await walkthrough.clear(notice, held=[])
    assert (await walkthrough.decide(held, on=dt.date(2026, 12, 21))).status_code == 201


async def held_beyond_the_season(walkthrough: Walkthrough) -> tuple[str, list[str], dict[str, Any]]:
    """One application that an objection holds when the season ends; two that wait on the reserve; its notice."""
    (held, granted), waiting = await bring_to_notice(walkthrough, 1, 2, 3, 4, reserve=2)
    notice = (await open_notice(walkthrough)).json()
    await walkthrough.end_notice(notice, held=[held])
    assert (await walkthrough.decide(granted, on=dt.date(2026, 11, 20))).status_code == 201
    with clock.travel(dt.date(2026, 12, 1)):
        await walkthrough.office.fire_deadlines()
    return held, waiting, notice


async def states_of(walkthrough: Walkthrough, applications: Sequence[str]) -> list[str]:
    """Where the applications stand."""
    return [(await walkthrough.look(one)).json()["state"] for one in applications]


async def test_after_the_season_as_many_wait_on_the_reserve_as_are_held_with_a_place(walkthrough: Walkthrough):
    held, waiting, notice = await held_beyond_the_season(walkthrough)
    assert await states_of(walkthrough, waiting) == ["reserve", "refused"]
    with clock.travel(dt.date(2026, 12, 20)):
        await walkthrough.clear(notice, held=[])
    assert (await walkthrough.decide(held, on=dt.date(2026, 12, 21))).status_code == 201
    with clock.travel(dt.date(2026, 12, 22)):
        await walkthrough.office.fire_deadlines()
    assert await states_of(walkthrough, waiting) == ["refused", "refused"], "nobody is left whose place could be free"
    assert len(await walkthrough.office.events("ApplicationNotSelected")) >= 2


async def test_whoever_waited_on_the_reserve_is_recognised_after_the_season_for_one_whose_objection_was_upheld(
    walkthrough: Walkthrough,
):
    held, (first, _), _ = await held_beyond_the_season(walkthrough)
    with clock.travel(dt.date(2026, 12, 20)):
        await upheld(walkthrough, held)
        await walkthrough.office.fire_deadlines()
    assert await states_of(walkthrough, [held, first]) == ["refused", "in-progress"]


@at_stage("two before the notice")
async def test_a_notice_and_a_refusal_name_the_officers_who_made_them_and_no_operator(
    walkthrough: Walkthrough, applications: list[str]
):
    one, _ = applications
    await open_notice(walkthrough)
    (opened,) = await walkthrough.office.events("PublicNoticeOpened")
    assert {"reviewer", "visitor", "asker"} < set(opened["data"]["makers"])
    assert not [who for who in opened["data"]["makers"] if who.startswith(("operator", "clock", "bus"))]
    await upheld(walkthrough, one)
    (refused,) = await walkthrough.office.events("ApplicationRefused")
    assert refused["data"]["makers"] == opened["data"]["makers"]
    assert refused["data"]["decided_by_region"] == COUNTY, "nobody acted, and the county decides"


@at_stage("two before the notice")
async def test_a_season_that_ends_before_its_notice_is_closed_refuses_nobody_on_it(
    walkthrough: Walkthrough, applications: list[str]
):
    """Both last days are over at one midnight; nothing orders the two deadlines."""
    held, free = applications
    notice = (await open_notice(walkthrough)).json()
    last = dt.date.fromisoformat(notice["closes_on"])
    async with walkthrough.office.resources.database.transaction() as session:
        await session.execute(update(Season).values(decisions_until=last))
    with clock.travel(last + dt.timedelta(days=1)):
        ended = Deadline(SEASON_DEADLINE, walkthrough.season["id"], clock.now())
        async with walkthrough.office.resources.database.transaction() as session:
            await on_season_end(session, ended)
        await walkthrough.office.fire_deadlines()
        await walkthrough.clear(notice, held=[held])
    assert [(await walkthrough.look(one)).json()["state"] for one in (held, free)] == ["in-progress"] * 2
    assert (await walkthrough.decide(free, on=last + dt.timedelta(days=2))).status_code == 201
    with clock.travel(last + dt.timedelta(days=2)):
        await walkthrough.clear(notice, held=[])
    assert (await walkthrough.decide(held, on=last + dt.timedelta(days=2))).status_code == 201


async def test_an_upheld_objection_refuses_its_household_and_calls_up_the_reserve(walkthrough: Walkthrough):
    (one, other), (waiting,) = await bring_to_notice(walkthrough, 1, 2, 3, reserve=1)
    notice = (await open_notice(walkthrough)).json()
    await upheld(walkthrough, one)
    refused = (await walkthrough.look(one)).json()
    assert (refused["state"], refused["reason"]) == ("refused", "公示期间的异议成立：所报荣誉不属于本人")
    (event,) = await walkthrough.office.events("ApplicationRefused")
    assert event["subject"] == refused["uscc"]
    assert (await walkthrough.look(waiting)).json()["step"] == "site-visit"
    await walkthrough.end_notice(notice)
    assert (await walkthrough.decide(other)).status_code == 201
    assert (await walkthrough.decide(one)).status_code == 409


@at_stage("before the notice")
async def test_it_is_refused_only_once_and_only_for_an_objection_to_the_notice(
    walkthrough: Walkthrough, applications: list[str]
):
    (one,) = applications
    await open_notice(walkthrough)
    for against in ("typing", "cancellation", "revocation"):
        await upheld(walkthrough, one, against)
    assert (await walkthrough.look(one)).json()["state"] == "in-progress"
    await upheld(walkthrough, one)
    await upheld(walkthrough, one)
    assert len(await walkthrough.office.events("ApplicationRefused")) == 1


@at_stage("before the notice")
async def test_the_longest_reason_of_an_objection_is_heard(walkthrough: Walkthrough, applications: list[str]):
    (one,) = applications
    await open_notice(walkthrough)
    await upheld(walkthrough, one, reason="虚" * 2000)
    assert (await walkthrough.look(one)).json()["reason"] == f"公示期间的异议成立：{'虚' * 2000}"
    (event,) = await walkthrough.office.events("ApplicationRefused")
    assert (len(event["data"]["reason"]), event["data"]["reason"][-2:]) == (2000, "虚…")


@at_stage("two to be decided")
async def test_a_word_that_comes_after_the_notice_was_cleared_counts_as_well(
    walkthrough: Walkthrough, applications: list[str]
):
    one, two = applications
    await upheld(walkthrough, one)
    assert (await walkthrough.look(one)).json()["state"] == "refused"
    assert (await walkthrough.decide(two)).status_code == 201
    await upheld(walkthrough, two)
    (row,) = await walkthrough.office.sql("select state, concerns from recognition")
    assert row["state"] == "valid"
    assert "公示期间的异议成立" in row["concerns"]


async def at_the_same_instant(walkthrough: Walkthrough, numbers: range) -> None:
    """An objection is upheld while a decider decides: refused, or recognised and put before an officer; never both."""
    ids = await walkthrough.to_decision(*numbers)
    with clock.travel(DECIDES):
        await asyncio.gather(*(act for one in ids for act in (walkthrough.decide(one), upheld(walkthrough, one))))
    rows = await walkthrough.office.sql(
        "select a.state as stands, r.state, r.concerns from application a "
        "left join recognition r on r.application_id = a.id"
    )
    for row in rows:
        assert row["stands"] == ("refused" if row["state"] is None else "recognised")
        assert row["state"] is None or "异议成立" in row["concerns"]


async def test_an_objection_and_a_decision_in_the_same_instant(walkthrough: Walkthrough):
    await at_the_same_instant(walkthrough, range(1, 7))


async def test_whoever_withdrew_or_was_refused_is_shown_no_longer(walkthrough: Walkthrough):
    (one, two, three), _ = await bring_to_notice(walkthrough, 1, 2, 3)
    notice = (await open_notice(walkthrough)).json()
    assert len(notice["items"]) == 3
    await upheld(walkthrough, one)
    gone = (await walkthrough.look(two)).json()
    headers = walkthrough.office.as_(Role.OPERATOR, number=int(gone["uscc"][-8:])) | {"If-Match": "*"}
    answer = await walkthrough.office.client.post(f"/v1/applications/{two}/withdrawal", headers=headers)
    assert answer.status_code == 200, answer.text
    left = (await walkthrough.look(three)).json()["uscc"]
    public = await walkthrough.office.client.get(f"/v1/public-notices/{notice['id']}")
    assert left in public.text
    assert gone["uscc"] not in public.text
    assert (await walkthrough.look(one)).json()["uscc"] not in public.text


@at_stage("two before the notice")
async def test_a_notice_may_show_only_some_so_that_an_objection_holds_nobody_else_up(
    walkthrough: Walkthrough, applications: list[str]
):
    one, two = applications
    first, second = (await open_notice(walkthrough, one)).json(), (await open_notice(walkthrough, two)).json()
    assert [len(notice["items"]) for notice in (first, second)] == [1, 1]
    again = await open_notice(walkthrough, one)
    assert (again.status_code, one in again.json()["detail"]) == (409, True)
    await walkthrough.end_notice(first, objections=1)
    await walkthrough.end_notice(second)
    assert (await walkthrough.decide(one)).status_code == 409
    assert (await walkthrough.decide(two)).status_code == 201


@at_stage("before the notice")
async def test_a_word_before_the_last_day_lets_nobody_through(walkthrough: Walkthrough, applications: list[str]):
    (one,) = applications
    notice = (await open_notice(walkthrough)).json()
    with clock.travel(VISITS):
        await walkthrough.clear(notice)
    with clock.travel(over(notice)):
        await walkthrough.office.fire_deadlines()
        assert (await walkthrough.decide(one)).status_code == 409
        await walkthrough.clear(notice)
    assert (await walkthrough.decide(one)).status_code == 201


def over(notice: dict[str, Any]) -> dt.date:
    """The day after a notice's last."""
    return dt.date.fromisoformat(notice["closes_on"]) + dt.timedelta(days=1)


@at_stage("before the notice")
async def test_a_word_of_before_the_last_day_s_end_that_is_heard_after_it_lets_nobody_through(
    walkthrough: Walkthrough, applications: list[str]
):
    (one,) = applications
    notice = (await open_notice(walkthrough)).json()
    with clock.travel(over(notice)):
        await walkthrough.office.fire_deadlines()
    with clock.travel(VISITS):
        await walkthrough.clear(notice)
    assert (await walkthrough.look(one)).json()["step"] == "public-notice"
    (row,) = await walkthrough.office.sql("select state, open_objections from public_notice")
    assert (row["state"], row["open_objections"]) == ("closed", None)


@at_stage("two before the notice")
async def test_an_objection_that_is_heard_of_after_the_clearing_holds_decisions_up_until_it_is_settled(
    walkthrough: Walkthrough,
    applications: list[str],
):
    one, two = applications
    first, second = (await open_notice(walkthrough, one)).json(), (await open_notice(walkthrough, two)).json()
    for notice in (first, second):
        await walkthrough.end_notice(notice)
    with clock.travel(over(first)):
        await walkthrough.clear(first, 1)
    held = await walkthrough.decide(one)
    assert (held.status_code, held.json()["title"]) == (409, "公示异议尚未办结")
    assert (await walkthrough.decide(two)).status_code == 201
    with clock.travel(over(first)):
        await walkthrough.clear(first)
    assert (await walkthrough.decide(one)).status_code == 201
