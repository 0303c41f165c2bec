"""HTTP shapes of examining an objection."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import Field

from services.objection.examination.domain import DeclineKind, Response
from shared.platform.fields import Reason, Shape, ShortText
from shared.platform.officers import Officer

Consent = Annotated[uuid.UUID | None, Field(description="代异议人办理的，写明异议人签字的材料；异议人本人办理的不写")]


class ReturnBody(Shape):
    """Everything that is missing."""

    missing: Annotated[list[Reason], Field(min_length=1, max_length=20, description="须补正的全部内容，一次告知")]


class CompletionBody(Shape):
    """What the objector adds."""

    text: Annotated[Reason, Field(description="补正说明")]
    documents: Annotated[tuple[uuid.UUID, ...], Field(max_length=20, description="补充的材料")] = ()
    consent: Consent = None


class DeclineBody(Shape):
    """Why it is not examined."""

    kind: Annotated[DeclineKind, Field(description="不予受理的情形")]
    reason: Annotated[Reason, Field(description="理由，告知异议人")]


class ExplanationBody(Shape):
    """An explanation of the result."""

    objection: uuid.UUID
    text: Annotated[Reason, Field(description="解释，公开，不写具体数额")]


class ResponseBody(Shape):
    """What the objector says to the explanation."""

    response: Annotated[Response, Field(description="content 没有异议了；insists 坚持异议")]
    consent: Consent = None


class ExtensionBody(Shape):
    """Why more time is needed."""

    reason: Annotated[Reason, Field(description="延长的理由，告知异议人")]


class AssignmentBody(Shape):
    """Who is to handle it."""

    to: Annotated[str, Field(min_length=1, max_length=200, description="经办人员（见候选人名单）")]
    note: Annotated[ShortText | None, Field(description="移交说明")] = None


class CandidateView(Shape):
    """Somebody whom an objection can be assigned to."""

    subject: str
    name: str | None
    region: str
    last_day: Annotated[dt.date, Field(description="最近一次办理业务的日期")]

    @classmethod
    def of(cls, officer: Officer) -> "CandidateView":
        """From those who have acted."""
        return cls(subject=officer.subject, name=officer.name, region=officer.region, last_day=officer.last_day)


class AssignmentView(Shape):
    """Who has an objection, and whom it could be given to."""

    assigned_to: str | None
    candidates: list[CandidateView]
