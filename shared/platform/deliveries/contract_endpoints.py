"""`/v1/feeds`: the contracts of the feeds that a service takes. Anybody reads them: a bureau writes its export before
it has a token.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.model import FeedContract
from shared.feeds.contract.table_schema import table_schema
from shared.platform.caching import cacheable
from shared.platform.deliveries.problems import FeedNotFound
from shared.platform.identity import Caller, anyone
from shared.platform.lookups import or_404
from shared.reference.departments import Department

Feed = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$", examples=["registration"])]


class FeedView(BaseModel):
    """A feed that the service takes."""

    feed: str
    title: str
    department: Department = Field(description="可以报送的部门")
    department_label: str
    others: Sequence[Department] = Field(description="也可以报送的部门，各报各的")
    key: Sequence[str] = Field(description="这些列合起来确定一行")
    yearly: bool = Field(description="是否分年度；分年度的，报送时可声明 year")
    absent: str = Field(description="全量数据中没有的行表示什么")
    contract: str = Field(description="各列的约定（Table Schema）的地址")
    deliver: str = Field(description="报送的地址")

    @classmethod
    def of(cls, feed: FeedContract) -> Self:
        """From the contract."""
        return cls(
            feed=feed.name,
            title=feed.title,
            department=feed.department,
            department_label=feed.department.label,
            others=feed.others,
            key=feed.key,
            yearly=feed.has("year"),
            absent=feed.absent,
            contract=f"/v1/feeds/{feed.name}/schema",
            deliver=f"/v1/feeds/{feed.name}/deliveries",
        )


def add_contracts(router: APIRouter, taken: Sequence[str]) -> None:
    """The routes, for the feeds that a service takes."""

    @router.get("/feeds", dependencies=[cacheable()], summary="本服务接收的各类数据")
    async def list_feeds(_caller: Annotated[Caller, anyone()]) -> list[FeedView]:
        """The feeds, in the order in which they are checked."""
        return [FeedView.of(FEEDS[feed]) for feed in taken]

    @router.get(
        "/feeds/{feed}/schema", dependencies=[cacheable()], summary="一类数据各列的约定（Frictionless Table Schema）"
    )
    async def get_feed_schema(feed: Feed, _caller: Annotated[Caller, anyone()]) -> dict[str, Any]:
        """Columns, types, units, key and what an absent row means, as docs/contracts/feeds has it."""
        return table_schema(or_404(FEEDS.get(feed) if feed in taken else None, FeedNotFound))
