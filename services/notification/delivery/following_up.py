"""What is in doubt is cleared up: hand-overs that were interrupted, and messages of which no receipt has come.

An interrupted one is handed over again only under the same key to the provider that takes keys, while that remembers
them. Otherwise the provider is asked; who cannot find out says so (`uncertain`).
"""

import asyncio
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import structlog

from services.notification.channels.gateway import Provider, Question, Receipt
from services.notification.delivery import repository as delivery_repository
from services.notification.delivery.handing_over import HandingOver
from services.notification.delivery.marking import Heard, settle
from services.notification.delivery.preparing import Claimed, addresses_of, lease, question_of
from services.notification.messages.domain import Channel, Lane, MessageState, Suppression, after_quiet
from services.notification.messages.models import Message, Notification
from services.notification.messages.transitions import move_all
from shared import clock

log = structlog.get_logger()

AT_ONCE = 20
SOON = dt.timedelta(seconds=1)


@dataclass
class Doubts:
    """What is done about messages in doubt: handed over again, moved, or asked about."""

    claimed: Claimed = field(default_factory=Claimed)
    questions: list[tuple[Provider, Question]] = field(default_factory=list)


class FollowingUp:
    """Of one channel; hands over by the same slots and tokens as everything else."""

    def __init__(self, handing_over: HandingOver) -> None:
        self._handing_over, self._means = handing_over, handing_over.means
        self._channel: Channel = handing_over.channel
        self._providers = {provider.name: provider for provider in handing_over.providers}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            if not await self.round():
                await asyncio.sleep(self._means.poll.total_seconds())

    async def round(self) -> int:
        """Looks at what is due; how many rows were taken."""
        return await self._interrupted() + await self._unheard_of()

    async def _interrupted(self) -> int:
        now, doubts = clock.now(), Doubts()
        room = min(AT_ONCE, self._handing_over.room(Lane.URGENT))
        async with self._means.database.transaction() as session:
            due = await delivery_repository.take_interrupted(session, self._channel, now, room) if room else ()
            found = await addresses_of(session, self._means.vault, due)
            for message, notification in due:
                await self._decide(message, notification, found[message.id], now, doubts)
            await move_all(session, doubts.claimed.moves)
        self._handing_over.begin(doubts.claimed.ready, Lane.URGENT)
        await self._ask(doubts.questions)
        return len(due)

    async def _decide(
        self,
        message: Message,
        notification: Notification,
        address: str | Suppression,
        now: dt.datetime,
        doubts: Doubts,
    ) -> None:
        provider, pace = self._providers.get(message.provider or ""), self._means.pace
        if provider is not None and self._remembers(provider, message, now) and isinstance(address, str):
            if (later := after_quiet(message.quiet, now)) > now:  # a repetition may be the one that rings
                message.leased_until = later
            elif (await self._means.gate.take([provider], 1)).count:
                until = now, now + pace.lease
                doubts.claimed.ready.append(lease(message, notification, provider, address, until, again=True))
            else:
                message.leased_until = now + SOON
            return
        question = question_of(message, notification, address)
        if provider is None or question is None or not provider.gives_receipts or message.asked >= pace.asks:
            doubts.claimed.moves.append((message, MessageState.UNCERTAIN))
            return
        message.asked += 1
        message.leased_until = now + pace.lease / 2 + pace.pause(message.asked, 0)
        doubts.questions.append((provider, question))

    def _remembers(self, provider: Provider, message: Message, now: dt.datetime) -> bool:
        """Whether a repetition under its key would surely be recognised, and is still of use."""
        since = message.sent_at or message.expires_at
        return provider.takes_keys and now < message.expires_at and now < since + self._means.pace.keys_for

    async def _unheard_of(self) -> int:
        now, questions = clock.now(), []
        async with self._means.database.transaction() as session:
            due = await delivery_repository.take_unheard_of(session, self._channel, now, AT_ONCE)
            found = await addresses_of(session, self._means.vault, due)
            for message, notification in due:
                message.try_at = now + self._means.pace.asked_again(message.asked)
                message.asked += 1
                provider = self._providers.get(message.provider or "")
                question = question_of(message, notification, found[message.id])
                if provider is not None and question is not None and provider.gives_receipts:
                    questions.append((provider, question))
        await self._ask(questions)
        return len(due)

    async def _ask(self, questions: Sequence[tuple[Provider, Question]]) -> None:
        """Asks outside any transaction, and applies what is answered."""
        limit = self._means.pace.lease / 2
        answers = await asyncio.gather(*(_answer(provider, question, limit) for provider, question in questions))
        heard: list[Heard] = [
            (provider.name, replace(answer, key=question.key))
            for (provider, question), answer in zip(questions, answers, strict=True)
            if answer is not None
        ]
        if heard:
            async with self._means.database.transaction() as session:
                await settle(session, heard)


async def _answer(provider: Provider, question: Question, limit: dt.timedelta) -> Receipt | None:
    """A provider that cannot be asked knows nothing for now."""
    try:
        async with asyncio.timeout(limit.total_seconds()):
            return await provider.ask(question)
    except Exception as error:
        log.warning("provider_not_asked", provider=provider.name, error=type(error).__name__)
        return None
