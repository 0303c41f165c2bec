"""The answer to an objector, in plain Chinese: what was objected to, what was found, by which article, what changed,
and what can be done against it. `public` is what all may read: without the departments' own words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.objection.corrections.domain import TYPE_LABELS, CorrectionOutcome, is_worse
from services.objection.corrections.models import CorrectionItem
from services.objection.decisions.models import Decision
from services.objection.objections.applied_rules import AppliedRules
from services.objection.objections.domain import Outcome
from services.objection.objections.models import Objection
from services.objection.rules.domain import GroundKind
from services.objection.verifications.models import FactVerification
from shared import clock
from shared.feeds.contract.feeds import FEEDS
from shared.law.model.clauses import Rule, fill_title, values_on

REMEDIES = "对本答复不服的，可以依法申请行政复议或者提起行政诉讼，期限以法律规定为准（未核对：平台没有引用法律原文）。"


@dataclass(frozen=True)
class AnswerCase:
    """All that an answer is made of."""

    objection: Objection
    decision: Decision
    rules: AppliedRules
    verifications: Sequence[FactVerification]
    corrections: Sequence[CorrectionItem]

    @property
    def changed(self) -> bool:
        """Whether what was objected to became another."""
        by_typing = any(one.outcome is CorrectionOutcome.CHANGED for one in self.corrections)
        return by_typing or (self.decision.applied is not None and self.decision.applied.changed)

    def public(self) -> str:
        """What all may read."""
        return "".join([*self._head(), *self._results(), REMEDIES])

    def full(self) -> str:
        """What the objector reads: with what each department said."""
        return "".join([*self._head(), *self._findings(), *self._results(), REMEDIES])

    def _head(self) -> Iterator[str]:
        objection, decision = self.objection, self.decision
        year = f"{objection.year} 年度" if objection.year is not None else ""
        yield f"您对{year}{objection.against.label}提出的异议（回执号 {objection.receipt}），"
        yield f"经审查，{decision.outcome.label}。"
        yield f"理由：{ended(decision.reason)}"
        yield f"依据：{'；'.join(self._citations())}。"

    def _citations(self) -> list[str]:
        """The rule on such objections, the clauses objected to, and what the decision names besides."""
        named = {ground.id for ground in self.objection.grounds if ground.kind is GroundKind.CLAUSE}
        clauses = [str(rule.citation) for rule in self._all_rules() if rule.id in named]
        return list(dict.fromkeys([*clauses, str(self.rules.rule.citation), *self.decision.articles]))

    def _all_rules(self) -> Sequence[Rule]:
        recognition = self.rules.policy.recognition
        return [*self.rules.policy.clauses(), *(recognition.rules() if recognition is not None else ())]

    def _findings(self) -> Iterator[str]:
        for one in self.verifications:
            if one.finding is None:
                continue
            note = f"（{one.note}）" if one.note else ""
            yield f"{one.department.label}就{feed_of(one.feed, one.year)}答复：{one.finding.label}{note}。"

    def _results(self) -> Iterator[str]:
        decision = self.decision
        if decision.interpretation is not None:
            yield self._reading()
        if decision.outcome is Outcome.DISMISSED:
            yield f"{self.objection.against.label}维持不变。"
            return
        for correction in self.corrections:
            yield correction_sentence(correction)
        yield from self._type_sentence()
        if decision.applied is not None:
            reason = f"：{decision.applied_reason}" if decision.applied_reason else ""
            yield f"{decision.applied.label}{reason}。"

    def _reading(self) -> str:
        policy = self.rules.policy
        point = policy.interpretations.get(self.decision.interpretation or "")
        reading = self.decision.reading
        if point is None or reading is None:
            return ""
        values = values_on(policy.parameters, clock.today())
        title = fill_title(point.readings[reading].title, policy.parameters, values)
        said = f"“{point.question}”由{point.decides}决定，采用的读法：{title}。"
        if reading == point.chosen:
            return said
        return f"{said}改采的读法自按其重新分型并发布之日起适用，已发布的结果在此之前不变。"

    def _type_sentence(self) -> Iterator[str]:
        """The type before and after all corrections: each answer names the type as it was then."""
        moved = [one for one in self.corrections if one.outcome is CorrectionOutcome.CHANGED]
        if not moved:
            return
        moved.sort(key=lambda one: one.answered_at or clock.now())
        before, after = moved[0].previous_type, moved[-1].type
        yield f"分型结果由“{TYPE_LABELS.get(before or '', '')}”调整为“{TYPE_LABELS.get(after or '', '')}”。"
        if is_worse(after, before):
            yield (
                "请注意：更正后的结果比原结果差，这一点已事先告知。"
                if self.decision.told_on
                else "请注意：更正后的结果比原结果差。"
            )


def correction_sentence(correction: CorrectionItem) -> str:
    """What came of one correction."""
    what = feed_of(correction.feed, correction.year)
    reason = f"：{correction.answer_reason}" if correction.answer_reason else ""
    match correction.outcome:
        case CorrectionOutcome.CHANGED:
            return f"{what}已更正。"
        case CorrectionOutcome.UNCHANGED:
            return f"{what}已更正，分型结果没有因此变化{reason}。"
        case CorrectionOutcome.WAITS:
            return f"{what}的更正已保存，目前没有已发布的分型结果可以调整，下一次分型时采用{reason}。"
        case CorrectionOutcome.REFUSED:
            return f"{what}的更正未能采用{reason}，将由办理机关另行处理。"
        case CorrectionOutcome.WORSE:
            return f"{what}更正后的结果比现在差，还没有采用。"
        case CorrectionOutcome.GIVEN_UP:
            return f"{what}更正后的结果比现在差，您已放弃这项更正，没有采用。"
        case None:
            return f"{what}的更正正在办理。"


def feed_of(feed: str, year: int | None) -> str:
    """A feed and its year in words."""
    return f"{year} 年{FEEDS[feed].title}" if year is not None else FEEDS[feed].title


def ended(sentence: str) -> str:
    """A sentence with its full stop."""
    return sentence if sentence.endswith(("。", "！", "？")) else f"{sentence}。"
