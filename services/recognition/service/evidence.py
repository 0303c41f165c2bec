"""What an evaluation rests on: growth reckoned from reviewed information reports, and what an officer found himself.

Evidence is stored as fact → {value, source}; every source says in words where the value is from.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.eligibility import facts_of
from services.recognition.domain.growth import growth
from services.recognition.models import Evaluation, Household, InformationReport, Recognition
from services.recognition.repository import households, reports
from services.recognition.repository.registers import Record, records_of
from services.recognition.service.eligibility import known_from
from shared.policy.recognition.judging import judge
from shared.policy.recognition.model import Recognition as Rules
from shared.service import clock
from shared.service.problems import Problem

Evidence = Mapping[str, Mapping[str, Any]]
"""Fact → its value (whole percent, or an ISO date) and its source."""
REPORTED = {"revenue_growth": ("revenue_yuan", "元"), "staff_growth": ("employees", "人")}
"""Growth → the figure of the information reports that it is reckoned from, and its unit."""


@dataclass(frozen=True)
class Held:
    """What is held of a recognised household: by the registers today, and its reviewed information reports."""

    household: Household
    record: Record
    reports: Sequence[InformationReport]


async def held_of(session: AsyncSession, recognitions: Sequence[Recognition]) -> Mapping[UUID, Held]:
    """What evaluations rest on, by recognition, read with four statements for however many."""
    codes = [one.uscc for one in recognitions]
    known = await households.among(session, codes)
    records = await records_of(session, codes, clock.today())
    filed = await reports.reviewed(session, [one.id for one in recognitions])
    return {one.id: Held(known[one.uscc], records[one.uscc], filed[one.id]) for one in recognitions}


def gather(recognition: Recognition, rules: Rules, held: Held, found: Evidence) -> Evidence:
    """Growth from the reports of the period; an officer's own finding stands in its place, with both shown."""
    commended = found.get("commended_on")
    if commended is not None and dt.date.fromisoformat(commended["value"]) > clock.today():
        raise Problem(422, "future-date", "日期不对", "表彰奖励的日期不能晚于今天")
    years = rules.value(rules.life.validity, clock.today())
    before = recognition.valid_until.year - (years if isinstance(years, int) else 0)
    reckoned = from_reports([one for one in held.reports if one.year > before])
    own = {
        name: {"value": one["value"], "source": beside(one["source"], reckoned.get(name))}
        for name, one in found.items()
    }
    return {**reckoned, **own}


def from_reports(filed: Sequence[InformationReport]) -> dict[str, dict[str, Any]]:
    """The growth that reviewed reports prove, with the arithmetic."""
    found = {}
    for name, (figure, unit) in REPORTED.items():
        said = {one.year: one.content.get(figure) for one in filed}
        exact = {year: value if value is None else Decimal(value) for year, value in said.items()}
        if (reckoned := growth(exact, unit)) is not None:
            found[name] = {"value": reckoned[0], "source": reckoned[1]}
    return found


def beside(source: str, reckoned: Mapping[str, Any] | None) -> str:
    """An officer's source, and what the reports say instead."""
    return f"{source}（另据信息报告算得 {reckoned['value']}%：{reckoned['source']}）" if reckoned else source


def judged(evaluation: Evaluation, recognition: Recognition, rules: Rules, held: Held) -> dict[str, bool | None]:
    """The policy's conditions by the evidence, the department's word and what is known today."""
    today = clock.today()
    recommended = recognition.path == "recommendation"
    known = known_from(held.household, held.record, recommended=recommended, kinds=())
    values = {name: one["value"] for name, one in evaluation.evidence.items()}
    commended = values.pop("commended_on", None)
    facts = facts_of(known, today) | values | {
        "typed_as_then": recognition.type_then,
        "recommended_then": recommended,
        "recommender_agrees": evaluation.agrees,
        "commended": True if commended else None,
        "commended_on": dt.date.fromisoformat(commended) if commended else None,
    }  # fmt: skip
    return dict(judge(rules.life.extension, rules.parameters, today, facts))
