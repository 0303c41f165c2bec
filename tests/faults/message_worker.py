"""The notification service's worker as a process that delivers messages, to be killed; and the mistakes that N1 and N2
forbid, each planted where it is usually made.
"""

import asyncio
import dataclasses
import os
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkServerProcess
from typing import Any
from unittest.mock import patch

from services.notification.channels.gateway import Accepted, Outcome, Unknown
from services.notification.delivery import marking
from services.notification.delivery.domain import HandOver, NotMade, Verdict, judge
from services.notification.delivery.following_up import FollowingUp
from services.notification.delivery.handing_over import HandingOver
from services.notification.delivery.marking import Answered
from services.notification.delivery.preparing import Ready
from services.notification.delivery.task import deliver
from services.notification.messages.domain import Lane, MessageState
from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from shared.database.connections import Database
from shared.worker.failpoints import failpoint
from tests.fixtures.fork_server import forks
from tests.fixtures.forked import CRASH_VARIABLE


def start(settings: NotificationSettings, crash: str = "", variant: str = "") -> ForkServerProcess:
    """A worker that delivers for ever; it dies when it passes the point."""
    process = forks.Process(target=work, args=(settings, crash, variant), daemon=True)
    process.start()
    return process


def work(settings: NotificationSettings, crash: str, variant: str) -> None:
    os.environ[CRASH_VARIABLE] = crash
    if variant:
        VARIANTS[variant]()
    asyncio.run(_deliver(settings))


async def _deliver(settings: NotificationSettings) -> None:
    database = Database(settings.database_url, application="notification-worker")
    await deliver(settings, Resources.open(settings, database))


def sends_again_without_keys() -> None:
    """Takes an interrupted hand-over for one that has not come about, whatever the provider."""
    patch.object(FollowingUp, "_remembers", lambda *_: True).start()


def fails_over_after_silence() -> None:
    """Takes no answer for a refusal."""

    def judged(outcome: Outcome | NotMade, hand_over: HandOver, **provider: Any) -> Verdict:
        if isinstance(outcome, Unknown):
            return Verdict(MessageState.QUEUED, outcome.reason, new_key=True, elsewhere=True)
        return judge(outcome, hand_over, **provider)

    patch.object(marking, "judge", judged).start()


def marks_before_sending() -> None:
    """Notes the message as handed over, then hands it over."""
    hand_over = HandingOver._hand_over

    async def marked_first(self: HandingOver, ready: Ready, lane: Lane, begun: float) -> None:
        await self._mark_once([Answered(ready.hand_over, Accepted(None))])
        failpoint("delivery.marked-first")
        await hand_over(self, ready, lane, begun)

    patch.object(HandingOver, "_hand_over", marked_first).start()


def repeats_under_a_new_key() -> None:
    """Makes a key for every try."""
    begin = HandingOver.begin

    def begun(self: HandingOver, ready: list[Ready], lane: Lane) -> None:
        renewed = [
            dataclasses.replace(one, outgoing=dataclasses.replace(one.outgoing, key=os.urandom(8).hex()))
            for one in ready
        ]
        begin(self, renewed, lane)

    patch.object(HandingOver, "begin", begun).start()


VARIANTS: Mapping[str, Callable[[], None]] = {
    "sends again": sends_again_without_keys,
    "fails over": fails_over_after_silence,
    "marks first": marks_before_sending,
    "new keys": repeats_under_a_new_key,
}
