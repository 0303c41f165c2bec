"""The conditions of an extension in words: what each asks for, whether it holds, and why it is not decided."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.recognitions.models import Evaluation, Recognition
from services.recognition.rules.eligibility import rule_title
from services.recognition.rules.life import policies_of_life
from services.recognition.rules.service import recognition_rules
from shared import clock
from shared.law.language.nodes import facts_in, parameters_in
from shared.law.language.vocabulary import ALL_FACTS
from shared.law.model.clauses import Rule
from shared.law.model.recognition import RecognitionRules


@dataclass(frozen=True, slots=True)
class JudgedCondition:
    """A condition as it was judged. `undecided`: numbers and facts without which it cannot be decided."""

    id: str
    title: str
    citation: str
    holds: bool | None
    undecided: tuple[str, ...]


async def conditions_of(
    session: AsyncSession, evaluated: Sequence[tuple[Evaluation, Recognition]]
) -> Mapping[uuid.UUID, list[JudgedCondition]]:
    """Evaluation → its conditions, by the rules in force today."""
    policies = await policies_of_life(session, [recognition for _, recognition in evaluated])
    today = clock.today()
    return {
        evaluation.id: judged_conditions(
            recognition_rules(policies[recognition.id]), evaluation.judged, evaluation.evidence.keys(), today
        )
        for evaluation, recognition in evaluated
    }


def judged_conditions(
    rules: RecognitionRules, judged: Mapping[str, bool | None], known: Collection[str], day: dt.date
) -> list[JudgedCondition]:
    """The policy's conditions with what was judged; `known`: facts that evidence was given for."""
    return [
        JudgedCondition(
            rule.id,
            rule_title(rules, rule, day),
            str(rule.citation),
            judged.get(rule.id),
            () if judged.get(rule.id) is not None else what_is_missing(rules, rule, known, day),
        )
        for rule in rules.lifecycle.extension
    ]


def what_is_missing(rules: RecognitionRules, rule: Rule, known: Collection[str], day: dt.date) -> tuple[str, ...]:
    """Why a condition is not decided, in Chinese."""
    numbers = [f"{rules.parameters[name].title}还没有定，请由有权的机关定" for name in unset_numbers(rules, rule, day)]
    facts = [f"没有“{ALL_FACTS[name].label}”的依据" for name in facts_in(rule.expression.root) if name not in known]
    return (*numbers, *facts)


def unset_numbers(rules: RecognitionRules, rule: Rule, day: dt.date) -> list[str]:
    """The numbers of a rule that nobody has set: without them it is neither met nor missed."""
    return [name for name in parameters_in(rule.expression.root) if rules.value(name, day) is None]
