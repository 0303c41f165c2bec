"""What is always true of a recognition database, whatever was done to it: asserted over all of it."""

import json
from collections import defaultdict
from datetime import datetime

import orjson

from services.recognition.applications.domain import steps_before_decision
from services.recognition.decisions.cases import STEPS_WITHOUT_TASK
from shared.law.model.recognition import StepKind
from shared.law.reader.loading import load_policy
from shared.platform.audit import export
from shared.platform.audit_chain import verify
from tests.integration.recognition.recognition_client import RecognitionClient

OVER_QUOTA = """
    SELECT q.county, q.places, count(*) AS valid FROM county_quota q JOIN quota s ON s.id = q.quota_id
    JOIN recognition r ON coalesce(r.transferred_from, r.county) = q.county AND starts_with(r.county, s.scope)
        AND r.state = 'valid' AND r.concerns::text NOT LIKE '%over-quota%'
    GROUP BY q.county, q.year, q.places HAVING count(*) > q.places
"""
"""Who is reinstated beyond the places is put before an officer; nobody else is."""
DUPLICATES = """
    SELECT county, operator_ref FROM recognition WHERE state = 'valid' AND NOT person_conflict
    GROUP BY county, operator_ref HAVING count(*) > 1
    UNION ALL SELECT county, uscc FROM recognition WHERE state = 'valid' GROUP BY county, uscc HAVING count(*) > 1
"""
OWN_DECISIONS = """
    SELECT r.id FROM recognition r JOIN application a ON a.id = r.application_id
    WHERE r.decided_by IN (a.created_by, a.reviewed_by) OR EXISTS (
        SELECT FROM task t WHERE t.application_id = a.id AND t.step <> 'decision' AND t.done_by = r.decided_by)
"""
PASSED_STEPS = """
    SELECT r.application_id, r.path, array_agg(t.step::text ORDER BY t.done_at) AS steps FROM recognition r
    JOIN task t ON t.application_id = r.application_id AND t.outcome = 'passed' GROUP BY 1, 2
"""
NOT_CLEARED = """
    SELECT r.id FROM recognition r WHERE r.path = 'application' AND NOT EXISTS (
        SELECT FROM notice_item i JOIN public_notice n ON n.id = i.notice_id
        WHERE i.application_id = r.application_id AND NOT i.superseded AND NOT i.held
        AND n.state IN ('closed', 'cleared') AND n.open_objections IS NOT NULL AND n.closes_on < r.granted_on)
"""
LEFTOVER_TASKS = """
    SELECT t.id FROM task t JOIN application a ON a.id = t.application_id
    WHERE t.outcome IS NULL AND (a.state IN ('refused', 'withdrawn') OR t.step <> a.step)
"""


async def assert_invariants(office: RecognitionClient, policy: str = "zhengzhou-2025") -> None:
    """R1 quota, R2 one per household and person, R3 no step left out and in order, R6 maker is not checker, revisions
    of events grow per household, the audit's chains are whole, no task is left of what has ended.
    """
    for query in (OVER_QUOTA, DUPLICATES, OWN_DECISIONS, NOT_CLEARED, LEFTOVER_TASKS):
        assert await office.sql(query) == [], query
    recognition = load_policy(policy).recognition
    assert recognition is not None
    for row in await office.sql(PASSED_STEPS):
        needed = steps_before_decision(recognition.paths[row["path"]].steps)
        wanted = [step.value for step in needed if step not in STEPS_WITHOUT_TASK] + [StepKind.DECISION.value]
        assert [step for step in row["steps"] if step != StepKind.REPORT] == wanted, row
    await assert_revisions_grow(office)
    assert verify([entry async for entry in export(await office.resources.database.pool())], {}) == []


async def assert_revisions_grow(office: RecognitionClient) -> None:
    """Events about one household carry higher and higher revisions, in the order in which they go out."""
    last: dict[str, int] = defaultdict(int)
    for row in await office.sql("SELECT key, value FROM outbox ORDER BY position"):
        revision = orjson.loads(row["value"])["data"].get("revision")
        if revision is not None:
            assert revision > last[row["key"]], row["key"]
            last[row["key"]] = revision


def assert_fired_once(fired: list[tuple[str, str, datetime]]) -> None:
    """O1: nothing that was due came about twice."""
    twice = [one for one in set(fired) if fired.count(one) > 1] if len(fired) < 1000 else []
    assert twice == []
    assert len(fired) == len(set(fired)), json.dumps(sorted({kind for kind, _, _ in fired}))
