"""Deciding: proposed and decided by two people who took no part, carried out, closed once with an honest answer."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from services.objection.corrections import service as correction_service
from services.objection.decisions import conclusion
from services.objection.examination import participation
from services.objection.objections.applied_rules import AppliedRules
from services.objection.objections.domain import Ground
from services.objection.objections.models import Objection
from services.objection.rules.domain import GroundKind
from shared import clock
from shared.contracts.objection import SealedCorrection
from shared.platform.identity import Role
from shared.platform.sealed_messages import SealOpener
from tests.fixtures.correction_keys import CORRECTION_KEYS
from tests.fixtures.papers import text_of
from tests.integration.objection.decision_steps import (
    against_refusal,
    answered,
    applied,
    approve,
    approved,
    corrected_for,
    propose,
    proposed,
    sent,
    upheld,
)
from tests.integration.objection.handled_objections import Handled, accepted
from tests.integration.objection.objection_client import ObjectionClient, operator, run_published
from tests.integration.objection.verification_steps import answer, asked, tax_row


async def test_a_dismissed_objection_is_answered_and_closed_at_once(office: ObjectionClient):
    handled = await accepted(office)
    await approved(handled, await proposed(handled, articles=["三（一）1 成长型"]))
    shown = await handled.view("objector")
    assert (shown["state"], shown["outcome"], shown["changed"]) == ("closed", "dismissed", False)
    for said in ("分型结果", "核实无误", "三（一）1 成长型", "三（一）2 异议处理", "维持不变", "行政复议", "未核对"):
        assert said in shown["answer"], said
    names = [event["type"].split(".")[3] for event in await office.events()]
    assert names[-2:] == ["ObjectionDismissed", "ObjectionClosed"]


async def test_an_upheld_typing_objection_sends_its_corrected_row_for_typing_alone(office: ObjectionClient):
    handled = await upheld(office)
    assert (await handled.view())["state"] == "upheld"
    (corrected,) = await office.events("EvidenceCorrected")
    (said,) = await office.events("ObjectionUpheld")
    (item,) = await office.events("CorrectionItemOpened")
    assert (said["data"]["corrected"], said["data"]["subject"], item["data"]["department"]) == (True, None, "tax")
    inside = SealOpener(CORRECTION_KEYS.private).open(corrected["data"]["sealed"], SealedCorrection)
    assert inside.row == tax_row(handled.number)
    assert str(inside.correction) == corrected["data"]["correction"]
    assert "30000" not in str(await office.events())


@pytest.mark.parametrize(
    ("outcome", "changed", "words"),
    [
        ("changed", True, "由“生存型”调整为“成长型”"),
        ("unchanged", False, "没有因此变化"),
        ("waits", False, "下一次分型时采用"),
        ("refused", False, "未能采用：不是这一户的数据"),
    ],
)
async def test_the_answer_says_honestly_what_came_of_the_correction(
    office: ObjectionClient, outcome: str, changed: bool, words: str
):
    handled = await upheld(office)
    (correction,) = await sent(office)
    reason = "不是这一户的数据" if outcome == "refused" else None
    await office.hear(answered(handled, correction, outcome, reason=reason))
    shown = await handled.view("objector")
    assert (shown["state"], shown["changed"]) == ("closed", changed)
    assert words in shown["answer"]
    assert "漏报一笔" in shown["answer"], "what the department said goes to the objector"
    (closed,) = await office.events("ObjectionClosed")
    assert words in closed["data"]["answer"]
    assert "漏报一笔" not in closed["data"]["answer"], "but not to the public"


async def test_a_type_that_became_worse_is_said_to_be_worse(office: ObjectionClient):
    handled = await upheld(office)
    (correction,) = await sent(office)
    await office.hear(answered(handled, correction, type="survival", previous_type="development"))
    assert "比原结果差" in (await handled.view("objector"))["answer"]


async def closed_once(office: ObjectionClient) -> None:
    """Invariant O2, this service's part: two corrections are answered, twice, together, in any order, with old news."""
    handled = await upheld(office, feeds=(2025, 2024))
    first, second = await sent(office)
    await office.hear(answered(handled, first, "unchanged", lifted=True))
    await office.hear(answered(handled, second, "unchanged"))
    assert (await handled.view())["state"] == "upheld", "one of two has been answered"
    await office.hear(answered(handled, second, "changed"))
    assert (await handled.view())["state"] == "upheld", "the same one again"
    await asyncio.gather(*(office.hear(answered(handled, first)) for _ in range(4)))
    await office.hear(answered(handled, second, "refused"), answered(handled, first, "refused"))
    shown = await handled.view()
    assert (shown["state"], shown["changed"]) == ("closed", True)
    assert len(await office.events("ObjectionClosed")) == 1


