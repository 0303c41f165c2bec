"""The first start's season of recognition: quota from the published run, criteria by two people, a county's season, its
applicants. Its dates are the policy's, and the clock is shifted so that the demonstration falls into its application
window.
"""

import asyncio
import datetime as dt
from collections import Counter
from typing import Any

from deploy.local.data_directory import DataDirectory
from deploy.local.errors import CommandError
from deploy.local.sample_applicants import Applicants
from deploy.local.service_client import Client
from services.recognition.season.domain import SeasonDates, UnsetDate, season_dates
from shared.law.model.policy import Policy
from shared.law.reader.loading import recognition_policy_at
from shared.reference.regions import region_name

APPLICATIONS_UNTIL = (9, 30)
"""Month and day on which the sample county's applications end, where the policy leaves that to the county."""


def clock_shift_for(region: str, closed_on: dt.date, today: dt.date) -> int:
    """Days from today to the middle of the application window of the season after a closing; 0 where there is none."""
    policy = recognition_policy_at(region, closed_on)
    dates = sample_season_dates(policy, closed_on.year) if policy is not None else None
    if dates is None or dates.opens_on <= today < dates.applications_until:
        return 0
    middle = dates.opens_on + (dates.applications_until - dates.opens_on) / 2
    return (middle - today).days


def sample_season_dates(policy: Policy, year: int) -> SeasonDates | None:
    """The dates of a season of the year under a policy; None when it has no recognition or leaves one open."""
    if policy.recognition is None:
        return None
    try:
        return season_dates(policy.recognition, year, dt.date(year, *APPLICATIONS_UNTIL))
    except UnsetDate:
        return None


QUOTA_TIMEOUT = 120.0
"""Seconds for the word of the publication to come over the bus."""
NOTICE_DAYS = 5
"""Working days of a public notice in the sample: Zhengzhou's text names none."""


async def begin_season(data: DataDirectory, typing: Client, client: Client, run: dict[str, Any]) -> list[str]:
    """Begin, or look at what was begun; lines to print. Nothing where the policy has no recognition or no quota."""
    state = data.read_state()
    if "season" not in state:
        season = await start_season(client, run)
        if season is not None:
            await Applicants(data, typing, client, season).come()
        state["season"] = season and season["id"]
        data.write_state(state)
    if state["season"] is None:
        return []
    season = (await client.get(f"/v1/seasons/{state['season']}")).json()
    dates = f"{season['opens_on']} 开始，申报至 {season['applications_until']}，认定至 {season['decisions_until']}"
    county = region_name(season["county"]) or season["county"]
    lines = [f"认定季 {county} {season['year']} 年：{season['state_label']}，{dates}"]
    if shift := state.get("season_shift", 0):
        today = dt.datetime.now().astimezone().date() + dt.timedelta(days=shift)
        lines.append(f"认定服务按演示日历运行，今天是 {today}（比本机{'早' if shift < 0 else '晚'} {abs(shift)} 天）")
    return [*lines, *await describe_progress(client, season)]


async def describe_progress(client: Client, season: dict[str, Any]) -> list[str]:
    """How many applications stand where, and what the public sees of it."""
    found = (await client.get("/v1/applications", "officer", season=season["id"], limit=100)).json()["items"]
    stand = Counter(f"待{one['step_label']}" if one["state"] == "in-progress" else one["state_label"] for one in found)
    recognised = (await client.get("/v1/recognitions", region=season["county"])).json()["items"]
    names = "、".join(one["name"] for one in recognised)
    shown = (
        [f"申报 {len(found)} 份：{'，'.join(f'{label} {number}' for label, number in stand.items())}"] if found else []
    )
    return shown + ([f"已认定 {len(recognised)} 户：{names}"] if recognised else [])


async def start_season(client: Client, run: dict[str, Any]) -> dict[str, Any] | None:
    """A season in the county with the most households."""
    year = dt.date.fromisoformat(run["as_of"]).year
    county = max(run["counts"], key=lambda code: sum(run["counts"][code].values()))
    order: dict[str, object] = {"scope": client.region, "year": year, "policy": run["policy"]}
    if not await set_quota_when_counted(client, order):
        return None
    document = {"region": county, "year": year, "policy": run["policy"], "document": "示例分类标准（合成）"}
    drafted = await client.post("/v1/criteria", "officer", document)
    tag = {"If-Match": drafted.headers["ETag"]}
    await client.post(f"/v1/criteria/{drafted.json()['id']}/publication", "approver", None, **tag)
    own = {"applications_until": dt.date(year, *APPLICATIONS_UNTIL).isoformat(), "notice_days": NOTICE_DAYS}
    prepared = await client.post(
        "/v1/seasons", "officer", {"county": county, "year": year, "policy": run["policy"], **own}
    )
    tag = {"If-Match": prepared.headers["ETag"]}
    opened = await client.post(f"/v1/seasons/{prepared.json()['id']}/opening", "officer", None, **tag)
    season: dict[str, Any] = opened.json()
    return season


async def set_quota_when_counted(client: Client, order: dict[str, object]) -> bool:
    """Set the quota as soon as the counts have come over the bus; False when this policy or region has none."""
    async with asyncio.timeout(QUOTA_TIMEOUT):
        while True:
            try:
                await client.post("/v1/quotas", "officer", order)
            except CommandError as refusal:
                if "尚未发布" not in str(refusal):
                    return False
                await asyncio.sleep(1)
            else:
                return True
