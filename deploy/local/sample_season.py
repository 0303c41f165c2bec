"""The first start's seasons of recognition: quota from the published run, criteria by two people, and two counties: one
in the middle of its applications, and a neighbour that is further and has come to its public notice.
"""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from deploy.local.data_directory import DataDirectory
from deploy.local.errors import CommandError
from deploy.local.sample_applicants import Applicants
from deploy.local.sample_calendar import (
    APPLICATIONS_UNTIL,
    OWN_DAYS,
    demonstration_today,
    machine_today,
    sample_days,
    turn_to,
)
from deploy.local.sample_notice import NoticeOfSample, describe_notice
from deploy.local.service_client import Client
from shared.reference.regions import region_name

WITHOUT_NOTICE = {"recommended-notice": "without-notice"}
"""The reading that the demonstration's city or municipality takes, so that its first day has recommended households
that are recognised: with a notice they would be recognised a week later.
"""
QUOTA_TIMEOUT = 120.0
"""Seconds for the word of the publication to come over the bus."""


async def begin_season(data: DataDirectory, clients: Mapping[str, Client], run: dict[str, Any]) -> list[str]:
    """Begin, or look at what was begun; lines to print. Nothing where the policy has no recognition or no quota."""
    state = data.read_state()
    if "season" not in state:
        await begin_seasons(data, clients, run)
        state = data.read_state()
    if state["season"] is None:
        return []
    recognition = clients["recognition"]
    season = (await recognition.get(f"/v1/seasons/{state['season']}")).json()
    dates = f"{season['opens_on']} 开始，申报至 {season['applications_until']}，认定至 {season['decisions_until']}"
    county = region_name(season["county"]) or season["county"]
    lines = [f"认定季 {county} {season['year']} 年：{season['state_label']}，{dates}"]
    today = demonstration_today(data)
    if shift := (today - machine_today()).days:
        lines.append(
            f"认定、异议、通知服务按演示日历运行，今天是 {today}（比本机{'早' if shift < 0 else '晚'} {abs(shift)} 天）"
        )
    return [*lines, *await describe_progress(recognition, season), *await describe_notice(data, recognition)]


async def begin_seasons(data: DataDirectory, clients: Mapping[str, Client], run: dict[str, Any]) -> None:
    """The neighbour's season to its cleared notice; the season that is shown, with its applicants."""
    recognition, season = clients["recognition"], None
    days = sample_days(run["region"], dt.date.fromisoformat(run["as_of"]), machine_today())
    order: dict[str, object] = {"scope": recognition.region, "year": year_of(run), "policy": run["policy"]}
    order["readings"] = WITHOUT_NOTICE
    if days is not None and await set_quota_when_counted(recognition, order):
        largest, *others = counties_by_households(run)
        if others:
            turn_to(data, days.apply)
            neighbour = await open_season(recognition, run, others[0], days.apply)
            await NoticeOfSample(data, clients, neighbour, days).come()
        turn_to(data, days.show)
        season = await open_season(recognition, run, largest, dt.date(year_of(run), *APPLICATIONS_UNTIL))
        await Applicants(data, clients["typing"], recognition, season).come()
    data.write_state({**data.read_state(), "season": season and season["id"]})


def counties_by_households(run: Mapping[str, Any]) -> list[str]:
    """The counties of a run, the one with the most households first."""
    return sorted(run["counts"], key=lambda code: sum(run["counts"][code].values()), reverse=True)


def year_of(run: Mapping[str, Any]) -> int:
    """The year of a run."""
    return dt.date.fromisoformat(run["as_of"]).year


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


async def open_season(client: Client, run: Mapping[str, Any], county: str, until: dt.date) -> dict[str, Any]:
    """A county's published criteria and its open season, with applications until a day."""
    year, policy = year_of(run), run["policy"]
    document = {"region": county, "year": year, "policy": policy, "document": "示例分类标准（合成）"}
    drafted = await client.post("/v1/criteria", "officer", document)
    tag = {"If-Match": drafted.headers["ETag"]}
    await client.post(f"/v1/criteria/{drafted.json()['id']}/publication", "approver", None, **tag)
    own = {"applications_until": until.isoformat(), **OWN_DAYS}
    prepared = await client.post("/v1/seasons", "officer", {"county": county, "year": year, "policy": policy, **own})
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
