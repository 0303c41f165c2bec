"""The first start's season of recognition: quota from the published run, criteria by two people, a county's season.

Everything over HTTP, as its officers would. The policy's dates hold here too: the season is opened only on its days,
else it stays prepared. Noted in the folder's state, so that it is begun once.
"""

import asyncio
import datetime as dt
from typing import Any

from deploy.local.client import Client
from deploy.local.errors import CommandError
from deploy.local.layout import DataDirectory

PATIENCE = 120.0
"""Seconds for the word of the publication to come over the bus."""
NOTICE_DAYS = 5
"""Working days of a public notice in the sample: Zhengzhou's text names none."""


async def begin_season(data: DataDirectory, client: Client, run: dict[str, Any]) -> list[str]:
    """Begin, or look at what was begun; lines to print. Nothing where the policy has no recognition or no quota."""
    state = data.read_state()
    if "season" not in state:
        state["season"] = await begun(client, run)
        data.write_state(state)
    if state["season"] is None:
        return []
    season = (await client.get(f"/v1/seasons/{state['season']}")).json()
    dates = f"{season['opens_on']} 开始，申报至 {season['applications_until']}，认定至 {season['decisions_until']}"
    return [f"认定季 {season['county']} {season['year']} 年：{season['state_label']}，{dates}"]


async def begun(client: Client, run: dict[str, Any]) -> str | None:
    """The id of a season in the county with the most households."""
    year = dt.date.fromisoformat(run["as_of"]).year
    county = max(run["counts"], key=lambda code: sum(run["counts"][code].values()))
    order: dict[str, object] = {"scope": client.region, "year": year, "policy": run["policy"]}
    if not await quota_set(client, order):
        return None
    document = {"region": county, "year": year, "policy": run["policy"], "document": "示例分类标准（合成）"}
    drafted = await client.post("/v1/criteria", "officer", document)
    tag = {"If-Match": drafted.headers["ETag"]}
    await client.post(f"/v1/criteria/{drafted.json()['id']}/publication", "publisher", None, **tag)
    prepared = await client.post(
        "/v1/seasons", "officer",
        {"county": county, "year": year, "policy": run["policy"], "applications_until": f"{year}-11-30",
         "notice_days": NOTICE_DAYS},
    )  # fmt: skip
    season = prepared.json()
    if season["opens_on"] <= dt.datetime.now().astimezone().date().isoformat() <= season["applications_until"]:
        tag = {"If-Match": prepared.headers["ETag"]}
        await client.post(f"/v1/seasons/{season['id']}/opening", "officer", None, **tag)
    return str(season["id"])


async def quota_set(client: Client, order: dict[str, object]) -> bool:
    """Set the quota as soon as the counts have come over the bus; False when this policy or region has none."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await client.post("/v1/quotas", "officer", order)
            except CommandError as refusal:
                if "尚未发布" not in str(refusal):
                    return False
                await asyncio.sleep(1)
            else:
                return True
