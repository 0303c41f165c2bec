"""What is to stand in the systems about a household: drafts of records, made of what is known of it now.

Drafts depend on the facts alone, not on the event that changed them, so that any order of events gives the same ones.
"""

from collections.abc import Iterable, Mapping, Sequence

from services.notification.publication.records.domain import RecordDraft, Urgency
from services.notification.publication.registers.domain import (
    CREDIT_DEFECTS,
    HouseholdFacts,
    RecognitionFacts,
    Standing,
)
from services.notification.publication.systems import Kind
from shared.law.model.recognition import Category


def drafts_of(
    household: HouseholdFacts, recognitions: Sequence[RecognitionFacts], urgency: Urgency
) -> Iterable[RecordDraft]:
    """Every record about a household. `urgency`: of its label; what is corrected or taken back is always urgent."""
    if household.typed_revision:
        yield type_draft(household, urgency)
    if household.marks:
        yield restored_credit_draft(household)
    for one in recognitions:
        yield recognition_draft(one, household)


def type_draft(household: HouseholdFacts, urgency: Urgency) -> RecordDraft:
    """The label under the household."""
    label = household.type_label
    return RecordDraft(
        kind=Kind.TYPE,
        key=household.uscc,
        uscc=household.uscc,
        region=household.region,
        revision=household.typed_revision,
        content={
            "uscc": household.uscc,
            "name": household.name,
            "type_label": label,
            "year": household.typed_year,
            "region": household.region,
        },
        removed=label is None,
        urgency=Urgency.URGENT if label is None or household.corrected else urgency,
        first_urgency=urgency,
    )


def restored_credit_draft(household: HouseholdFacts) -> RecordDraft:
    """Credit that is restored; nothing is deleted, and it says which marks are gone."""
    restored = household.restored_marks
    return RecordDraft(
        kind=Kind.RESTORED_CREDIT,
        key=household.uscc,
        uscc=household.uscc,
        region=household.region,
        revision=household.typed_revision,
        content={
            "uscc": household.uscc,
            "name": household.name,
            "region": household.region,
            "restored": [CREDIT_DEFECTS[mark] for mark in restored],
        },
        removed=not restored,
        urgency=Urgency.URGENT,
        first_urgency=Urgency.URGENT,
    )


def recognition_draft(recognition: RecognitionFacts, household: HouseholdFacts | None) -> RecordDraft:
    """A recognition under the household, as long as both are in force. Until typing has told of the household its name
    is the one that it was recognised under; nothing is said of a household without a name.
    """
    name = household.name if household is not None else recognition.name
    registered = household is None or household.registered
    return RecordDraft(
        kind=Kind.RECOGNITION,
        key=str(recognition.id),
        uscc=recognition.uscc,
        region=recognition.region,
        revision=recognition.revision,
        content={
            "uscc": recognition.uscc,
            "name": name,
            "category": Category(recognition.category).label,
            "granted_on": None if recognition.granted_on is None else recognition.granted_on.isoformat(),
            "valid_until": recognition.valid_until.isoformat(),
            "certificate": recognition.certificate,
            "region": recognition.region,
            "state": "有效",
        },
        removed=name is None or not registered or recognition.standing is not Standing.VALID,
        first_urgency=Urgency.URGENT,
    )


def by_household(recognitions: Iterable[RecognitionFacts]) -> Mapping[str, list[RecognitionFacts]]:
    """Grouped by code."""
    grouped: dict[str, list[RecognitionFacts]] = {}
    for one in recognitions:
        grouped.setdefault(one.uscc, []).append(one)
    return grouped
