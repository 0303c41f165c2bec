"""The typing service, declared: `uvicorn --factory services.typing.service:SERVICE.asgi`, and its worker,
`python -m services.typing.service`.
"""

import datetime as dt
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing import own_data
from services.typing.corrections import endpoints as corrections_endpoints, repository as corrections_repository
from services.typing.corrections.settlement import settle_deliveries
from services.typing.deliveries import endpoints as deliveries_endpoints, repository as deliveries_repository
from services.typing.deliveries.pull import Pulling, pull_regularly
from services.typing.deliveries.watched_folder import watch_folders
from services.typing.directory import endpoints as directory_endpoints
from services.typing.handlers import HANDLERS
from services.typing.moves import endpoints as moves_endpoints
from services.typing.names.register import follow_registrations
from services.typing.numbers import endpoints as numbers_endpoints
from services.typing.persons import endpoints as persons_endpoints
from services.typing.plausibility import endpoints as plausibility_endpoints
from services.typing.report_answers import ANSWERED_TOPIC, answer_unusable
from services.typing.resources import Resources
from services.typing.retyping.corrected_evidence import apply_waiting_corrections
from services.typing.retyping.late_reports import apply_waiting_reports
from services.typing.run_worker import RunWorker
from services.typing.runs import endpoints as runs_endpoints
from services.typing.runs.streams import run_streams
from services.typing.settings import TypingSettings
from services.typing.standards import endpoints as standards_endpoints
from services.typing.statistics import endpoints as statistics_endpoints
from services.typing.tidying import clear_discarded, clear_killed_attempts, clear_old_trials
from services.typing.trials import endpoints as trials_endpoints
from services.typing.worklists import endpoints as worklists_endpoints
from shared.feeds.pulling.paged_api import PullSource
from shared.platform.annotations import annotation_handlers
from shared.platform.housekeeping import StoredFiles
from shared.platform.service import Service, Subscription, WorkerContext

TypingWorker = WorkerContext[TypingSettings, Resources]
EndlessTask = Coroutine[Any, Any, None]


def take_runs_further(worker: TypingWorker) -> EndlessTask:
    """Freezes, types and prepares the drafts of runs."""
    return RunWorker(worker.resources).run()


def stream_results(worker: TypingWorker) -> EndlessTask:
    """Streams what a publication or a delivery announces of many households."""
    return run_streams(worker.resources, worker.bus)


def watch_folder(worker: TypingWorker) -> EndlessTask | None:
    """Takes in what bureaus put into the watched folder."""
    root = worker.settings.watched_folder
    return None if root is None else watch_folders(worker.database, worker.resources.intake, root)


def pull_from_bureaus(worker: TypingWorker) -> EndlessTask | None:
    """Pulls from the bureaus' APIs; a file of sources that cannot be understood stops the worker at its start."""
    settings = worker.settings
    if settings.pull_sources is None:
        return None
    every = dt.timedelta(hours=settings.pull_every_hours)
    sources = read_sources(settings.pull_sources)
    pulling = Pulling(settings.pull_hosts)
    return pull_regularly(worker.database, worker.resources.intake, sources, pulling, every=every)


def read_sources(path: Path) -> list[PullSource]:
    """The bureaus' APIs to pull from."""
    return TypeAdapter(list[PullSource]).validate_json(path.read_bytes())


async def referenced_files(session: AsyncSession) -> set[str]:
    """Digests of the files that deliveries and corrections name."""
    delivered = await deliveries_repository.referenced_files(session)
    return delivered | await corrections_repository.referenced_files(session)


def stores(resources: Resources) -> Sequence[StoredFiles]:
    """The stores whose unreferenced files are removed."""
    return [(resources.intake.store, referenced_files)]


SERVICE = Service(
    settings=TypingSettings,
    resources=Resources.open,
    routers=[
        deliveries_endpoints.router,
        moves_endpoints.router,
        numbers_endpoints.router,
        runs_endpoints.closings_router,
        runs_endpoints.router,
        plausibility_endpoints.router,
        worklists_endpoints.router,
        directory_endpoints.router,
        directory_endpoints.annotations_router,
        directory_endpoints.policies_router,
        standards_endpoints.router,
        statistics_endpoints.router,
        corrections_endpoints.router,
        trials_endpoints.router,
        persons_endpoints.router,
        own_data.router,
    ],
    subscriptions=[
        Subscription(
            "typing",
            [ANSWERED_TOPIC, "objection.events"],
            HANDLERS,
            unusable={ANSWERED_TOPIC: answer_unusable},
        ),
        Subscription("annotations", ["notification.events"], batch_handlers=annotation_handlers("type"), batch=50),
    ],
    tasks=[take_runs_further, stream_results, watch_folder, pull_from_bureaus],
    tidying=[
        follow_registrations,
        clear_discarded,
        clear_killed_attempts,
        clear_old_trials,
        apply_waiting_reports,
        apply_waiting_corrections,
        settle_deliveries,
    ],
    stores=stores,
)

if __name__ == "__main__":
    SERVICE.work()
