"""How entitlements, lists, reports and commitments are shown and sent."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence, Set
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from services.support.catalogue.register import Register, RegisteredMeasure
from services.support.catalogue.schemas import CitationView, MeasureIdField, NamedView, citation_view
from services.support.entitlements.compiled import FACT_COLUMNS, CompiledMeasures, States
from services.support.entitlements.domain import Cause, EntitlementState, Missing, ReportOutcome
from services.support.entitlements.models import EntitlementChange, MeasureCommitment, MeasureReport
from services.support.entitlements.reporting import ReportRow
from shared.law.language.units import format_value
from shared.law.model.measures import Need
from shared.platform.fields import County, PublicText, Shape, UsccEntry


class MissingView(Shape):
    """What is still missing, and who would know."""

    what: str
    department: Annotated[str | None, Field(description="空的：文件没有写由谁核实")]
    feed: str | None

    @classmethod
    def of(cls, one: Missing) -> "MissingView":
        """In words."""
        return cls(what=one.what, department=one.department, feed=one.feed)


class HouseholdMeasureView(Shape):
    """What a measure is to a household, why, and what is missing."""

    measure: str
    title: str
    state: NamedView
    why: str
    missing: list[MissingView]
    terms: list[str]
    lead: list[str]
    others: str | None
    needs: list[NamedView]
    until: dt.date | None
    reported: Annotated[NamedView | None, Field(description="部门最近一次报送的结果")]
    citation: CitationView


class HouseholdMeasuresView(Shape):
    """Everything that a household could get; the entitled ones first."""

    on: dt.date
    region: str
    measures: list[HouseholdMeasureView]
    conduct: Annotated[list[str], Field(description="对所有经营者适用的监管执法做法")]
    changes: Annotated[list["EntitlementChangeView"], Field(description="最近的变化和原因")]


class EntitlementChangeView(Shape):
    """What was granted and what ended, and why."""

    on: dt.date
    cause: NamedView
    granted: list[str]
    ended: list[str]
    reasons: Annotated[list[str], Field(description="结束的各项各是什么原因")]

    @classmethod
    def of(cls, row: EntitlementChange, register: Register) -> "EntitlementChangeView":
        """With the titles of the measures."""
        cause = Cause(row.cause)
        reasons = [ended_because(register.of(name), row.changed_on, cause) for name in row.ended]
        return cls(
            on=row.changed_on,
            cause=NamedView(code=cause.value, label=cause.label),
            granted=[_title(register, name) for name in row.granted],
            ended=[_title(register, name) for name in row.ended],
            reasons=reasons,
        )


def _title(register: Register, name: str) -> str:
    entry = register.of(name)
    return entry.measure.title if entry is not None else name


def ended_because(entry: RegisteredMeasure | None, day: dt.date, cause: Cause) -> str:
    """Why a household is no longer entitled to a measure."""
    if entry is None:
        return "措施已经停止"
    until = entry.measure.until
    if until is not None and until < day:
        return f"措施到 {until} 为止"
    return cause.label


ORDER = (EntitlementState.ENTITLED, EntitlementState.VERIFY, EntitlementState.INVITED)
WHYS: Mapping[EntitlementState, str] = {
    EntitlementState.ENTITLED: "条件都符合，不用申请",
    EntitlementState.VERIFY: "可能符合，还要核实：",
    EntitlementState.INVITED: "是这项服务或活动的对象，可以参加",
}


def household_measures(
    register: Register,
    compiled: CompiledMeasures,
    facts: Mapping[str, Any],
    states: States,
    reports: Mapping[str, MeasureReport],
    changes: Sequence[EntitlementChange],
    confirmed: Set[str] = frozenset(),
) -> HouseholdMeasuresView:
    """What each measure is to a household with these facts. `confirmed`: the measures of which no condition is open."""
    region = str(facts["region_code"])
    found = [one for one in compiled.within(region) if one.id in states]
    ordered = sorted(found, key=lambda one: (ORDER.index(states[one.id]), one.id))
    views = [
        _view(one.id, register, compiled, facts, states[one.id], reports.get(one.id), confirmed=one.id in confirmed)
        for one in ordered
    ]
    conduct = [
        f"{entry.measure.title}（{entry.measure.citation}）"
        for entry in register.entries
        if entry.measure.kind.value == "conduct" and not entry.draft and region.startswith(entry.measure.region)
    ]
    shown = [EntitlementChangeView.of(row, register) for row in changes]
    return HouseholdMeasuresView(on=compiled.day, region=region, measures=views, conduct=conduct, changes=shown)


def _view(
    name: str,
    register: Register,
    compiled: CompiledMeasures,
    facts: Mapping[str, Any],
    state: EntitlementState,
    report: MeasureReport | None,
    *,
    confirmed: bool,
) -> HouseholdMeasureView:
    entry = register.of(name)
    if entry is None:
        raise LookupError(name)
    one = entry.measure
    missing = compiled.missing(one, facts, confirmed) if state is EntitlementState.VERIFY else []
    if state is EntitlementState.VERIFY and not missing:
        missing = [Missing("条件写在别的文件里，由办理的部门核实", one.lead[0].label if one.lead else None)]
    needs = [NamedView(code=need.value, label=need.label) for need in one.needs]
    why = WHYS[state]
    if state is EntitlementState.ENTITLED and Need.APPLICATION in one.needs:
        why = "条件都符合，要提出申请"
    return HouseholdMeasureView(
        measure=name,
        title=one.title,
        state=NamedView(code=state.value, label=state.label),
        why=why + "；".join(said.what for said in missing),
        missing=[MissingView.of(said) for said in missing],
        terms=[f"{term.title}：{format_value(term.value, term.unit)}" for term in one.terms],
        lead=[department.label for department in one.lead],
        others=one.others,
        needs=needs,
        until=one.until,
        reported=NamedView(code=report.outcome.value, label=report.outcome.label) if report else None,
        citation=citation_view(one),
    )


class AnswersQuery(Shape):
    """Answers to a few questions, about nobody in particular; what is not answered is unknown."""

    region: County
    type: Literal["survival", "growth", "development", "ineligible"] | None = None
    category: Literal["renowned", "distinctive", "quality", "emerging"] | None = None
    recognised: bool | None = None
    benefits_from: dt.date | None = None
    industry_code: Annotated[str | None, Field(pattern=r"^[0-9]{4}$", examples=["5431"])] = None
    established_on: dt.date | None = None
    abnormal: bool | None = None
    reported: bool | None = None
    meets: Annotated[
        list[MeasureIdField],
        Field(default_factory=list, max_length=300, description="哪些措施要核实的条件，自己认为都符合"),
    ]

    def facts(self) -> dict[str, Any]:
        """As the expressions read them."""
        recognised = True if self.category is not None else self.recognised
        known = dict.fromkeys(FACT_COLUMNS) | {
            "region_code": self.region,
            "status": "registered",
            "typed_as": self.type,
            "recognised": recognised,
            "category": self.category,
            "benefits_from": self.benefits_from,
        }
        same = ("industry_code", "established_on", "abnormal", "reported")
        return known | {name: getattr(self, name) for name in same}


class ListedView(Shape):
    """A household on a measure's list."""

    uscc: str
    name: str
    region: str
    since: dt.date


