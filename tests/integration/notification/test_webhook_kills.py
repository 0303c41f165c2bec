"""Kills between call and mark: what was called is called again under the same id, and nothing is lost."""

from collections import Counter

import pytest

from tests.faults import webhook_process
from tests.fixtures.forked import killed_at
from tests.integration.notification.test_subscriptions import granted
from tests.integration.notification.webhook_receiver import Hooks, listening

pytestmark = pytest.mark.faults


async def sending_killed_at(hooks: Hooks, point: str, manner: str) -> None:
    """Another process sends what is due, and is killed at a point."""
    resources = hooks.office.resources
    url = resources.database.url.render_as_string(hide_password=False)
    data, keys = str(resources.settings.data_dir), resources.settings.jwks
    await killed_at(point, webhook_process.send, url, data, keys, manner)


@pytest.mark.parametrize(
    ("point", "manner", "times"),
    [("webhooks.sent", "", 2), ("webhooks.marked", "", 1), ("webhooks.marked", "marks-first", 0)],
    ids=["called, not marked", "marked", "the naive variant loses it"],
)
async def test_a_kill_repeats_a_call_under_its_id_and_loses_none(
    hooks: Hooks, point: str, manner: str, times: int
) -> None:
    async with listening() as receiver:
        subscription, _ = await hooks.verified(receiver.url)
        await hooks.hear(granted(1), granted(2))
        await sending_killed_at(hooks, point, manner)
        await hooks.send()
    ids = [one.headers["webhook-id"] for one in receiver.events]
    assert sorted(Counter(ids).values()) == ([times] * 2 if times else [])
    assert [one["state"] for one in await hooks.deliveries(subscription)] == ["delivered"] * 2
