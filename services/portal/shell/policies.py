"""Policies that a form lets one choose from."""

from collections.abc import Mapping

from services.portal.upstream import typing as typing_reads
from services.portal.upstream.calls import Upstream


async def policy_choices(typing: Upstream, region: str) -> Mapping[str, str]:
    """Those that say something about a region, or about a part of it, by id."""
    return {
        one.id: one.title
        for one in await typing_reads.policies(typing)
        if not one.regions or any(region.startswith(code) or code.startswith(region) for code in one.regions)
    }
