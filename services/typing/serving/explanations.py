"""The explanation of one household's published type, evaluated from what the run kept: snapshot, policy, masks."""

from collections.abc import Iterable

import asyncpg
import orjson

from services.typing.repository import runs
from services.typing.resources import Resources
from services.typing.schemas.households import CitationView, ExplanationView, SentenceView
from services.typing.serving.evidence import facts_behind
from services.typing.serving.policies import compiled_policy
from shared.policy.explanation import Sentence, explain
from shared.policy.outcome import HouseholdType, Outcome


async def explanation_of(resources: Resources, row: asyncpg.Record, *, with_figures: bool) -> ExplanationView:
    """Why the directory's row has its type; ``with_figures`` for the operator and officers only."""
    async with resources.database.session() as session:
        compiled = await compiled_policy(session, await runs.run_of_number(session, row["run_number"]))
    corrected = orjson.loads(row["corrected_facts"]) if row["corrected_facts"] else None
    facts = await facts_behind(resources, row["run_id"], row["region"], row["uscc"], corrected)
    outcome = Outcome(HouseholdType(row["type"]), row["true_mask"], row["unknown_mask"])
    found = explain(compiled, facts, outcome, with_figures=with_figures)
    return ExplanationView(
        uscc=row["uscc"],
        name=row["name"],
        type=outcome.type.slug,
        type_label=outcome.type.label,
        as_of=row["as_of"],
        policy=row["policy"],
        policy_title=compiled.policy.title,
        figures=with_figures,
        summary=found.summary,
        sentences=list(views(found.sentences)),
        unknown=list(views(found.unknown)),
        correction=row["correction"],
    )


def views(sentences: Iterable[Sentence]) -> Iterable[SentenceView]:
    """Sentences with the words of the law they rest on."""
    for sentence in sentences:
        cited = sentence.citation
        yield SentenceView(
            text=sentence.text,
            clause=sentence.clause,
            holds=sentence.holds,
            citation=CitationView(document=cited.document.number, article=cited.article, quote=cited.quote),
            facts=list(sentence.facts),
        )
