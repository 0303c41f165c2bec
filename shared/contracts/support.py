"""Events of the support service. Topic `support.events`."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.payload import Payload, Region, StatePayload, Uscc

Word = Annotated[str, Field(max_length=40)]
"""An open word: consumers pass over those that they do not know."""
DepartmentName = Annotated[str, Field(max_length=40)]
"""A department as tokens name it (`culture`); an open word."""
MeasureId = Annotated[str, Field(max_length=60)]
Staff = Annotated[str, Field(max_length=200)]
"""The subject of a token of staff."""
Text = Annotated[str, Field(max_length=2000)]
"""Words that others read, so never a figure, an id number or a phone."""


class SupportPayload(Payload):
    """Events owned by the support service."""

    topic: ClassVar[str] = "support.events"


class EntitlementsChanged(StatePayload, SupportPayload):
    """A household is entitled to other measures than before (免申即享): one for each household and cause. Subject: the
    uscc.

    `cause`: what led to it (`typing`, `recognition`, `measure`, …); `run`, `recognition`: which one. `departments`:
    those that the granted and ended measures belong to, sorted.
    """

    uscc: Uscc
    region: Region
    cause: Word
    run: UUID | None = None
    recognition: UUID | None = None
    granted: list[MeasureId]
    ended: list[MeasureId]
    departments: list[DepartmentName]


class CallPayload(SupportPayload):
    """Something about a visit that is due to a household (必访). Subject: the uscc."""

    call: UUID
    uscc: Uscc
    region: Region


class CallDue(CallPayload):
    """A visit is due; one for each call. `trigger`: which of the six cases, the first where several meet; `assigned`:
    who is in touch with the household, where somebody is; `due_on` None: no number of days is set. `unverified`: no
    text at hand gives the number.
    """

    trigger: Word
    due_on: date | None
    assigned: Staff | None = None
    unverified: bool


class OfficialAssigned(SupportPayload):
    """An official is in touch with a household (包抓联系) from now on. Subject: the uscc."""

    uscc: Uscc
    region: Region
    assigned: Staff
    department: DepartmentName


class WorkReportPayload(SupportPayload):
    """Something has to be reported soon. Subject and `region`: the county; `department`: who reports; `what`: its
    title. `unverified`: no text at hand gives the last day, or says who reports.
    """

    work_report: UUID
    region: Region
    department: DepartmentName
    what: Annotated[str, Field(max_length=200)]
    due_on: date
    unverified: bool


class WorkReportDue(WorkReportPayload):
    """A department's report of a month (开展情况及典型案例)."""


class MonitoringDue(WorkReportPayload):
    """A county's report of a quarter (季度跟踪监测)."""


class FilingDue(WorkReportPayload):
    """Something that is reported once, by a day."""


class ProblemPayload(SupportPayload):
    """A step of a problem that somebody has raised (诉求问题). Subject: the uscc, or the county where it is about no
    single household. `region`: the county.
    """

    problem: UUID
    receipt: Annotated[str, Field(max_length=40)]
    uscc: Uscc | None
    region: Region


class ProblemCollected(ProblemPayload):
    """It was taken down. `source`: who raised it or where (`household`, `visit`, …)."""

    source: Word


class ProblemForwarded(ProblemPayload):
    """It has an owner: this department of this region, and nobody else, handles it. `due_on` None: no number of days is
    set. `unverified`: no text at hand gives the number.
    """

    department: DepartmentName
    owner_region: Region
    due_on: date | None
    unverified: bool


class ProblemAnswered(ProblemPayload):
    """Its owner has answered; the household may say until `respond_by` that it is not solved, once. `outcome`:
    `solved`, `not-solved`, `enforcement` (handed over to those who enforce the law). `again`: it was answered before,
    and the household said that it is not solved; said again, the superior closes it.
    """

    department: DepartmentName
    owner_region: Region
    answer: Text
    outcome: Word
    respond_by: date | None
    again: bool = False


class ProblemOverdue(ProblemPayload):
    """A last day passed. `what`: `forward`, `answer`; `department`: whose it is; `supervised_by`: the region whose
    bureau supervises it from now on (督办).
    """

    what: Word
    department: DepartmentName
    owner_region: Region
    due_on: date
    supervised_by: Region


class SurveyPayload(SupportPayload):
    """Something about a household's invitation to a survey (问卷调查). Subject: the uscc. `region`: the county in which
    it was invited; `invitation`: of this household to this survey, always the same.
    """

    survey: UUID
    invitation: UUID
    uscc: Uscc
    region: Region


class SurveyInvited(SurveyPayload):
    """The household is asked to answer, without its name and of its own will: one for each invitation. `what`: the
    survey's title; `until`: the last day for answers.
    """

    what: Annotated[str, Field(max_length=200)]
    until: date


class SurveyAnswered(SurveyPayload):
    """The household has answered; what it chose is kept nowhere."""


class SurveyWithdrawn(SurveyPayload):
    """The survey was withdrawn before its last day: the household, which had not answered, need not any more."""
