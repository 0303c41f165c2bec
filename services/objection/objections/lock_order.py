"""The order in which transactions of this service take their locks. Whoever takes two takes them in this order:

1. CONTESTED: what has not been heard of. Shared by filings that look something up a second time; alone by whoever hears
   of something, before anything else of its transaction, since many events share one.
2. FILING: one objector's filings against one thing.
3. The row of an objection; of several, by id. Then what belongs to it: verifications, decisions, last days.
4. The row of a public notice: shared by filings, alone by the worker. Who holds an objection does not wait for one but
   leaves a deadline (`clearing.note_change`).
5. The chain of the audit, with the commit.

One exception: a worker's transaction carries out many events or deadlines, and may come from a notice to an objection.
Nobody who holds an objection waits for a notice, so only another worker's transaction can stand in its way, not a
user; the worker that loses begins its batch again.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.advisory_locks import AdvisoryLock, take_lock, take_lock_shared


async def await_filings(session: AsyncSession) -> None:
    """Wait for filings that looked before what is being heard of was stored; later ones will find it."""
    await take_lock(session, AdvisoryLock.CONTESTED)


async def hold_unheard(session: AsyncSession) -> None:
    """Together with other filings: nobody hears of anything until this one is stored."""
    await take_lock_shared(session, AdvisoryLock.CONTESTED)