async def test_an_upheld_objection_is_closed_exactly_once_whatever_comes_twice_or_late(office: ObjectionClient):
    await closed_once(office)


@pytest.mark.parametrize("naive", ["on the first answer", "without looking who has answered"])
async def test_closing_too_early_would_be_noticed(office: ObjectionClient, monkeypatch: pytest.MonkeyPatch, naive: str):
    if naive == "on the first answer":
        monkeypatch.setattr(conclusion, "is_complete", lambda *_args, **_kwargs: True)
    else:
        rightly = correction_service.record_answer
        counted: list[object] = []

        async def counting(session: Any, said: Any) -> object:
            counted.append(said)
            return await rightly(session, said) or said

        monkeypatch.setattr(correction_service, "record_answer", counting)
        monkeypatch.setattr(conclusion, "is_complete", lambda *_args, **_kwargs: len(counted) >= 2)
    with pytest.raises(AssertionError):
        await closed_once(office)


async def test_recognition_answers_what_is_not_a_typing_result(office: ObjectionClient):
    handled = await against_refusal(office)
    await approved(handled, await proposed(handled, outcome="upheld", reason="评分有误"))
    (said,) = await office.events("ObjectionUpheld")
    assert (said["data"]["against"], said["data"]["corrected"]) == ("refusal", False)
    assert (await handled.view())["state"] == "upheld"
    for _ in range(2):
        await office.hear(applied(handled, "reopened"))
    shown = await handled.view("objector")
    assert (shown["state"], shown["changed"]) == ("closed", True)
    assert "申报已恢复办理" in shown["answer"]
    assert len(await office.events("ObjectionClosed")) == 1


async def test_an_objection_that_both_have_to_answer_waits_for_both(office: ObjectionClient):
    handled = await against_refusal(office)
    used = await corrected_for(handled, 2025)
    await approved(handled, await proposed(handled, outcome="upheld", reason="税务数据有误", verifications=[used]))
    (correction,) = await sent(office)
    await office.hear(applied(handled, "reopened"))
    assert (await handled.view())["state"] == "upheld"
    await office.hear(answered(handled, correction, "unchanged"))
    shown = await handled.view("objector")
    assert (shown["state"], shown["changed"]) == ("closed", True)
    assert "没有因此变化" in shown["answer"]


async def test_what_recognition_could_not_change_is_said(office: ObjectionClient):
    handled = await against_refusal(office)
    await approved(handled, await proposed(handled, outcome="upheld", reason="评分有误"))
    await office.hear(applied(handled, "unchanged", "认定季已经结束"))
    shown = await handled.view("objector")
    assert (shown["changed"], "未能变更：认定季已经结束" in shown["answer"]) == (False, True)


async def entered_by(handled: Handled) -> list[str]:
    """Who filed the objection, or took it at the counter."""
    return [row["entered_by"] for row in await handled.office.sql("select entered_by from objection")]


async def test_whoever_objects_does_not_propose_on_it_with_another_role(office: ObjectionClient) -> None:
    """One account may be the household's operator and an officer of the bureau that decides."""
    handled = await accepted(office)
    etag = str((await handled.view("decider"))["etag"])
    body = {"objection": str(handled.id), "outcome": "dismissed", "reason": "核实无误，标准适用正确"}
    both = {"subject": "both", "operator_ref": operator(handled.number), "roles": ["officer", "operator"]}
    refused = await office.post("/v1/decisions", body, Role.OFFICER, handled.decider, match=etag, **both)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/took-part")
    assert "异议人" in refused.json()["detail"]


