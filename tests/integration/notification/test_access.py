"""No request meets a server error: generated ones, and every view of a database in which there is something of each."""

from collections.abc import Mapping
from typing import Any

import pytest

from services.notification.inbox import schemas as inbox_schemas
from services.notification.messages.domain import SUPPRESSION_LABELS, Suppression
from shared.platform.identity import Role
from tests.fixtures.http_fuzz import exercise
from tests.integration.notification.everything_told import filled
from tests.integration.notification.notification_client import (
    CITY,
    COUNTY,
    PROVINCE,
    NotificationClient,
    operator,
    uscc,
)


def callers(office: NotificationClient) -> dict[str, dict[str, str]]:
    """Everybody alone; with two roles; of the whole country; of a department."""
    one = {role.value: office.as_(role, COUNTY) for role in Role}
    own = {"operator_ref": operator(1)}
    both = {
        f"{role.value} with a shop": office.issuer.headers(role, Role.OPERATOR, region=COUNTY, **own)
        for role in (Role.OFFICER, Role.BUREAU, Role.APPROVER)
    }
    wide = {
        f"{role.value} of {region or 'the country'}": office.as_(role, region)
        for role in (Role.OFFICER, Role.APPROVER, Role.AUDITOR)
        for region in ("", PROVINCE, CITY)
    }
    return one | both | wide | {"tax": office.as_(Role.BUREAU, COUNTY, department="tax")}


VIEWS: Mapping[str, Mapping[str, str]] = {
    "/v1/inbox": {},
    "/v1/inbox/unread": {},
    "/v1/notifications": {"uscc": uscc(1)},
    "/v1/household-letters": {},
    "/v1/household-letters/table": {},
    "/v1/household-letters/{notification_id}/page": {},
    "/v1/messages": {},
    "/v1/messages/counts": {},
    "/v1/contacts/{uscc}": {},
    "/v1/own-contact": {},
    "/v1/mailboxes": {},
    f"/v1/mailboxes/market/{COUNTY}": {},
    "/v1/deliveries/{delivery_id}": {},
    "/v1/deliveries/{delivery_id}/rejects": {},
    "/v1/rules": {},
    "/v1/rules/drafts": {},
    "/v1/rules/recent-events": {"event": "HouseholdTyped"},
    "/v1/rules/{name}/versions": {},
    "/v1/rules/{name}/versions/1": {},
    "/v1/templates": {},
}


async def looked_at(office: NotificationClient, ids: Mapping[str, Any]) -> dict[str, set[int]]:
    """Every view as everybody sees it: the answers' statuses, by path."""
    statuses: dict[str, set[int]] = {}
    for path, query in VIEWS.items():
        for headers in callers(office).values():
            answer = await office.client.get(path.format(**ids), params=dict(query), headers=headers)
            statuses.setdefault(path, set()).add(answer.status_code)
    return statuses


async def test_every_view_of_everything_is_shown_or_refused_to_everybody(office: NotificationClient) -> None:
    statuses = await looked_at(office, await filled(office))
    assert {path for path, found in statuses.items() if 200 not in found} == set(), "nobody sees it"
    assert {one for found in statuses.values() for one in found} <= {200, 403, 404}


async def test_a_view_of_a_row_that_cannot_be_built_is_noticed(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted variant: a reason for staying in the inbox has no words."""
    without = {why: label for why, label in SUPPRESSION_LABELS.items() if why is not Suppression.NO_PROVIDER}
    monkeypatch.setattr(inbox_schemas, "SUPPRESSION_LABELS", without)
    ids = await filled(office)
    assert 500 in (await looked_at(office, ids))["/v1/notifications"]


async def test_generated_requests_meet_no_server_error(office: NotificationClient) -> None:
    await filled(office)
    everybody = callers(office)
    some = {name: everybody[name] for name in ("operator", "officer with a shop", "approver of the country")}
    for statuses in (await exercise(office.app, office.client, some)).values():
        assert sum(statuses.values()) > 0
