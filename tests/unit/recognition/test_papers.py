"""What papers say before they are set: only what was entered and decided; the rest is left blank."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from services.recognition.applications.domain import ApplicationState, Recheck
from services.recognition.applications.models import Application, PublicNotice
from services.recognition.applications.workflow import mark_refused
from services.recognition.lifecycle.domain import (
    EndDecision,
    ProceedingState,
    ProposedEnd,
    Remedy,
    ServedNotice,
    ServiceForm,
    Statement,
)
from services.recognition.lifecycle.models import EndProceeding
from services.recognition.lifecycle.problems import NothingDecided, NotProposed
from services.recognition.lifecycle.proceedings import ServiceOrder, served_document
from services.recognition.papers.basis import granted_until
from services.recognition.papers.bureaus import only_bureau
from services.recognition.papers.case_file import case_file_paper, part
from services.recognition.papers.end_papers import EndPaper, EndPeriods, end_paper
from services.recognition.papers.life_events import events_of
from services.recognition.papers.problems import ProposalDropped
from services.recognition.papers.procedure_rows import purpose_words, score_rows
from services.recognition.papers.public_notices import public_notice_paper
from services.recognition.papers.recognition_lists import recognition_list_paper
from services.recognition.papers.refusals import refusal_paper
from services.recognition.papers.repository import Granted, Life, Procedure
from services.recognition.recognitions.domain import RecognitionState
from services.recognition.recognitions.models import Evaluation, Recognition
from services.recognition.rules.claims import Claims
from services.recognition.rules.domain import PathKind
from services.recognition.rules.procedure import ProcedureTerms
from services.recognition.rules.service import shipped_policy
from services.recognition.scoring.domain import LineKind, ScoreLine, ScoreResult
from services.recognition.scoring.people import MeetingDecision
from services.recognition.season.models import Season
from shared import clock
from shared.law.model.recognition import Category, StepKind
from shared.papers.typesetting import Paper
from shared.platform.identity import Caller, Role
from shared.platform.system_callers import CLOCK
from shared.reference.departments import Department

BUREAU = "郑州市金水区市场监督管理局"
TERMS = ProcedureTerms(10, 5, 60, 6, frozenset({"defence_days"}))
VERIFIED = ProcedureTerms(10, 5, 60, 6, frozenset())
PERIODS = EndPeriods(TERMS, 5, dt.date(2030, 3, 9))
ZHENGZHOU = shipped_policy("zhengzhou-2025")
OFFICER = Caller("officer", frozenset({Role.OFFICER}), "410105")
SERVED = ServiceOrder("告知〔2027〕1号", dt.date(2027, 3, 1), ServiceForm.LETTER)
TOLD = ServedNotice(served_document(SERVED, OFFICER), dt.date(2027, 3, 8), True)
DECIDED = EndDecision(
    "撤销〔2027〕1号",
    "弄虚作假",
    "不予采纳",
    (Remedy("行政复议", "自收到决定之日起 60 日内", True),),
    "decider",
    "410105",
    dt.date(2027, 3, 9),
    RecognitionState.VALID,
)


def recognition() -> Recognition:
    return Recognition(
        id=uuid.uuid4(),
        county="410105",
        uscc="92410105MA00000001",
        name="甲店",
        category=Category.DISTINCTIVE,
        granted_on=dt.date(2026, 11, 25),
        certificate="0123456789ABCDEF0123",
        decided_by_region="410105",
    )


def proceeding(what: ProposedEnd = ProposedEnd.REVOCATION, **known: Any) -> EndProceeding:
    said: dict[str, Any] = {"facts": "证书系伪造", "reason": "弄虚作假", "citations": ("三（二）2",), "statements": ()}
    said |= {"state": ProceedingState.PROPOSED, "proposed_on": dt.date(2027, 2, 1)}
    return EndProceeding(what=what, **(said | known))


def refused(path: PathKind = PathKind.APPLICATION, bureau: str = "4101", **known: Any) -> Application:
    said: dict[str, Any] = {"county": "410105", "uscc": "92410105MA00000001", "name": "甲店", "step": StepKind.DECISION}
    said |= {"claims": Claims(category=Category.RENOWNED), "judged": Recheck(), "state": ApplicationState.IN_PROGRESS}
    said |= {"unplaced": False, "version": 1, "submitted_at": dt.datetime(2026, 9, 1, tzinfo=clock.CHINA)}
    application = Application(path=path, **(said | known))
    mark_refused(application, "不符合标准", CLOCK, bureau)
    return application


def sections(paper: Paper) -> dict[str, list[list[str | None]]]:
    found: Any = paper.data["sections"]
    return {one["title"]: one["blocks"] for one in found}


def test_a_notice_before_its_service_has_no_number_no_day_and_only_periods_that_a_text_gives() -> None:
    paper = end_paper(EndPaper.NOTICE, recognition(), [proceeding()], PERIODS)
    assert (paper.data["issuer"], paper.data["number"], paper.data["day"]) == (BUREAU, None, None)
    assert ["请在收到本告知书之日起", None, "个工作日内提出。"] in sections(paper)["你的权利"]
    verified = end_paper(EndPaper.NOTICE, recognition(), [proceeding()], EndPeriods(VERIFIED, 5, None))
    assert ["请在收到本告知书之日起", "5", "个工作日内提出。"] in sections(verified)["你的权利"]


def test_once_served_it_names_the_recorded_day_until_which_one_may_state() -> None:
    paper = end_paper(EndPaper.NOTICE, recognition(), [proceeding(notice=TOLD)], PERIODS)
    assert (paper.data["number"], paper.data["day"]) == ("告知〔2027〕1号", "2027年3月1日")
    assert ["请在2027年3月8日以前（含当日）提出。"] in sections(paper)["你的权利"]


@pytest.mark.parametrize(("what", "banned"), [(ProposedEnd.REVOCATION, True), (ProposedEnd.CANCELLATION, False)])
def test_only_a_revocation_says_that_one_may_not_apply(what: ProposedEnd, banned: bool) -> None:
    told = sections(end_paper(EndPaper.NOTICE, recognition(), [proceeding(what)], PERIODS))["拟作出决定的内容和理由"]
    assert (["被撤销认定的，自撤销之日起", "5", "年内不得申报。"] in told) is banned


def test_a_decision_answers_what_was_stated_and_leaves_blank_where_remedies_are_sought() -> None:
    stated = (Statement(dt.date(2027, 3, 3), "operator", "我不知情"),)
    row = proceeding(notice=TOLD, statements=stated, decision=DECIDED, state=ProceedingState.DECIDED)
    said = sections(end_paper(EndPaper.DECISION, recognition(), [row], PERIODS))
    assert said["陈述、申辩及采纳情况"] == [["2027年3月3日，你户陈述：我不知情"], ["不予采纳。"]]
    assert ["行政复议：自收到决定之日起 60 日内，向", None, "提出。"] in said["救济途径和期限"]
    receipt = end_paper(EndPaper.DECISION_RECEIPT, recognition(), [row], PERIODS)
    assert (receipt.data["number"], receipt.data["day"], receipt.data["how"]) == ("撤销〔2027〕1号", None, None)


def test_there_is_no_paper_of_what_was_not_proposed_or_decided() -> None:
    for kind in (EndPaper.NOTICE, EndPaper.NOTICE_RECEIPT):
        with pytest.raises(NotProposed):
            end_paper(kind, recognition(), [], PERIODS)
    for kind in (EndPaper.DECISION, EndPaper.DECISION_RECEIPT):
        with pytest.raises(NothingDecided):
            end_paper(kind, recognition(), [proceeding(notice=TOLD)], PERIODS)


def test_an_undone_decision_and_a_notice_of_a_dropped_proposal_are_not_printed() -> None:
    undone = proceeding(notice=TOLD, decision=DECIDED, state=ProceedingState.UNDONE)
    for kind in (EndPaper.DECISION, EndPaper.DECISION_RECEIPT):
        with pytest.raises(NothingDecided):
            end_paper(kind, recognition(), [undone], PERIODS)
    for kind in (EndPaper.NOTICE, EndPaper.NOTICE_RECEIPT):
        with pytest.raises(ProposalDropped):
            end_paper(kind, recognition(), [proceeding(state=ProceedingState.REJECTED)], PERIODS)
    told = proceeding(notice=TOLD, state=ProceedingState.REJECTED)
    assert end_paper(EndPaper.NOTICE, recognition(), [told], PERIODS).data["number"] == "告知〔2027〕1号"


def test_a_decision_names_the_last_day_of_the_ban_that_was_decided() -> None:
    row = proceeding(notice=TOLD, decision=DECIDED, state=ProceedingState.DECIDED)
    said = sections(end_paper(EndPaper.DECISION, recognition(), [row], PERIODS))
    assert said["决定"][1:] == [["自撤销之日起至", "2030年3月9日", "（含当日），你户不得申报。"]]


def test_after_a_move_papers_name_the_bureau_that_served_or_decided() -> None:
    moved = recognition()
    moved.county = "410102"
    row = proceeding(notice=TOLD, decision=replace(DECIDED, region="410102"), state=ProceedingState.DECIDED)
    issuers = {kind: end_paper(kind, moved, [row], PERIODS).data["issuer"] for kind in EndPaper}
    now = "郑州市中原区市场监督管理局"
    assert issuers == {
        EndPaper.NOTICE: BUREAU,
        EndPaper.NOTICE_RECEIPT: BUREAU,
        EndPaper.DECISION: now,
        EndPaper.DECISION_RECEIPT: now,
    }
    assert end_paper(EndPaper.NOTICE, moved, [proceeding()], PERIODS).data["issuer"] == now, "it has to serve"
    earlier = replace(TOLD, served=replace(TOLD.served, region=None))
    assert end_paper(EndPaper.NOTICE, moved, [proceeding(notice=earlier)], PERIODS).data["issuer"] is None


def test_a_refusal_and_a_notice_name_who_acted_and_never_who_prints() -> None:
    assert refusal_paper(refused(), [], ZHENGZHOU, None).data["issuer"] == "郑州市市场监督管理局"
    notice = PublicNotice(county="410105", opens_on=clock.today(), closes_on=clock.today(), opened_from="410105")
    assert public_notice_paper(notice, [], ZHENGZHOU, 2026, None).data["issuer"] == BUREAU
    notice.opened_from = None
    assert public_notice_paper(notice, [], ZHENGZHOU, 2026, None).data["issuer"] is None, "of before this was kept"
    assert only_bureau({"410105", None}) is None


def test_a_refusal_says_who_submitted_which_category() -> None:
    own = sections(refusal_paper(refused(category=Category.DISTINCTIVE), [], ZHENGZHOU, None))["申报和处理结果"]
    said = "你户于2026年9月1日提交的“名特优新”（知名）个体工商户申报，审核确定的类别为“特色”，在“认定”这一步"
    assert "".join(part or "" for part in own[0]).startswith(said)
    known = {"recommended_by": Department.COMMERCE, "recommended_from": "410105", "category": Category.RENOWNED}
    told = sections(refusal_paper(refused(PathKind.RECOMMENDATION, **known), [], ZHENGZHOU, None))["申报和处理结果"]
    said = "河南省郑州市金水区商务部门于2026年9月1日推荐你户认定为“名特优新”（知名）个体工商户的申报，在“认定”"
    assert "".join(part or "" for part in told[0]).startswith(said)


def test_an_extension_does_not_change_what_was_decided() -> None:
    extended = recognition()
    extended.year, extended.path, extended.state = 2026, PathKind.APPLICATION, RecognitionState.VALID
    extended.valid_until, extended.decided_by, extended.created_at = dt.date(2032, 11, 25), "decider", clock.now()
    days = [dt.date(2031, 11, 25), dt.date(2029, 11, 25)]
    assert granted_until(extended, days) == dt.date(2029, 11, 25)
    assert granted_until(extended, []) == dt.date(2032, 11, 25)
    evaluations = [Evaluation(valid_until=day, extends=True, evaluated_at=clock.now()) for day in days]
    parts: Any = case_file_paper(extended, None, None, Life([], [], evaluations, [], None), []).data["parts"]
    assert parts[0]["rows"][0][3] == "特色，有效期至2029-11-25"
    season = Season(county="410105", year=2026, benefits_from=dt.date(2027, 1, 1))
    listed = recognition_list_paper(season, [Granted(extended, dt.date(2029, 11, 25))], ZHENGZHOU, None, None)
    table: Any = sections(listed)["特色（1户）"][0]
    assert table["rows"][0][3] == "2029-11-25"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ProceedingState.REJECTED, "撤销认定：已驳回"),
        (ProceedingState.WITHDRAWN, "撤销认定：已撤回"),
        (ProceedingState.LAPSED, "撤销认定：认定已另行结束，不再办理"),
    ],
)
def test_a_case_file_tells_on_its_day_how_a_proposal_was_dropped(state: ProceedingState, words: str) -> None:
    row = proceeding(notice=TOLD, state=state, drop_reason="事实不清", closed_on=dt.date(2027, 3, 5))
    told = events_of(recognition(), Life([], [], [], [row], None))
    assert [day for day, *_ in told] == ["2027-02-01", "2027-03-01", "2027-03-05"]
    assert told[-1] == ["2027-03-05", words, "事实不清"]
    row.closed_on = None
    assert events_of(recognition(), Life([], [], [], [row], None))[-1][:2] == ["", words], "of before it was kept"


def test_a_case_file_tells_the_answer_to_the_statement_and_that_the_decision_was_undone() -> None:
    row = proceeding(notice=TOLD, state=ProceedingState.UNDONE, decision=DECIDED, closed_on=dt.date(2027, 5, 1))
    *_, decided, undone = events_of(recognition(), Life([], [], [], [row], None))
    assert decided[2] == "撤销〔2027〕1号：弄虚作假；对陈述、申辩的答复：不予采纳"
    assert undone == ["2027-05-01", "撤销认定：异议成立，决定已撤消", ""]


def test_a_case_file_shows_no_number_of_a_person_and_every_digest() -> None:
    digest = "13812345678a" * 5 + "beef"
    shown: Any = part("材料清单", ("材料", "SHA-256"), (1, 1), [["老王13800138000.pdf", digest]])["rows"]
    assert shown == [["（已遮盖：手机号码）", digest]]


def test_points_are_told_line_by_line_with_the_meetings_decision() -> None:
    lines = (
        ScoreLine(LineKind.INDICATOR, "years", "经营年限", Fraction(8), "满十年"),
        ScoreLine(LineKind.TOTAL, "total", "总分", Fraction(26, 3), "各项之和"),
    )
    meeting = MeetingDecision("联席会议纪要1号", dt.date(2026, 10, 8), ())
    result = ScoreResult(Decimal("8.67"), ("有失信记录",), (), {}, lines)
    explained: Any = SimpleNamespace(result=result, round=SimpleNamespace(decisions=(meeting,)))
    procedure = Procedure(Application(rank=2), [], [], [], True, [], {})
    assert score_rows(procedure, explained) == [
        ["经营年限", "8", "满十年"],
        ["总分", "约 8.6667", "各项之和"],
        ["排除的情形", "", "有失信记录"],
        ["集体决定", "", "2026-10-08，联席会议纪要1号"],
        ["名次", "2", ""],
    ]


def test_a_case_file_printed_elsewhere_says_that_it_begins_with_the_decision() -> None:
    moved = recognition()
    moved.year, moved.path, moved.state = 2026, PathKind.APPLICATION, RecognitionState.VALID
    moved.valid_until, moved.decided_by, moved.created_at = dt.date(2029, 11, 25), "decider", clock.now()
    said: Any = case_file_paper(moved, None, None, Life([], [], [], [], None), []).data
    assert said["elsewhere"] is True
    assert [one["title"] for one in said["parts"]] == ["认定决定"]


def test_what_a_document_is_to_prove_is_told_in_words() -> None:
    titles = {"distinctive.3": "祖传手艺", "kind.veteran": "退役军人"}
    told = [purpose_words(one, titles) for one in ("distinctive.3:传承证明", "kind.veteran:退役证", "visit", "consent")]
    assert told == ["祖传手艺：传承证明", "退役军人：退役证", "走访", "经营者同意"]
