"""Every published payload, by hand: what is not listed here is not part of the contract."""

from shared.contracts.annual_report import AnnualReportClosed, AnnualReportFiled
from shared.contracts.payload import Payload
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
)

BY_TYPE: dict[str, type[Payload]] = {payload.event_type: payload for payload in PAYLOADS}
TOPICS: tuple[str, ...] = tuple(sorted({payload.topic for payload in PAYLOADS}))
