"""What papers say before they are set: only what was entered and decided; the rest is left blank."""

import datetime as dt
import uuid
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from services.recognition.applications.models import Application
from services.recognition.lifecycle.domain import (
    EndDecision,
    ProceedingState,
    ProposedEnd,
    Remedy,
    ServedDocument,
    ServedNotice,
    ServiceForm,
    Statement,
)
from services.recognition.lifecycle.models import EndProceeding
from services.recognition.lifecycle.problems import NothingDecided, NotProposed
from services.recognition.papers.bureaus import acting_bureau, only_bureau
from services.recognition.papers.case_file import case_file_paper, part
from services.recognition.papers.end_papers import EndPaper, end_paper
from services.recognition.papers.procedure_rows import purpose_words, score_rows
from services.recognition.papers.repository import Life, Procedure
from services.recognition.recognitions.domain import RecognitionState
from services.recognition.recognitions.models import Recognition
from services.recognition.rules.domain import PathKind
from services.recognition.rules.procedure import ProcedureTerms
from services.recognition.rules.service import recognition_rules, shipped_policy
from services.recognition.scoring.domain import LineKind, ScoreLine, ScoreResult
from services.recognition.scoring.people import MeetingDecision
from shared import clock
from shared.law.model.recognition import Category, StepKind
from shared.papers.typesetting import Paper

BUREAU = "郑州市金水区市场监督管理局"
TERMS = ProcedureTerms(10, 5, 60, 6, frozenset({"defence_days"}))
VERIFIED = ProcedureTerms(10, 5, 60, 6, frozenset())
TOLD = ServedNotice(
    ServedDocument("告知〔2027〕1号", dt.date(2027, 3, 1), ServiceForm.LETTER, "officer"), dt.date(2027, 3, 8), True
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
    said = {"facts": "证书系伪造", "reason": "弄虚作假", "citations": ("三（二）2",), "statements": ()}
    return EndProceeding(what=what, state=ProceedingState.PROPOSED, **(said | known))


def sections(paper: Paper) -> dict[str, list[list[str | None]]]:
    found: Any = paper.data["sections"]
    return {one["title"]: one["blocks"] for one in found}


def test_a_notice_before_its_service_has_no_number_no_day_and_only_periods_that_a_text_gives() -> None:
    paper = end_paper(EndPaper.NOTICE, recognition(), [proceeding()], TERMS, 5)
    assert (paper.data["issuer"], paper.data["number"], paper.data["day"]) == (BUREAU, None, None)
    assert ["请在收到本告知书之日起", None, "个工作日内提出。"] in sections(paper)["你的权利"]
    verified = end_paper(EndPaper.NOTICE, recognition(), [proceeding()], VERIFIED, 5)
    assert ["请在收到本告知书之日起", "5", "个工作日内提出。"] in sections(verified)["你的权利"]


def test_once_served_it_names_the_recorded_day_until_which_one_may_state() -> None:
    paper = end_paper(EndPaper.NOTICE, recognition(), [proceeding(notice=TOLD)], TERMS, 5)
    assert (paper.data["number"], paper.data["day"]) == ("告知〔2027〕1号", "2027年3月1日")
    assert ["请在2027年3月8日以前（含当日）提出。"] in sections(paper)["你的权利"]


@pytest.mark.parametrize(("what", "banned"), [(ProposedEnd.REVOCATION, True), (ProposedEnd.CANCELLATION, False)])
def test_only_a_revocation_says_that_one_may_not_apply(what: ProposedEnd, banned: bool) -> None:
    told = sections(end_paper(EndPaper.NOTICE, recognition(), [proceeding(what)], TERMS, 5))["拟作出决定的内容和理由"]
    assert (["被撤销认定的，自撤销之日起", "5", "年内不得申报。"] in told) is banned


def test_a_decision_answers_what_was_stated_and_leaves_blank_where_remedies_are_sought() -> None:
    decision = EndDecision(
        "撤销〔2027〕1号",
        "弄虚作假",
        "不予采纳",
        (Remedy("行政复议", "自收到决定之日起 60 日内", True),),
        "decider",
        "410105",
        dt.date(2027, 3, 9),
        RecognitionState.VALID,
    )
    stated = (Statement(dt.date(2027, 3, 3), "operator", "我不知情"),)
    row = proceeding(notice=TOLD, statements=stated, decision=decision)
    said = sections(end_paper(EndPaper.DECISION, recognition(), [row], TERMS, 5))
    assert said["陈述、申辩及采纳情况"] == [["2027年3月3日，你户陈述：我不知情"], ["不予采纳。"]]
    assert ["行政复议：自收到决定之日起 60 日内，向", None, "提出。"] in said["救济途径和期限"]
    receipt = end_paper(EndPaper.DECISION_RECEIPT, recognition(), [row], TERMS, 5)
    assert (receipt.data["number"], receipt.data["day"], receipt.data["how"]) == ("撤销〔2027〕1号", None, None)


def test_there_is_no_paper_of_what_was_not_proposed_or_decided() -> None:
    for kind in (EndPaper.NOTICE, EndPaper.NOTICE_RECEIPT):
        with pytest.raises(NotProposed):
            end_paper(kind, recognition(), [], TERMS, 5)
    for kind in (EndPaper.DECISION, EndPaper.DECISION_RECEIPT):
        with pytest.raises(NothingDecided):
            end_paper(kind, recognition(), [proceeding(notice=TOLD)], TERMS, 5)


def test_whose_paper_it_is_follows_from_the_policy_or_is_left_blank() -> None:
    rules = recognition_rules(shipped_policy("zhengzhou-2025"))
    items = [Application(county="410105", path=PathKind.APPLICATION, recommended_from=None)]
    assert acting_bureau(items, StepKind.PUBLIC_NOTICE, rules, "410105") == BUREAU
    assert acting_bureau(items, StepKind.PUBLIC_NOTICE, rules, "41") is None, "several levels may, the reader's may not"
    assert acting_bureau([], StepKind.PUBLIC_NOTICE, rules, "410105") is None
    assert only_bureau({"410105", None}) is None


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
