"""The register of names follows deliveries; its index says of every word who has it, in which county, and no more."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from services.typing.directory.repository import by_region
from services.typing.directory.search import Search
from services.typing.names import register
from services.typing.names.folding import fold_name, words_of
from services.typing.names.postings import CountyChanges
from services.typing.runs.repository import ResultFilter
from shared.database.connections import Database
from shared.law.model.outcome import HouseholdType
from tests.integration.typing.directory_world import CODES, ERQI, JINSHUI, LUOYANG, DirectoryWorld, Household

A, B = CODES[:2]


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[DirectoryWorld]:
    """An empty directory."""
    connection = await asyncpg.connect(**database.connect_options())
    yield DirectoryWorld(connection, tmp_path)
    await connection.close()


async def found(database: Database, words: str, region: str = "") -> list[tuple[str, str]]:
    """Name and county of who is found."""
    search = Search(await database.pool(), fold_name(words), ResultFilter(scope=region, limit=50))
    return [(one.row["name"], one.row["region"]) for one in await search.page()]


async def test_a_delivery_changes_the_name_that_is_shown_and_found(world: DirectoryWorld, database: Database) -> None:
    shown = [Household(A, "老王烩面馆"), Household(B, "小李面馆")]
    await world.register(shown)
    await world.publish(shown)
    await world.register([Household(A, "老张烩面馆")])
    assert await found(database, "老王") == []
    assert await found(database, "老张") == await found(database, "烩面") == [("老张烩面馆", JINSHUI)]
    assert len(await found(database, "面馆")) == 2


async def test_a_household_that_moved_is_found_where_it_is_shown(world: DirectoryWorld, database: Database) -> None:
    await world.register([Household(A, "老王烩面馆")])
    await world.publish([Household(A, "老王烩面馆")])
    await world.register([Household(A, "老王烩面总店", ERQI)])
    assert [row["regions"] for row in await world.registered()] == [[JINSHUI, ERQI]]
    assert await found(database, "总店", JINSHUI) == await found(database, "总店") == [("老王烩面总店", JINSHUI)]
    assert await found(database, "总店", ERQI) == []
    await world.publish([Household(A, "", ERQI)])  # the county it left still shows its last run
    assert await found(database, "总店", ERQI) == await found(database, "总店") == [("老王烩面总店", ERQI)]
    assert await found(database, "总店", JINSHUI) == []


async def test_a_delivery_that_counts_late_does_not_bring_back_an_older_name(world: DirectoryWorld) -> None:
    await world.register([Household(A, "第三个字号")], sequence=3)
    await world.register([Household(A, "第二个字号")], sequence=2)
    followed = [row["sequence"] for row in await world.connection.fetch("SELECT sequence FROM named_delivery")]
    assert followed == [2], "the third comes again"
    await world.register([Household(A, "第三个字号")], sequence=3)
    assert [row["name"] for row in await world.registered()] == ["第三个字号"]


async def test_a_delivery_is_followed_once(world: DirectoryWorld) -> None:
    await world.register([Household(A, "第一个字号")], sequence=1)
    await world.register([Household(A, "换了的文件")], sequence=1)
    assert [row["name"] for row in await world.registered()] == ["第一个字号"]


async def test_a_corrected_type_is_listed_under_it(world: DirectoryWorld, database: Database) -> None:
    shown = [Household(code, "店", region) for code, region in zip(CODES[:6], [JINSHUI, ERQI] * 3, strict=True)]
    await world.register(shown)
    await world.publish(shown)
    await world.correct(A, HouseholdType.GROWTH)
    pool = await database.pool()

    async def listed(kind: HouseholdType) -> list[str]:
        seen: list[str] = []
        place: tuple[str, int, str] | None = None
        while page := await by_region(pool, ResultFilter(scope="41", type=int(kind), limit=2), place):
            seen += [row["uscc"] for row in page]
            place = (page[-1]["region"], page[-1]["run_type"], page[-1]["uscc"])
        return seen

    assert await listed(HouseholdType.GROWTH) == [A]
    assert sorted(await listed(HouseholdType.SURVIVAL)) == sorted(CODES[1:6])


Delivered = Mapping[int, tuple[str, str]]
NAMES = st.text("王李店·（） Ａa𠮷", max_size=6)
DELIVERIES = st.lists(
    st.dictionaries(
        st.integers(0, 5), st.tuples(NAMES, st.sampled_from([JINSHUI, ERQI, LUOYANG])), min_size=1, max_size=6
    ),
    min_size=1,
    max_size=4,
)


async def differences(world: DirectoryWorld, deliveries: Sequence[Delivered]) -> set[object]:
    """Where the index is another than the names and counties of all deliveries say."""
    for table in ("household_name", "name_posting", "named_delivery"):
        await world.connection.execute(f"DELETE FROM {table}")
    names: dict[str, str] = {}
    counties: dict[str, set[str]] = {}
    for delivery in deliveries:
        rows = [Household(CODES[place], name, region) for place, (name, region) in delivery.items()]
        for one in rows:
            names[one.uscc] = one.name
            counties.setdefault(one.uscc, set()).add(one.region)
        await world.register(rows)
    registered = await world.registered()
    assert {row["uscc"]: row["name"] for row in registered} == names
    numbers = {row["uscc"]: row["number"] for row in registered}
    meant = {
        (word, region, numbers[uscc])
        for uscc, name in names.items()
        for word in words_of(fold_name(name))
        for region in counties[uscc]
    }
    kept = {(*key, number) for key, some in (await world.postings()).items() for number in some}
    return meant ^ kept


async def test_the_index_follows_any_deliveries(world: DirectoryWorld) -> None:
    loop = asyncio.get_running_loop()

    @given(DELIVERIES)
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def follow(deliveries: list[Delivered]) -> None:
        assert asyncio.run_coroutine_threadsafe(differences(world, deliveries), loop).result() == set()

    await asyncio.to_thread(follow)


async def test_an_index_that_keeps_old_words_would_be_noticed(
    world: DirectoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: names are added, and those before them stay."""

    def only_add(changes: dict[str, CountyChanges], known: Sequence[asyncpg.Record], region: str) -> None:
        for row in known:
            changes[region].add([row["number"]], [row["name"]])

    renamed = [{0: ("王店李", JINSHUI)}, {0: ("李店王", JINSHUI)}]
    assert await differences(world, renamed) == set()
    monkeypatch.setattr(register, "rename_known", only_add)
    assert await differences(world, renamed) != set()
