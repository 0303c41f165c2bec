"""The list of every published payload; what is not on it is not part of the contract."""

from shared.contracts.annual_report import AnnualReportClosed, AnnualReportFiled
from shared.contracts.objection import ObjectionUpheld, PublicNoticeCleared
from shared.contracts.payload import Payload
from shared.contracts.recognition import (
    ApplicationRefused,
    ApplicationReturned,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    InformationReportDue,
    InformationReportOverdue,
    PublicNoticeClosed,
    PublicNoticeOpened,
    RecognitionCancelled,
    RecognitionConfirmed,
    RecognitionExpired,
    RecognitionExtended,
    RecognitionGranted,
    RecognitionRevoked,
    RecognitionTransferred,
    RecommendationSubmitted,
    SeasonOpened,
)
from shared.contracts.typing import (
    HouseholdChanged,
    HouseholdTyped,
    TypingAdjusted,
    TypingRunCompleted,
    TypingRunPublished,
)

PAYLOADS: tuple[type[Payload], ...] = (
    AnnualReportClosed,
    AnnualReportFiled,
    TypingRunCompleted,
    TypingRunPublished,
    HouseholdTyped,
    TypingAdjusted,
    HouseholdChanged,
    SeasonOpened,
    ApplicationSubmitted,
    ApplicationReturned,
    ApplicationRefused,
    ApplicationWithdrawn,
    RecommendationSubmitted,
    PublicNoticeOpened,
    PublicNoticeClosed,
    RecognitionGranted,
    RecognitionConfirmed,
    InformationReportDue,
    InformationReportOverdue,
    RecognitionCancelled,
    RecognitionExtended,
    RecognitionExpired,
    RecognitionRevoked,
    RecognitionTransferred,
    PublicNoticeCleared,
    ObjectionUpheld,
)

BY_TYPE: dict[str, type[Payload]] = {payload.event_type: payload for payload in PAYLOADS}
TOPICS: tuple[str, ...] = tuple(sorted({payload.topic for payload in PAYLOADS}))