async def nobody_decides_on_their_own_work(office: ObjectionClient) -> None:
    """Who decided what is objected to, published the run, verified or proposed neither proposes nor decides."""
    handled = await against_refusal(office)
    handled.people |= {"decider": "li", "approver": "li"}
    refused = await propose(handled)
    assert refused.status_code == 403
    assert refused.json()["type"] == "/problems/took-part"
    assert "被异议的决定" in refused.json()["detail"]
    for person in await entered_by(handled):
        handled.people["decider"] = person
        refused = await propose(handled)
        assert (refused.status_code, "登记了这件异议" in refused.json()["detail"]) == (403, True)
    handled.people["decider"] = "wang"
    decision = await proposed(handled)
    for person, what in (("li", "被异议的决定"), ("wang", "处理意见")):
        handled.people["approver"] = person
        refused = await approve(handled, decision)
        assert refused.status_code == 403, person
        assert what in refused.json()["detail"]
    handled.people["approver"] = "zhao"
    await approved(handled, decision)


async def test_nobody_who_took_part_decides_and_is_told_why(office: ObjectionClient):
    await nobody_decides_on_their_own_work(office)


async def test_a_check_that_forgets_who_took_part_would_be_noticed(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(participation, "part_taken", lambda *_: None)
    with pytest.raises(AssertionError):
        await nobody_decides_on_their_own_work(office)


async def test_who_published_the_run_or_verified_does_not_decide(office: ObjectionClient):
    await office.hear(run_published(), actor="publisher")
    handled = await accepted(office)
    question = await asked(handled)
    done = await answer(office, question, {"finding": "confirmed"}, subject="verifier")
    assert done.status_code == 200
    decision = await proposed(handled)
    for person, what in (("publisher", "分型结果"), ("verifier", "核实")):
        handled.people["approver"] = person
        refused = await approve(handled, decision)
        assert (refused.status_code, what in refused.json()["detail"]) == (403, True), person


async def test_a_proposal_is_sent_back_with_a_reason_and_made_again(office: ObjectionClient):
    handled = await accepted(office)
    decision = await proposed(handled)
    back = await handled.do("approver", f"/v1/decisions/{decision['id']}/return", {"reason": "请先核实参保人数"})
    assert (back.status_code, back.json()["state"]) == (200, "sent-back")
    assert (await handled.view())["state"] == "accepted"
    again = await approve(handled, decision)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/state")
    await approved(handled, await proposed(handled))
    listed = await office.get(f"{handled.path}/decisions", Role.AUDITOR, handled.decider)
    assert [one["state"] for one in listed.json()] == ["sent-back", "decided"]


@pytest.mark.parametrize(
    ("changed", "slug"),
    [
        ({"outcome": "upheld"}, "nothing-to-correct"),
        ({"outcome": "upheld", "verifications": ["00000000-0000-4000-8000-000000000000"]}, "correction-unusable"),
        ({"worse": True}, "worse-only-upheld"),
        ({"interpretation": "no-such-phrase", "reading": "zero"}, "reading-missing"),
    ],
)
async def test_a_proposal_that_would_change_nothing_is_refused(
    office: ObjectionClient, changed: dict[str, Any], slug: str
):
    refused = await propose(await accepted(office), **changed)
    assert (refused.status_code, refused.json()["type"]) == (422, f"/problems/{slug}")


async def test_a_verification_that_corrected_nothing_or_twice_the_same_row_is_not_used(office: ObjectionClient):
    handled = await accepted(office)
    confirmed = await asked(handled)
    await answer(office, confirmed, {"finding": "confirmed"})
    refused = await propose(handled, outcome="upheld", verifications=[confirmed["id"]])
    assert refused.json()["type"] == "/problems/correction-unusable"
    used = [await corrected_for(handled, 2025) for _ in range(2)]
    refused = await propose(handled, outcome="upheld", verifications=used)
    assert refused.json()["type"] == "/problems/correction-unusable"


async def worse(office: ObjectionClient) -> tuple[Handled, dict[str, Any]]:
    handled = await accepted(office)
    used = await corrected_for(handled, 2025)
    return handled, await proposed(handled, outcome="upheld", reason="已更正", verifications=[used], worse=True)


async def test_what_may_be_worse_for_the_objector_is_told_before_and_can_still_be_withdrawn(office: ObjectionClient):
    handled, decision = await worse(office)
    early = await approve(handled, decision)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/worse-not-told")
    told = await handled.do("decider", f"/v1/decisions/{decision['id']}/warning", {"text": "更正后可能调整为生存型"})
    assert told.status_code == 200, told.text
    shown = await handled.view("objector")
    assert (shown["warning"], "withdraw" in {one["step"] for one in shown["next_steps"]}) == (
        "更正后可能调整为生存型",
        True,
    )
    same_day = await approve(handled, decision)
    assert (same_day.status_code, same_day.json()["type"]) == (409, "/problems/worse-not-told")
    with clock.travel(dt.date.fromisoformat(told.json()["decide_after"]) + dt.timedelta(days=1)):
        await approved(handled, decision)


async def disputed(office: ObjectionClient, number: int = 1) -> tuple[Handled, str, str, str]:
    """An objection about a phrase that the province decides; the phrase, its reading, another one."""
    handled = await accepted(office, number)
    async with office.resources.database.session() as session:
        rules = await AppliedRules.of(session, await session.get_one(Objection, handled.id))
    point = next(
        one for one in rules.policy.interpretations.values() if one.level == "province" and len(one.readings) > 1
    )
    other = next(name for name in point.readings if name != point.chosen)
    async with office.resources.database.transaction() as session:
        objection = await session.get_one(Objection, handled.id, with_for_update=True)
        objection.grounds = (Ground(GroundKind.READING, point.id),)
    return handled, point.id, point.chosen, other


async def test_a_dispute_about_a_reading_is_decided_by_whom_the_policy_names_and_says_which_reading(
    office: ObjectionClient,
):
    handled, phrase, chosen, other = await disputed(office)
    assert (await propose(handled)).json()["type"] == "/problems/reading-missing"
    crossed = await propose(handled, outcome="upheld", interpretation=phrase, reading=chosen)
    assert crossed.json()["type"] == "/problems/reading-missing"
    handled.decider = "4101"
    elsewhere = await propose(handled, outcome="upheld", interpretation=phrase, reading=other)
    assert (elsewhere.status_code, elsewhere.json()["type"]) == (403, "/problems/reading-decided-elsewhere")
    handled.decider = "41"
    await approved(
        handled, await proposed(handled, outcome="upheld", reason="文义如此", interpretation=phrase, reading=other)
    )
    shown = await handled.view("objector")
    assert (shown["state"], shown["outcome"], shown["changed"]) == ("closed", "upheld", False)
    assert "改采的读法自按其重新分型并发布之日起适用" in shown["answer"]
    (said,) = await office.events("ObjectionUpheld")
    assert said["data"]["corrected"] is False
    assert await office.events("EvidenceCorrected") == []


async def test_the_decision_rests_on_the_version_that_was_read(office: ObjectionClient):
    handled = await accepted(office)
    decision = await proposed(handled)
    stale = await handled.do("approver", f"/v1/decisions/{decision['id']}/approval", match='"1"')
    assert stale.status_code == 412
    answers = await asyncio.gather(*(approve(handled, decision) for _ in range(3)))
    assert sorted(one.status_code for one in answers)[0] == 200
    assert len(await office.events("ObjectionDismissed")) == 1


@pytest.mark.papers
async def test_the_answer_is_printed_for_the_objector_once_there_is_one(office: ObjectionClient):
    handled = await accepted(office)
    path, who = f"{handled.path}/answer/paper", handled.who("decider")
    early = await office.get(path, **who)
    assert (early.status_code, early.json()["title"]) == (409, "还没有答复")
    await approved(handled, await proposed(handled))
    printed = await office.get(path, **who)
    assert (printed.status_code, printed.headers["Content-Type"]) == (200, "application/pdf"), printed.text
    text = text_of(printed.content)
    for said in ("异议处理答复书", (await handled.view())["receipt"], "维持不变", "行政复议"):
        assert said in text, said
    (entry,) = await office.sql("select subject from audit_entry where action = 'objection:print'")
    assert entry["subject"] == str(handled.id)
