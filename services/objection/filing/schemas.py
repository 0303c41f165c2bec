"""Bodies and views of filing."""

import datetime as dt
import uuid
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from services.objection.filing.domain import Target
from services.objection.filing.order import FilingOrder
from services.objection.filing.service import Filed
from services.objection.objections.domain import Ground
from services.objection.objections.models import ObjectionDocument
from services.objection.objections.schemas import ObjectionView
from services.objection.objectors.identities import FilingConsent, Identity
from services.objection.objectors.schemas import IdentityBody
from services.objection.registers.domain import Against
from services.objection.rules.domain import GroundKind
from shared.platform.fields import County, PublicText, Reason, Shape, ShortText, UsccEntry, UsccLookup, Year

MOST_GROUNDS = 40


class GroundBody(Shape):
    """What is wrong: one of those that `GET /v1/grounds` offers."""

    kind: GroundKind
    id: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[a-z0-9._-]+$")]


class ConsentBody(Shape):
    """At the counter: how the objector agreed to be filed for, and when. A signed form is uploaded afterwards."""

    statement: Annotated[Reason, Field(description="本人怎样同意，例如：本人到窗口，当面签署委托书")]
    given_on: dt.date


class GroundsQuery(Shape):
    """About what one would like to object: a household's type, an application, a recognition, or a kind in a county."""

    against: Against
    uscc: UsccLookup | None = None
    subject: uuid.UUID | None = None
    public_notice: uuid.UUID | None = None
    county: Annotated[County | None, Field(description="不写 uscc、subject 时，看这个县区适用的规则")] = None

    def target(self) -> Target:
        """What it is about."""
        return Target(self.against, self.uscc, self.subject, self.public_notice, None, self.county)


class FilingBody(Shape):
    """An objection. What it is against has to be named even if the platform has not heard of it yet."""

    against: Against
    uscc: Annotated[UsccEntry | None, Field(description="哪一户；对分型结果提出时必填")] = None
    subject: Annotated[
        uuid.UUID | None,
        Field(
            description="申报或认定的编号；对分型结果提出时不填，对公示名单提出时写了 uscc 和 public_notice 也可以不填"
        ),
    ] = None
    public_notice: Annotated[uuid.UUID | None, Field(description="公示的编号")] = None
    year: Annotated[Year | None, Field(description="哪一年的分型结果；不填就是现行的")] = None
    county: Annotated[County | None, Field(description="平台还没有收到这一户时，它所在的县区")] = None
    grounds: Annotated[list[GroundBody], Field(min_length=1, max_length=MOST_GROUNDS)]
    statement: Annotated[PublicText | None, Field(description="异议内容；不要写证件号码和电话")] = None
    objector: Annotated[IdentityBody | None, Field(description="真实姓名和联系方式，密封保存")] = None
    consent: Annotated[ConsentBody | None, Field(description="窗口代为提交时登记的同意")] = None

    def order(self) -> FilingOrder:
        """What is filed."""
        return FilingOrder(
            Target(self.against, self.uscc, self.subject, self.public_notice, self.year, self.county),
            tuple(dict.fromkeys(Ground(ground.kind, ground.id) for ground in self.grounds)),
            self.statement or "",
            Identity(self.objector.name, self.objector.contact) if self.objector else None,
            FilingConsent(self.consent.statement, self.consent.given_on) if self.consent else None,
        )


class FilingView(ObjectionView):
    """The receipt of a filing."""

    joined: Annotated[bool, Field(description="已并入本人正在办理的同一异议，回执号不变")]
    file_by: Annotated[
        dt.date | None, Field(description="提出异议的最后一天；为空表示没有设定，或还没有收到所对的决定")
    ]
    message: Annotated[str, Field(description="办理说明")]

    @classmethod
    def of_filing(cls, filed: Filed, view: ObjectionView) -> "FilingView":
        """The objection with what became of this filing."""
        return cls(**dict(view), joined=filed.joined, file_by=filed.last_day, message=_message(filed))


def _message(filed: Filed) -> str:
    """One or more plain sentences for the objector."""
    said = (
        f"您对此已有正在办理的异议，这次的理由、内容已并入，回执号仍是 {filed.objection.receipt}。"
        if filed.joined
        else f"异议已提交，回执号 {filed.objection.receipt}。"
    )
    if filed.objection.contested_on is None:
        said += "平台还没有收到您所对的这项决定的消息，提交的时间已经记下，收到后即行核对。"
    elif filed.last_day is None:
        said += "提出异议的期限没有文件规定（未设定），没有最后一天。"
    return said


class WithdrawalBody(Shape):
    """At the counter: how the objector agreed."""

    consent: Annotated[Reason | None, Field(description="窗口代为撤回时，本人怎样同意")] = None


class Purpose(StrEnum):
    """What a document is for."""

    EVIDENCE = "evidence"
    CONSENT = "consent"
    HEARING = "hearing"
    ANSWER = "answer"


class DocumentQuery(Shape):
    """Name and purpose of an uploaded document."""

    name: Annotated[ShortText, Field(max_length=200)]
    purpose: Purpose = Purpose.EVIDENCE


class DocumentView(Shape):
    """An uploaded document."""

    id: uuid.UUID
    purpose: str
    name: str
    media_type: str
    bytes: int
    sha256: str
    added_at: dt.datetime

    @classmethod
    def of(cls, row: ObjectionDocument) -> "DocumentView":
        """From the stored row."""
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})