class ReportRowBody(Shape):
    """What a department reports of one household."""

    uscc: UsccEntry
    outcome: ReportOutcome
    on: dt.date
    amount: Annotated[
        Decimal | None, Field(ge=0, max_digits=15, decimal_places=2, description="发放的金额，元，至多两位小数")
    ] = None
    reason: PublicText | None = None

    def row(self) -> ReportRow:
        """As the service takes it, with the amount in fen."""
        fen = None if self.amount is None else int(self.amount * 100)
        return ReportRow(self.uscc, self.outcome, self.on, fen, self.reason)


class ReportBody(Shape):
    """A list of a measure, as it is taken or not at all."""

    rows: Annotated[list[ReportRowBody], Field(min_length=1, max_length=5000)]


class ReportedView(Shape):
    """How many rows were taken."""

    taken: int


class SignBody(Shape):
    """The operator agrees to what the measure's page tells."""

    uscc: UsccEntry
    agreed: Literal[True]
    revision: Annotated[
        int | None,
        Field(ge=0, le=2**31 - 1, description="看过的是第几版（措施的 revision）；写了就不会签到没有看过的内容"),
    ] = None


class CheckBody(Shape):
    """What the later check of a commitment found."""

    kept: bool
    finding: PublicText


class CommitmentView(Shape):
    """A commitment with its text and what became of it."""

    id: uuid.UUID
    uscc: str
    measure: str
    text: str
    consequence: str
    signed_at: dt.datetime
    kept: bool | None
    finding: str | None
    checked_at: dt.datetime | None

    @classmethod
    def of(cls, row: MeasureCommitment) -> "CommitmentView":
        """As it is stored."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})
