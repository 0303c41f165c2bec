"""The explanation of one household's published type, evaluated from what the run kept: snapshot, policy, masks."""

import asyncpg
import orjson

from services.typing.repository import runs
from services.typing.resources import Resources
from services.typing.schemas.explanations import ExplanationView
from services.typing.serving.evidence import facts_behind
from services.typing.serving.outlook_views import outlook_views, sentence_view
from services.typing.serving.policies import compiled_policy
from shared.policy.explanation import explain
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
        sentences=[sentence_view(one) for one in found.sentences],
        unknown=[sentence_view(one) for one in found.unknown],
        **outlook_views(found.outlook),
        corrections=[one["reason"] for one in orjson.loads(row["correction_reasons"] or "[]")],
    )
