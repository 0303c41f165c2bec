"""The first start publishes what it typed, also under a policy with numbers that no document has set."""

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from rich.progress import Progress

from deploy.local.data_directory import DataDirectory
from deploy.local.first_run import FirstRun, FirstRunOrder
from deploy.local.service_client import Client
from deploy.local.token_issuer import TokenClaims


class Answers:
    """Answers as typing does: a draft, whose publication needs a reason where numbers are unset."""

    def __init__(self, unset: list[str]) -> None:
        self.unset = unset

    async def get(self, path: str, who: TokenClaims) -> httpx.Response:
        assert (who.role, who.region) == ("approver", "12")
        views = {"/v1/runs/1": {"id": "1"}, "/v1/runs/1/comparison": {"proof": {"unset_parameters": self.unset}}}
        return httpx.Response(200, json=views[path], headers={"ETag": '"3"'})

    async def post(self, path: str, who: TokenClaims, body: dict[str, Any], **headers: str) -> httpx.Response:
        assert (path, who.role, headers) == ("/v1/runs/1/publication", "approver", {"If-Match": '"3"'})
        refused = bool(self.unset) and not body.get("reason")
        return httpx.Response(200, json={"state": "refused" if refused else "published", **body})


@pytest.mark.parametrize(
    ("unset", "reason"),
    [
        ([], None),
        (["development_tax_paid", "growth_tax_paid"], "政策中有未设定的数值（development_tax_paid、growth_tax_paid）"),
    ],
)
def test_a_policy_with_unset_numbers_is_published_with_a_reason(tmp_path: Path, unset: list[str], reason: str | None):
    order = FirstRunOrder("12", 500, dt.date(2026, 6, 30))
    first = FirstRun(DataDirectory(tmp_path), cast("Client", Answers(unset)), order, Progress(disable=True))
    published = asyncio.run(first.publish({"id": "1", "policy": "tianjin-2024", "region": "12"}))
    assert published["state"] == "published"
    assert ("reason" in published) is bool(reason)
    assert (reason or "") in published.get("reason", "")
