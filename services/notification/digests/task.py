"""The worker's task that makes the digests."""

from collections.abc import Coroutine
from typing import Any

from services.notification.digests.service import keep_digests
from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from shared.platform.service import WorkerContext


def digest_task(context: WorkerContext[NotificationSettings, Resources]) -> Coroutine[Any, Any, None]:
    """Rounds of digests, made when their time has come."""
    return keep_digests(context.database, context.settings)
