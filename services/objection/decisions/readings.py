"""A dispute about how the text is read is decided by the bureau that the policy names for the phrase."""

from services.objection.decisions.problems import ReadingDecidedElsewhere, ReadingMissing
from services.objection.objections.applied_rules import AppliedRules
from services.objection.objections.domain import Outcome
from services.objection.objections.models import Objection
from services.objection.rules.domain import GroundKind
from shared.law.model.clauses import Interpretation
from shared.law.model.objections import LEVEL_DIGITS, ObjectionLevel
from shared.platform.identity import Caller


def require_reading(
    objection: Objection, rules: AppliedRules, outcome: Outcome, interpretation: str | None, reading: str | None
) -> Interpretation | None:
    """The phrase that a proposal decides; 422 where the objection is about one and the proposal does not say how it is
    read, or where what it says does not go with its outcome.
    """
    disputed = {ground.id for ground in objection.grounds if ground.kind is GroundKind.READING}
    if interpretation is None:
        if disputed:
            raise ReadingMissing(
                "这件异议针对文件的读法：请写明针对哪一处（interpretation）、采用哪种读法（reading）。"
            )
        return None
    point = rules.policy.interpretations.get(interpretation)
    if point is None:
        raise ReadingMissing(f"政策 {rules.policy.id} 没有名为“{interpretation}”的解释。")
    if reading not in point.readings:
        raise ReadingMissing(f"这一处的读法只有：{'、'.join(sorted(point.readings))}。")
    if (reading == point.chosen) is not (outcome is Outcome.DISMISSED):
        raise ReadingMissing("维持现在的读法的，异议不成立；改采另一种读法的，异议成立。")
    return point


def require_deciding_bureau(
    objection: Objection, rules: AppliedRules, point: Interpretation | None, outcome: Outcome, caller: Caller
) -> None:
    """403 unless the caller's bureau decides: for a phrase the one of the level that the policy names, where it names
    one; else that of the rule on such objections. Where only the policy file can change a reading, none is upheld here.
    """
    if point is None or (point.level is None and outcome is Outcome.DISMISSED):
        rules.require_decider(objection, caller)
        return
    if point.level is None:
        raise ReadingDecidedElsewhere(f"“{point.question}”只能由{point.decides}改政策文件，不能在这里改采另一种读法。")
    if caller.region != objection.county[: LEVEL_DIGITS[ObjectionLevel(point.level)]]:
        raise ReadingDecidedElsewhere(f"“{point.question}”由{point.decides}决定，须由该机关提出和作出决定。")
