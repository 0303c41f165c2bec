"""HTTP shapes of proposals and decisions."""

import datetime as dt
import uuid
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.objection.decisions.domain import PROPOSAL_STATES, last_day_to_withdraw
from services.objection.decisions.models import Decision
from services.objection.objections.domain import Outcome
from services.objection.objections.models import Objection
from shared.platform.fields import PublicText, Reason, Shape

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]{1,100}$")]
Article = Annotated[PublicText, Field(min_length=2, max_length=200)]


class ProposalBody(Shape):
    """How to decide, and why."""

    objection: uuid.UUID
    outcome: Annotated[Literal[Outcome.UPHELD, Outcome.DISMISSED], Field(description="upheld 成立；dismissed 不成立")]
    reason: Annotated[Reason, Field(description="理由，公开，不写具体数额")]
    articles: Annotated[tuple[Article, ...], Field(max_length=20, description="另外依据的条款")] = ()
    verifications: Annotated[tuple[uuid.UUID, ...], Field(max_length=20, description="采用哪几项核实的更正")] = ()
    interpretation: Annotated[Name | None, Field(description="对读法的异议：针对哪一处")] = None
    reading: Annotated[Name | None, Field(description="对读法的异议：采用哪种读法")] = None
    worse: Annotated[bool, Field(description="更正后的结果可能比现在差：须先告知异议人")] = False


class GivingUpBody(Shape):
    """At the counter: how the objector agreed."""

    consent: Annotated[Reason | None, Field(description="窗口代为办理时，本人怎样同意")] = None


class WarningBody(Shape):
    """What the objector is told before a decision that may be worse."""

    text: Annotated[Reason, Field(description="告知异议人的内容")]


class DecisionView(Shape):
    """A proposal and what became of it, to those who handle objections."""

    id: uuid.UUID
    objection: uuid.UUID
    state: str
    state_label: str
    outcome: str
    outcome_label: str
    reason: str
    articles: list[str]
    verifications: list[str]
    interpretation: str | None
    reading: str | None
    worse: bool
    told_on: dt.date | None
    decide_after: Annotated[dt.date | None, Field(description="这一日之后才能作出决定")]
    sent_back_reason: str | None
    decided_on: dt.date | None
    applied: Annotated[str | None, Field(description="认定系统的处理结果")]
    etag: Annotated[str, Field(description="异议的版本，办理时在 If-Match 中给出")]

    @classmethod
    def of(cls, row: Decision, objection: Objection) -> "DecisionView":
        """From the row; the version is the objection's."""
        names = ("id", "reason", "articles", "verifications", "interpretation", "reading", "worse", "told_on")
        days = ("sent_back_reason", "decided_on")
        return cls(
            **{name: getattr(row, name) for name in (*names, *days)},
            objection=row.objection_id,
            decide_after=last_day_to_withdraw(objection, row),
            state=row.state.value,
            state_label=PROPOSAL_STATES.label(row.state),
            outcome=row.outcome.value,
            outcome_label=row.outcome.label,
            applied=row.applied.value if row.applied else None,
            etag=f'"{objection.version}"',
        )
