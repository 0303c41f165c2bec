"""What the officers' page of inspections reads of the support service."""

import datetime as dt

from services.portal.upstream.calls import Answer, Listed, Upstream, read


class InspectionDeliveryAnswer(Answer):
    """A file of credit-risk classes or violations, and what became of its rows."""

    feed_title: str
    bureau: str
    region: str
    delivered_at: dt.datetime
    rows: int
    accepted: int
    rejected: int
    unlisted: int
    coverage_label: str
    warnings: list[str]


class InspectionShareAnswer(Answer):
    """How many of a class and type are inspected, in percent; None: nobody has set it. `verified`: whether the text
    was looked up.
    """

    risk_class_label: str
    type_label: str
    share: int | None
    verified: bool
    source: str


class InspectionSharesAnswer(Answer):
    """A region's table on a day, and where it is not as the risk is."""

    region: str
    on: dt.date
    shares: list[InspectionShareAnswer]
    remarks: list[str]


class FoundViolationAnswer(Answer):
    """A violation that was found."""

    found_on: dt.date
    field_label: str
    outcome_label: str
    corrected_on: dt.date | None


class FirstViolationAnswer(Answer):
    """What is known of a household's earlier violations. `delivered_at`: of the last full delivery."""

    uscc: str
    known: str
    known_label: str
    delivered_at: dt.datetime | None
    records: list[FoundViolationAnswer]
    note: str = ""


async def deliveries(upstream: Upstream) -> Listed[InspectionDeliveryAnswer]:
    """The latest of the person's region."""
    return await read(upstream, Listed[InspectionDeliveryAnswer], "/v1/inspection-deliveries", {"limit": 20})


async def shares(upstream: Upstream, region: str) -> InspectionSharesAnswer:
    """Those of a region."""
    return await read(upstream, InspectionSharesAnswer, "/v1/inspection-shares", {"region": region})


async def first_violation(upstream: Upstream, uscc: str) -> FirstViolationAnswer:
    """Of one household; the service writes down who asks."""
    return await read(upstream, FirstViolationAnswer, "/v1/first-violations", {"uscc": uscc})
