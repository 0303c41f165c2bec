"""What the services show in clear for a reason, which they write down; and what is masked without one."""

import datetime as dt
from urllib.parse import quote

from services.portal.upstream.calls import Answer, Change, Upstream, read, send_for
from services.portal.upstream.notification import DeliveredContactAnswer, OwnValuesAnswer


class WordsOfConsentAnswer(Answer):
    """What an objector agreed to at the counter."""

    given_on: dt.date
    statement: str


class ClearObjectorAnswer(Answer):
    """Who objects; none where only the operator's account is known."""

    name: str | None
    contact: str | None
    consents: list[WordsOfConsentAnswer]


class ClearHearingAnswer(Answer):
    """A note of a hearing."""

    kind_label: str
    held_on: dt.date
    present: list[str]
    text: str


class ClearWaysAnswer(Answer):
    """Phone and e-mail."""

    phone: str | None = None
    email: str | None = None


class ClearContactAnswer(Answer):
    """How a household's operator is reached: as delivered, and as they said themselves."""

    delivered: ClearWaysAnswer | None = None
    own: ClearWaysAnswer | None = None


class HouseholdContactAnswer(Answer):
    """The same, masked; `reachable`: on which channels messages go out today."""

    delivered: DeliveredContactAnswer | None
    own: OwnValuesAnswer | None
    reachable: list[str]


async def contact(upstream: Upstream, uscc: str) -> HouseholdContactAnswer:
    """Of a household, masked."""
    return await read(upstream, HouseholdContactAnswer, f"/v1/contacts/{quote(uscc, safe='')}")


async def clear_contact(upstream: Upstream, uscc: str, change: Change) -> ClearContactAnswer:
    """The same in clear."""
    return await send_for(upstream, ClearContactAnswer, f"/v1/contacts/{quote(uscc, safe='')}/disclosures", change)


async def clear_objector(upstream: Upstream, objection: str, change: Change) -> ClearObjectorAnswer:
    """Who objects, in clear."""
    path = f"/v1/objections/{quote(objection, safe='')}/objector/disclosures"
    return await send_for(upstream, ClearObjectorAnswer, path, change)


async def clear_hearing(upstream: Upstream, objection: str, hearing: str, change: Change) -> ClearHearingAnswer:
    """A note, in clear."""
    path = f"/v1/objections/{quote(objection, safe='')}/hearings/{quote(hearing, safe='')}/disclosures"
    return await send_for(upstream, ClearHearingAnswer, path, change)
