"""HTTP shapes of examining an objection."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import Field, StringConstraints

from services.objection.examination.domain import DeclineKind, HearingKind, Response
from services.objection.examination.hearings import Hearing
from services.objection.examination.models import HearingNote
from shared.platform.fields import Reason, Shape
from shared.platform.officers import Officer

Present = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")
]
NoteText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=20_000, pattern=r"^[^\x00]*$")
]
Consent = Annotated[Reason | None, Field(description="代异议人办理的，写明本人怎样同意；异议人本人办理的不写")]


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
    note: Annotated[Reason | None, Field(description="移交说明")] = None


class HearingBody(Shape):
    """A hearing or a conversation that was written down."""

    kind: Annotated[HearingKind, Field(description="hearing 听证；inquiry 询问笔录")]
    held_on: Annotated[dt.date, Field(description="哪一天")]
    present: Annotated[tuple[Present, ...], Field(min_length=1, max_length=50, description="到场的人")]
    text: Annotated[NoteText, Field(description="记录")]
    document: Annotated[uuid.UUID | None, Field(description="签字的笔录，先作为材料上传")] = None


class HearingView(Shape):
    """That something was noted, without what names people: who was present and what was said."""

    id: uuid.UUID
    kind: str
    kind_label: str
    held_on: dt.date
    document: uuid.UUID | None

    @classmethod
    def of(cls, note: HearingNote) -> "HearingView":
        """Without what is sealed."""
        return cls(
            id=note.id, kind=note.kind.value, kind_label=note.kind.label, held_on=note.held_on, document=note.document
        )


class DisclosedHearingView(HearingView):
    """A note in clear."""

    present: list[str]
    text: str

    @classmethod
    def opened(cls, note: HearingNote, hearing: Hearing) -> "DisclosedHearingView":
        """With what was sealed."""
        shown = HearingView.of(note).model_dump()
        return cls(**shown, present=list(hearing.present), text=hearing.text)


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
