"""What officers do about reconciliation over HTTP: rounds, differences, decisions, the signed report; who may."""

import csv
import datetime as dt
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import DBAPIError

from services.notification.publication.reconciliation.domain import report_digest
from services.notification.publication.reconciliation.rounds import Reconciler
from shared.platform.identity import Role
from tests.fixtures.service_client import Issuer
from tests.integration.notification.notification_client import NotificationClient, open_client, settings_for
from tests.integration.notification.publication.held_elsewhere import HeldElsewhere, held_record, published
from tests.integration.notification.publication.reconciling import (
    HERE,
    KEYS,
    PACE,
    THERE,
    differences,
    execute,
    reconcile,
    rows,
)

SYSTEM = "province-directory"
ADDRESS = "http://user:word@127.0.0.1:9/province-directory"
REASON = {"reason": "经与省名录核对，属对方系统升级时丢失。"}
RECONCILIATIONS, DIFFERENCES = "/v1/publications/reconciliations", "/v1/publications/differences"


@pytest.fixture
def daily_at() -> dt.time | None:
    """When each day's round is made; none: officers' rounds only."""
    return None


@pytest.fixture
async def bureau(
    database_url: str, tmp_path: Path, issuer: Issuer, daily_at: dt.time | None
) -> AsyncIterator[NotificationClient]:
    """A service that is connected to the province's directory."""
    changed: dict[str, Any] = {"province_directory": ADDRESS, "reconciliation_at": daily_at}
    settings = settings_for(database_url, tmp_path / "notification", issuer, **changed)
    async with open_client(settings, issuer) as office:
        yield office


@pytest.fixture
async def found(bureau: NotificationClient) -> NotificationClient:
    """After a round: in one county a record is missing and one is too much, in another one is missing."""
    system, database = HeldElsewhere(), bureau.resources.database
    await published(database, HERE, *KEYS)
    await published(database, THERE, "92410106MA00000001")
    system.hold(*(held_record(key, HERE) for key in KEYS[1:]), replace(held_record("unknown", HERE), uscc=KEYS[0]))
    await reconcile(database, system)
    return bureau


async def the_round(office: NotificationClient, region: str = "41") -> dict[str, Any]:
    """The latest round as an officer of a region sees it."""
    answer = await office.get(RECONCILIATIONS, region=region)
    assert answer.status_code == 200, answer.text
    first: dict[str, Any] = answer.json()["items"][0]
    return first


