"""What exactly a department is asked: the row of its feed, the facts, and how the policy reads the text about them."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from services.objection.objections.models import Objection
from services.objection.rules.domain import GroundKind
from services.objection.verifications.problems import NothingToVerify, ReadingNotVerified
from shared.feeds.contract.feeds import FEEDS
from shared.law.language.nodes import facts_in
from shared.law.language.vocabulary import ALL_FACTS
from shared.law.model.clauses import Interpretation, fill_title, values_on
from shared.law.model.policy import Policy


@dataclass(frozen=True)
class Question:
    """A row of a feed, by its year where the feed has years, and the facts of it that are in question."""

    feed: str
    year: int | None
    facts: tuple[str, ...]


def question_of(objection: Objection, feed: str | None, facts: Collection[str], year: int | None) -> Question:
    """The question; 422 where it names nothing, or facts of several feeds or of none; 409 for a mere reading."""
    named = feeds_of_facts(facts) | ({feed} if feed else set())
    if not named:
        if all(ground.kind is GroundKind.READING for ground in objection.grounds):
            raise ReadingNotVerified("这件异议只针对文件的读法：读法由政策写明的机关决定，不向报送数据的部门核实。")
        raise NothingToVerify("请写明核实哪一类数据（feed）或者哪些事实（facts）。")
    if len(named) > 1:
        raise NothingToVerify("一次只能核实一类数据，请分别提出。")
    (only,) = named
    if only not in FEEDS:
        raise NothingToVerify("这一项不是部门报送的数据，不能向部门核实。")
    if not FEEDS[only].has("year"):
        return Question(only, None, tuple(facts))
    last_year = objection.year - 1 if objection.year is not None else None
    if year is None and last_year is None:
        raise NothingToVerify("这一类数据按年度报送，请写明年度（year）。")
    return Question(only, year or last_year, tuple(facts))


def feeds_of_facts(facts: Collection[str]) -> set[str]:
    """The feeds that deliver these facts; 422 for a fact that there is not."""
    if unknown := [name for name in facts if name not in ALL_FACTS]:
        raise NothingToVerify(f"没有名为“{'、'.join(unknown)}”的事实。")
    return {ALL_FACTS[name].feed for name in facts}


def readings_about(policy: Policy, question: Question, day: dt.date) -> list[str]:
    """How the policy reads the text where it speaks of the facts, each as a sentence."""
    values = values_on(policy.parameters, day)
    sentences = []
    for one in interpretations_about(policy, question):
        reading = fill_title(one.reading.title, policy.parameters, values)
        sentences.append(f"{one.question}现在的读法：{reading}（由{one.decides}决定）")
    return sentences


def interpretations_about(policy: Policy, question: Question) -> Iterator[Interpretation]:
    """The open phrases of the clauses that use the facts; without facts, any fact of the feed."""
    wanted = set(question.facts) or {name for name, fact in ALL_FACTS.items() if fact.feed == question.feed}
    named = {
        clause.interpretation
        for clause in policy.clauses()
        if clause.interpretation and wanted & set(facts_in(clause.expression.root))
    }
    return (one for name, one in policy.interpretations.items() if name in named)
