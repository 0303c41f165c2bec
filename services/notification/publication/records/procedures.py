"""What the systems hold of the way to recognition and of the life after it: criteria, applications and recommendations,
public notices, information reports, operator changes, lists. Each draft follows from one event, and no other; only a
notice follows from its copy, since a household leaves it whose application ends.

Nothing that somebody wrote in their own words, no person and no figure is in any of them.
"""

from collections.abc import Iterator, Mapping

from services.notification.publication.records.domain import RecordDraft, Urgency
from services.notification.publication.registers.notices import NoticeFacts
from services.notification.publication.systems import Kind
from shared import clock
from shared.contracts.payload import Payload
from shared.contracts.recognition import (
    ApplicationCalledUp,
    ApplicationNotSelected,
    ApplicationPayload,
    ApplicationRefused,
    ApplicationReopened,
    ApplicationReturned,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CriteriaPublished,
    InformationReportFiled,
    InformationReportOverdue,
    PublicNoticeClosed,
    RecognitionGranted,
    RecognitionListFiled,
    RecognitionOperatorChanged,
    RecommendationSubmitted,
    SupplementDemanded,
    SupplementReceived,
)
from shared.law.model.recognition import Category
from shared.messaging.events import Event

PATH_LABELS = {"application": "自主申报", "recommendation": "部门推荐"}
IN_PROGRESS = "办理中"
APPLICATION_STATES: Mapping[type[Payload], str] = {
    ApplicationSubmitted: IN_PROGRESS,
    RecommendationSubmitted: IN_PROGRESS,
    ApplicationReturned: "待补正",
    SupplementDemanded: "待补充材料",
    SupplementReceived: IN_PROGRESS,
    ApplicationNotSelected: "未入选",
    ApplicationCalledUp: IN_PROGRESS,
    ApplicationReopened: IN_PROGRESS,
    ApplicationRefused: "未通过",
    ApplicationWithdrawn: "已撤回",
    RecognitionGranted: "已认定",
}
"""What an application is after an event. A recommendation that still waits for the operator's consent is not heard."""
ON_RESERVE = "候补"
SUPPLEMENT_PASSED = "passed"
NOTICE_OPENED, NOTICE_CLOSED = 1, 2
"""A notice's events have no revision of their own; one that is over does not open again."""
REPORT_STATES: Mapping[type[Payload], str] = {InformationReportFiled: "已报送", InformationReportOverdue: "逾期未报"}


def drafts_of_event(event: Event) -> Iterator[RecordDraft]:
    """The drafts that follow from an event."""
    match event.data:
        case SupplementReceived(outcome=outcome) if outcome != SUPPLEMENT_PASSED:
            return  # ApplicationRefused has said it
        case ApplicationPayload() as said:
            yield application_draft(event, str(said.application), said.path)
        case RecognitionGranted(application=application, path=path) if application is not None:
            yield application_draft(event, str(application), path)
        case InformationReportFiled() | InformationReportOverdue():
            yield report_draft(event)
        case RecognitionOperatorChanged() as said:
            yield operator_change_draft(event, said)
        case CriteriaPublished(categories=categories) as said if categories is not None:
            yield criteria_draft(said)
        case PublicNoticeClosed() as said:
            yield closed_notice_draft(said)
        case RecognitionListFiled() as said:
            yield list_draft(said)
        case _:
            return


def application_draft(event: Event, application: str, path: str | None) -> RecordDraft:
    """Where an application or recommendation stands, without the reason."""
    said = event.data
    if not isinstance(said, ApplicationPayload | RecognitionGranted):
        raise TypeError(said.event_type)
    state = APPLICATION_STATES[type(said)]
    if isinstance(said, ApplicationNotSelected) and said.reserve_rank is not None:
        state = ON_RESERVE
    return RecordDraft(
        kind=Kind.APPLICATION,
        key=application,
        uscc=said.uscc,
        region=said.region,
        revision=said.revision,
        content={
            "uscc": said.uscc,
            "name": said.name,
            "region": said.region,
            "category": None if said.category is None else Category(said.category).label,
            "path": None if path is None else PATH_LABELS.get(path),
            "state": state,
        },
    )


def report_draft(event: Event) -> RecordDraft:
    """That a year's information report is there, or is overdue; nothing of what it says."""
    said = event.data
    if not isinstance(said, InformationReportFiled | InformationReportOverdue):
        raise TypeError(said.event_type)
    return RecordDraft(
        kind=Kind.INFORMATION_REPORT,
        key=f"{said.recognition}:{said.year}",
        uscc=said.uscc,
        region=said.region,
        revision=said.revision,
        content={
            "uscc": said.uscc,
            "name": said.name,
            "region": said.region,
            "year": said.year,
            "state": REPORT_STATES[type(said)],
        },
    )


def operator_change_draft(event: Event, said: RecognitionOperatorChanged) -> RecordDraft:
    """That a recognised household has another operator since a day: neither who nor who was."""
    return RecordDraft(
        kind=Kind.OPERATOR_CHANGE,
        key=f"{said.recognition}:{said.revision}",
        uscc=said.uscc,
        region=said.region,
        revision=said.revision,
        content={
            "uscc": said.uscc,
            "name": said.name,
            "region": said.region,
            "seen_on": event.time.astimezone(clock.CHINA).date().isoformat(),
        },
        first_urgency=Urgency.URGENT,
    )


def criteria_draft(said: CriteriaPublished) -> RecordDraft:
    """A region's criteria of a year, as they were published."""
    return RecordDraft(
        kind=Kind.CRITERIA,
        key=f"{said.region}:{said.year}",
        uscc=None,
        region=said.region,
        revision=None,
        content={
            "region": said.region,
            "year": said.year,
            "document": said.document,
            "categories": [
                {
                    "category": Category(one.category).label,
                    "points_needed": one.points_needed,
                    "criteria": [{"title": each.title, "points": each.points} for each in one.criteria],
                }
                for one in said.categories or ()
            ],
        },
    )


def notice_draft(notice: NoticeFacts) -> RecordDraft:
    """The households that a county still intends to recognise, and until when one may object. Without any of them left
    the notice is taken down.
    """
    return RecordDraft(
        kind=Kind.PUBLIC_NOTICE,
        key=str(notice.id),
        uscc=None,
        region=notice.region,
        revision=NOTICE_OPENED,
        content={
            "region": notice.region,
            "opens_on": notice.opens_on.isoformat(),
            "closes_on": notice.closes_on.isoformat(),
            "households": [
                {"uscc": one.uscc, "name": one.name, "category": Category(one.category).label}
                for one in notice.households
            ],
        },
        removed=not notice.households,
        first_urgency=Urgency.URGENT,
    )


def closed_notice_draft(said: PublicNoticeClosed) -> RecordDraft:
    """A notice is taken down when it is over: nobody stays named as somebody who is to be recognised."""
    return RecordDraft(
        kind=Kind.PUBLIC_NOTICE,
        key=str(said.public_notice),
        uscc=None,
        region=said.region,
        revision=NOTICE_CLOSED,
        content={},
        removed=True,
    )


def list_draft(said: RecognitionListFiled) -> RecordDraft:
    """That a county filed its list of recognitions with its superior."""
    return RecordDraft(
        kind=Kind.RECOGNITION_LIST,
        key=str(said.filing),
        uscc=None,
        region=said.region,
        revision=None,
        content={
            "region": said.region,
            "year": said.year,
            "filed_with": said.filed_with,
            "document": said.document,
            "filed_on": said.filed_on.isoformat(),
            "households": said.households,
        },
    )
