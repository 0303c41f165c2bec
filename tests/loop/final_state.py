"""What the platform says in the end, without what chance gave it (ids, instants): two lives can be compared."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.loop.world import TOPICS, World

DIRECTORY = """
    select r.uscc, coalesce(c.type, r.type) as type, coalesce(c.true_mask, r.true_mask) as true_mask,
        coalesce(c.unknown_mask, r.unknown_mask) as unknown_mask
    from result r join current_run k on k.region = r.region and k.run_number = r.run_number
        left join correction c on c.run_number = r.run_number and c.uscc = r.uscc
"""
NO_DIGEST = "rule not like 'digest%'"
"""Digests tell of a day what was told by its morning: when the worker looks, is chance."""
QUERIES: Mapping[str, Mapping[str, str]] = {
    "typing": {
        "directory": f"select md5(string_agg(d::text, '|' order by d.uscc)) from ({DIRECTORY}) d",
        "corrections": "select uscc, feed, year, state, columns::text, reason from evidence_correction",
        "runs": "select policy, as_of, state, digest from run",
    },
    "recognition": {
        "households": "select md5(string_agg(uscc || coalesce(type, ''), '|' order by uscc)) from household",
        "applications": "select uscc, state, case state when 'in-progress' then step end as step from application",
        "recognitions": "select uscc, state, category, valid_until from recognition",
        "notices": "select county, state, closes_on, open_objections from public_notice",
        "applied": "select uscc, against, outcome from applied_objection",
        "bans": "select uscc, until from ban",
    },
    "objection": {
        "households": "select md5(string_agg(uscc || coalesce(type, ''), '|' order by uscc)) from household",
        "objections": """
            select uscc, against, state, outcome, changed, filed_by, returned, extended, accept_by, decide_by
            from objection
        """,
        "notices": "select county, state, closes_on from public_notice",
        "verifications": "select uscc, feed, year, department, finding from verification",
        "items": "select uscc, feed, year, department, state, outcome from correction_item",
    },
    "notification": {
        "households": "select md5(string_agg(uscc || coalesce(type, ''), '|' order by uscc)) from household",
        "notifications": f"""
            select rule, count(*), md5(string_agg(concat(recipient, uscc, title), '|' order by recipient, uscc, title))
            from notification where {NO_DIGEST} group by rule
        """,
        "messages": f"""
            select rule, channel, lane, state, suppression, count(*)
            from message m join notification n on n.id = m.notification_id where {NO_DIGEST} group by 1, 2, 3, 4, 5
        """,
    },
}
OF_EVERY_SERVICE = {
    "actions": r"""
        select action, count(*) from audit_entry
        where action <> 'access:refused' and action !~ ':(read|list)$' group by 1
    """,  # who looks how often is the tests' own doing
    "deadlines": """
        select kind, count(*), count(fired_at) as fired from deadline where kind <> 'notice-over' group by 1
    """,
    # the objection service's own clock and recognition's closing are both enough to clear a notice: whichever is first
    "letters": "select kind, cause from dead_letter where settled_at is null",
}


async def final_state(world: World) -> dict[str, Any]:
    """By service and question, the rows in order; by topic, how many events of each kind there are."""
    found: dict[str, Any] = {}
    for service, queries in QUERIES.items():
        for name, query in {**queries, **OF_EVERY_SERVICE}.items():
            rows = [[_plain(value) for value in row.values()] for row in await world.sql(service, query)]
            found[f"{service}.{name}"] = sorted(rows, key=json.dumps)
    for topic in TOPICS:
        kinds = Counter(one["type"].removeprefix("cn.minglu.") for one in await world.told(topic))
        found[topic] = dict(sorted(kinds.items()))
    return found


def digest_of(state: Mapping[str, Any]) -> str:
    """One digest of all of it."""
    return hashlib.sha256(json.dumps(state, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Where two final states differ, a line for each row that only one of them has (`-` the first, `+` the second)."""
    lines = []
    for name in sorted({*one, *other}):
        rows, other_rows = (Counter(map(json.dumps, _rows(state.get(name, [])))) for state in (one, other))
        lines += [f"{name} -{row}" for row in (rows - other_rows).elements()]
        lines += [f"{name} +{row}" for row in (other_rows - rows).elements()]
    return lines


def _rows(answer: Any) -> list[Any]:
    """The rows of a question, or the counts of a topic."""
    return list(answer.items()) if isinstance(answer, Mapping) else list(answer)


def _plain(value: object) -> object:
    """A value as JSON has it."""
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