async def there(office: NotificationClient, region: str = HERE, **query: Any) -> list[dict[str, Any]]:
    """The differences as an officer of a region sees them."""
    answer = await office.get(DIFFERENCES, region=region, query=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def act(
    office: NotificationClient, difference: dict[str, Any], what: str, role: Role = Role.OFFICER, **who: Any
) -> httpx.Response:
    """Repair or decide one difference at the version that was read."""
    who = {"region": HERE, "match": difference["etag"], "subject": "zhang"} | who
    return await office.post(f"{DIFFERENCES}/{difference['id']}/{what}", REASON, role, **who)


async def sign(office: NotificationClient, a_round: dict[str, Any], **who: Any) -> httpx.Response:
    """Sign a round's report."""
    who = {"region": "41", "match": a_round["etag"], "subject": "chen", "name": "陈签"} | who
    return await office.post(f"{RECONCILIATIONS}/{a_round['id']}/signature", {}, Role.APPROVER, **who)


async def test_each_region_sees_its_own_counties(found: NotificationClient) -> None:
    a_round = await the_round(found)
    assert (a_round["totals"]["counties"], a_round["totals"]["missing"], a_round["totals"]["extra"]) == (2, 2, 1)
    theirs = (await the_round(found, THERE))["totals"]
    assert (theirs["counties"], theirs["ours"], theirs["missing"], theirs["extra"]) == (1, 1, 1, 0)
    counties = await found.get(f"{RECONCILIATIONS}/{a_round['id']}/counties", region=HERE)
    assert [(one["region"], one["ours"], one["theirs"]) for one in counties.json()] == [(HERE, 7, 7)]
    assert {one["key"] for one in await there(found)} == {KEYS[0], "unknown"}
    assert len(await there(found, "4101")) == 3
    assert await there(found, "4102") == []
    assert (await found.get(DIFFERENCES, region=HERE, query={"region": THERE})).status_code == 403


async def test_differences_can_be_downloaded(found: NotificationClient) -> None:
    a_round = await the_round(found)
    answer = await found.get(f"{RECONCILIATIONS}/{a_round['id']}/differences/table", region=HERE)
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {(one["差异"], one["记录"], one["状态"]) for one in lines} == {
        ("对方缺少", KEYS[0], "待处理"),
        ("对方多出", "unknown", "待处理"),
    }


async def test_a_round_is_ordered_once_at_a_time_for_the_officers_region(bureau: NotificationClient) -> None:
    order = {"system": SYSTEM}
    made = await bureau.post(RECONCILIATIONS, order, Role.OFFICER, region="4101")
    assert (made.status_code, made.json()["region"], made.json()["state"]) == (202, "4101", "ordered")
    again = await bureau.post(RECONCILIATIONS, order, Role.OFFICER, region=HERE)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/reconciliation-under-way")
    reconciler = Reconciler(bureau.resources.database, HeldElsewhere(), PACE)
    while await reconciler.step():
        pass
    assert (await the_round(bureau))["state"] == "done"
    assert (await bureau.post(RECONCILIATIONS, order, Role.OFFICER, region=HERE)).status_code == 202


@pytest.mark.parametrize(
    ("order", "region", "slug"),
    [
        ({"system": "national-directory"}, HERE, "system-not-connected"),
        ({"system": SYSTEM, "kind": "recognition"}, HERE, "kind-not-held"),
        ({"system": SYSTEM, "region": THERE}, HERE, "outside-region"),
    ],
)
async def test_what_cannot_be_reconciled_is_refused(
    bureau: NotificationClient, order: dict[str, Any], region: str, slug: str
) -> None:
    answer = await bureau.post(RECONCILIATIONS, order, Role.OFFICER, region=region)
    assert answer.json()["type"] == f"/problems/{slug}"


async def test_a_round_of_a_county_compares_no_other(bureau: NotificationClient) -> None:
    database, system = bureau.resources.database, HeldElsewhere()
    await published(database, HERE, KEYS[0])
    await published(database, THERE, "92410106MA00000001")
    await bureau.post(RECONCILIATIONS, {"system": SYSTEM, "kind": "type"}, Role.OFFICER, region=HERE)
    reconciler = Reconciler(database, system, PACE)
    while await reconciler.step():
        pass
    assert await differences(database) == [(KEYS[0], "missing", "open")]


async def test_a_repair_is_ordered_by_an_officer_and_sent_by_the_worker(found: NotificationClient) -> None:
    missing = next(one for one in await there(found) if one["difference"] == "missing")
    answer = await act(found, missing, "repair")
    assert (answer.status_code, answer.json()["state"], answer.json()["acted_by"]) == (200, "repairing", "zhang")
    await Reconciler(found.resources.database, HeldElsewhere(), PACE).step()
    waiting = await rows(found.resources.database, "select key from publication_row where state = 'waiting'")
    assert waiting == [{"key": KEYS[0]}]
    audited = await found.sql("select action, details from audit_entry where action like 'publication-difference:%'")
    assert [row["action"] for row in audited] == ["publication-difference:repairing"]


async def test_what_the_system_holds_too_much_is_taken_back(found: NotificationClient) -> None:
    extra = next(one for one in await there(found) if one["difference"] == "extra")
    assert (await act(found, extra, "repair")).status_code == 200
    await Reconciler(found.resources.database, HeldElsewhere(), PACE).step()
    [row] = await rows(
        found.resources.database,
        """select r.removed, r.version, w.system, w.state, w.region from publication_row w
        join publication_record r using (kind, key) where w.key = 'unknown'""",
    )
    assert row == {"removed": True, "version": 2, "system": SYSTEM, "state": "waiting", "region": HERE}


async def test_all_differences_of_a_kind_are_repaired_in_the_officers_region_only(found: NotificationClient) -> None:
    order = {"system": SYSTEM, "difference": "missing", **REASON}
    answer = await found.post(f"{DIFFERENCES}/repairs", order, Role.OFFICER, region=HERE)
    assert (answer.status_code, answer.json()) == (202, {"ordered": 1})
    states = {key: state for key, _, state in await differences(found.resources.database)}
    assert states == {KEYS[0]: "repairing", "unknown": "open", "92410106MA00000001": "open"}


async def withdraw(
    office: NotificationClient, expected: int | None, role: Role = Role.APPROVER, region: str = HERE
) -> httpx.Response:
    """Have everything that is too much withdrawn."""
    order = {"system": SYSTEM, "difference": "extra", "expected": expected, **REASON}
    return await office.post(f"{DIFFERENCES}/repairs", order, role, region=region)


async def test_only_an_approver_who_says_how_many_has_all_of_them_withdrawn(found: NotificationClient) -> None:
    uncounted, officer = await withdraw(found, None), await withdraw(found, 1, Role.OFFICER)
    assert (uncounted.status_code, officer.status_code) == (422, 403)
    assert officer.json()["type"] == "/problems/withdrawal-needs-approver"
    wrong = await withdraw(found, 2)
    assert (wrong.status_code, wrong.json()["type"]) == (409, "/problems/differences-other-number")
    assert [state for _, kind, state in await differences(found.resources.database) if kind == "extra"] == ["open"]
    assert await found.sql("select 1 from audit_entry where action = 'publication-difference:repair'") == []
    right = await withdraw(found, 1)
    assert (right.status_code, right.json()) == (202, {"ordered": 1})
    assert [state for _, kind, state in await differences(found.resources.database) if kind == "extra"] == ["repairing"]


async def test_no_order_withdraws_more_than_the_setting_allows(
    found: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = found.resources.settings.model_copy(update={"reconciliation_most_withdrawals": 0})
    monkeypatch.setattr(found.app.state.resources, "settings", settings)
    refused = await withdraw(found, 1)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/withdrawals-too-many")
    assert [state for _, kind, state in await differences(found.resources.database) if kind == "extra"] == ["open"]


@pytest.mark.parametrize("daily_at", [dt.time(0, 0)])
async def test_nobodys_round_goes_before_the_daily_one(bureau: NotificationClient) -> None:
    refused = await bureau.post(RECONCILIATIONS, {"system": SYSTEM}, Role.OFFICER, region=HERE)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/daily-reconciliation-due")
    reconciler = Reconciler(bureau.resources.database, HeldElsewhere(), replace(PACE, at=dt.time(0, 0)))
    while await reconciler.step():
        pass
    assert (await the_round(bureau))["daily"]
    assert (await bureau.post(RECONCILIATIONS, {"system": SYSTEM}, Role.OFFICER, region=HERE)).status_code == 202


async def test_a_difference_is_left_as_it_is_for_a_reason(found: NotificationClient) -> None:
    extra = next(one for one in await there(found) if one["difference"] == "extra")
    stale = await act(found, extra, "decision", match='"7"')
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/version-stale")
    assert (await act(found, extra, "decision", match="")).json()["type"] == "/problems/version-required"
    decided = await act(found, extra, "decision")
    assert (decided.json()["state"], decided.json()["reason"]) == ("decided", REASON["reason"])


@pytest.mark.parametrize("role", [Role.APPROVER, Role.AUDITOR, Role.BUREAU, Role.SYSTEM, Role.OPERATOR])
async def test_only_officers_act_on_differences(found: NotificationClient, role: Role) -> None:
    [missing, *_] = await there(found)
    for what in ("repair", "decision"):
        assert (await act(found, missing, what, role)).status_code == 403


async def test_officers_of_another_county_cannot_tell_that_it_exists(found: NotificationClient) -> None:
    [missing, *_] = await there(found)
    for what in ("repair", "decision"):
        answer = await act(found, missing, what, region=THERE)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/publication-difference-not-found")


async def test_a_signed_report_never_changes_and_is_signed_once(found: NotificationClient) -> None:
    a_round = await the_round(found)
    signed = await sign(found, a_round)
    assert (signed.status_code, signed.json()["signed_name"]) == (200, "陈签")
    path = f"{RECONCILIATIONS}/{a_round['id']}/report"
    before = (await found.get(path, region="41")).json()
    assert before["digest"] == signed.json()["report_digest"] == report_digest(before["report"])[1]
    assert before["report"]["differences"] == [
        {"difference": "extra", "state": "open", "rows": 1},
        {"difference": "missing", "state": "open", "rows": 2},
    ]
    for difference in await there(found):
        await act(found, difference, "decision")
    assert (await found.get(path, region="41")).json() == before
    again = await sign(found, signed.json(), subject="zhao", name="赵签")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/reconciliation-signed")


async def test_nobody_changes_a_signed_report_in_the_database(found: NotificationClient) -> None:
    await sign(found, await the_round(found))
    for change in ("update publication_reconciliation set report = '{}'", "delete from publication_reconciliation"):
        with pytest.raises(DBAPIError, match="a signed report does not change"):
            await execute(found.resources.database, change)


async def test_before_it_is_signed_the_report_shows_what_was_done(found: NotificationClient) -> None:
    a_round = await the_round(found)
    path = f"{RECONCILIATIONS}/{a_round['id']}/report"
    before = (await found.get(path, region="41")).json()
    await act(found, (await there(found))[0], "decision")
    after = (await found.get(path, region="41")).json()
    assert before["report"]["differences_digest"] != after["report"]["differences_digest"]


async def test_whoever_decided_on_a_difference_does_not_sign(found: NotificationClient) -> None:
    both = {"subject": "zhang", "name": "张办"}
    [one, *_] = await there(found)
    await act(found, one, "decision", subject="zhang")
    refused = await sign(found, await the_round(found), **both)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/maker-is-not-checker")
    assert (await sign(found, await the_round(found))).status_code == 200


async def test_who_may_not_sign(found: NotificationClient) -> None:
    a_round = await the_round(found)
    county = await sign(found, a_round, region=HERE)
    assert (county.status_code, county.json()["type"]) == (403, "/problems/outside-region")
    assert (await found.get(f"{RECONCILIATIONS}/{a_round['id']}/report", region=HERE)).status_code == 403
    nameless = await sign(found, a_round, name=None)
    assert nameless.json()["type"] == "/problems/signer-nameless"
    path = f"{RECONCILIATIONS}/{a_round['id']}/signature"
    officer = await found.post(path, {}, Role.OFFICER, "41", match=a_round["etag"])
    assert officer.status_code == 403
    stranger = await sign(found, a_round, region="42")
    assert stranger.status_code in (403, 404)


async def test_a_round_that_is_not_done_has_no_report(bureau: NotificationClient) -> None:
    made = await bureau.post(RECONCILIATIONS, {"system": SYSTEM}, Role.OFFICER, region=HERE)
    refused = await sign(bureau, made.json(), region=HERE)
    assert refused.json()["type"] == "/problems/reconciliation-not-done"


async def test_what_stands_under_a_province_itself_is_seen_repaired_and_signed_by_it(
    bureau: NotificationClient,
) -> None:
    """Typing standards, criteria and lists have the code of a province or city."""
    database = bureau.resources.database
    await published(database, "41", "92410106MA00000002")
    await reconcile(database, HeldElsewhere())
    [difference] = await there(bureau, "41")
    assert (difference["difference"], difference["region"]) == ("missing", "41")
    assert await there(bureau, HERE) == []
    assert (await act(bureau, difference, "repair", region="41")).status_code == 200
    assert (await sign(bureau, await the_round(bureau), subject="zhao", name="赵签")).status_code == 200


async def test_a_county_does_not_sign_a_round_of_the_whole_country_that_found_nothing(
    bureau: NotificationClient,
) -> None:
    await reconcile(bureau.resources.database, HeldElsewhere())
    a_round = await the_round(bureau, "")
    for region in (HERE, "41"):
        refused = await sign(bureau, a_round, region=region)
        assert refused.status_code == 403, region
    assert (await sign(bureau, a_round, region="")).status_code == 200
