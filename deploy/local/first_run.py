"""The first start: synthetic evidence is delivered, annual reports close, the households are typed and published."""

import asyncio
import datetime as dt
import threading
from dataclasses import dataclass
from typing import Any

from rich.progress import Progress

from deploy.local.data_directory import DataDirectory
from deploy.local.errors import CommandError
from deploy.local.service_client import Client
from deploy.local.token_issuer import TokenClaims
from shared.law.model.recognition import LEVEL_DIGITS
from shared.law.reader.loading import load_policy

SEED = 2026
POLL_SECONDS = 0.3
UNSET_ACCEPTED = "示例数据：政策中有未设定的数值（{names}），用到它们的规则不成立，仍发布供演示"
"""The approver's reason where the policy has numbers that no document has set."""
WORKING = ("queued", "frozen", "typed")
BUREAUS = {
    "registration": "市场监督管理局",
    "credit": "市场监督管理局",
    "suspension": "市场监督管理局",
    "annual_report": "市场监督管理局",
    "tax": "税务局",
    "tax_registration": "税务局",
    "social_insurance": "人力资源和社会保障局",
    "intellectual_property": "知识产权局",
}
"""Which bureau delivers which feed; registration first, since the others are about its households."""


@dataclass(frozen=True)
class FirstRunOrder:
    """What the first start shall show."""

    region: str
    households: int
    closed_on: dt.date


class Interrupted(Exception):
    """The user wants to stop while the sample is being written."""


class FirstRun:
    """Carries out the first start of one data folder."""

    def __init__(self, data: DataDirectory, client: Client, order: FirstRunOrder, progress: Progress) -> None:
        self.data, self.client, self.order, self.progress = data, client, order, progress
        self.interrupted = threading.Event()

    async def seed(self) -> dict[str, Any]:
        """All steps; gives the published run."""
        try:
            rows = await self.write_sample()
        finally:
            self.interrupted.set()
        await self.deliver(rows)
        await self.close_reports()
        run = await self.wait_for_draft(await self.find_run())
        return run if run["state"] == "published" else await self.publish(run)

    async def write_sample(self) -> dict[str, int]:
        """The feeds as files; kept, and not written again, once they are complete."""
        state = self.data.read_state()
        if "rows" not in state:
            state["rows"] = await asyncio.to_thread(self._write_sample)
            self.data.write_state(state)
        rows: dict[str, int] = state["rows"]
        return rows

    def _write_sample(self) -> dict[str, int]:
        from shared.feeds.sample.writing import write_sample

        task = self.progress.add_task("生成示例数据（合成）", total=self.order.households)

        def report(done: int, total: int) -> None:
            if self.interrupted.is_set():
                raise Interrupted
            self.progress.update(task, completed=done, total=total)

        self.data.sample.mkdir(exist_ok=True, mode=0o700)
        return write_sample(
            self.data.sample,
            region=self.order.region,
            households=self.order.households,
            seed=SEED,
            today=self.order.closed_on,
            progress=report,
        )

    async def deliver(self, rows: dict[str, int]) -> None:
        """One delivery per feed, as the bureau that owns it."""
        task = self.progress.add_task("各部门报送", total=len(BUREAUS))
        for feed, bureau in BUREAUS.items():
            self.progress.update(task, description=f"各部门报送：{bureau} {feed}")
            await self.client.deliver(feed, self.data.sample / f"{feed}.parquet", rows[feed], bureau)
            self.progress.advance(task)
        self.progress.update(task, description="各部门报送")

    async def close_reports(self) -> None:
        """The word that the annual reports of last year have closed; orders the run."""
        closing = {
            "region": self.order.region,
            "year": self.order.closed_on.year - 1,
            "closed_on": self.order.closed_on.isoformat(),
        }
        reports = TokenClaims("dev-annual-reports", "system", self.order.region, name="示例年报系统")
        await self.client.post("/v1/annual-report-closings", reports, closing)

    async def find_run(self) -> dict[str, Any]:
        """The newest run of this region and date that was not given up."""
        listed = (await self.client.get("/v1/runs", "officer")).json()["items"]
        for run in listed:
            mine = (run["region"], run["as_of"]) == (self.order.region, self.order.closed_on.isoformat())
            if mine and run["state"] not in ("discarded", "failed"):
                found: dict[str, Any] = run
                return found
        raise CommandError(f"没有适用于 {self.order.region} 的现行政策，未能判定示例数据")

    async def wait_for_draft(self, run: dict[str, Any]) -> dict[str, Any]:
        """Follow the run until an officer has something to decide."""
        task = self.progress.add_task("判定分型", total=1.0)
        while run["state"] in WORKING:
            await asyncio.sleep(POLL_SECONDS)
            run = (await self.client.get(f"/v1/runs/{run['id']}", "officer")).json()
            self.progress.update(task, completed=run["progress"], description=f"判定分型：{run['state_label']}")
        if run["state"] not in ("draft", "published"):
            why = run["failure"] or "、".join(str(found.get("message", found)) for found in run["findings"])
            raise CommandError(f"判定没有完成，批次状态为“{run['state_label']}”：{why or '原因见日志'}")
        self.progress.update(task, completed=1.0, description="判定分型")
        return run

    async def publish(self, run: dict[str, Any]) -> dict[str, Any]:
        """As an approver of the level that publishes types, on the version that was read."""
        approver = approver_of(run)
        task = self.progress.add_task("发布", total=1)
        read = await self.client.get(f"/v1/runs/{run['id']}", approver)
        match = {"If-Match": read.headers["ETag"]}
        comparison = await self.client.get(f"/v1/runs/{run['id']}/comparison", approver)
        unset = comparison.json()["proof"]["unset_parameters"]
        body: dict[str, object] = {"reason": UNSET_ACCEPTED.format(names="、".join(unset))} if unset else {}
        published = await self.client.post(f"/v1/runs/{run['id']}/publication", approver, body, **match)
        self.progress.advance(task)
        view: dict[str, Any] = published.json()
        return view


def approver_of(run: dict[str, Any]) -> TokenClaims:
    """An approver of the bureau that types the run's region: the province's, by most policies."""
    types = load_policy(run["policy"]).run_by
    digits = len(run["region"]) if types is None else LEVEL_DIGITS[types.level]
    return TokenClaims("dev-typing-approver", "approver", run["region"][:digits], name="示例分型审批人")


def last_closing(today: dt.date) -> dt.date:
    """The latest 30 June: annual reports are filed from 1 January to 30 June (个体工商户年度报告暂行办法 art. 3)."""
    this_year = dt.date(today.year, 6, 30)
    return this_year if this_year <= today else dt.date(today.year - 1, 6, 30)
