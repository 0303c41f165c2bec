"""Households are found by what people type: parts of names in any width, case, dots, brackets and blanks, and codes."""

import itertools
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest

from deploy.local.postgres import EmbeddedPostgres
from services.typing.names.folding import fold_names
from shared.database.connections import Database
from shared.law.model.outcome import HouseholdType
from shared.platform.paging import Cursor
from tests.fixtures.postgres import ROLE
from tests.fixtures.service_client import Issuer
from tests.integration.typing.directory_world import CODES, ERQI, JINSHUI, LUOYANG, DirectoryWorld, Household
from tests.integration.typing.typing_client import TypingClient, running_client, typing_settings

WANG, MIXUE, DOTTED, WIDE, SHOES = (
    "郑州市老王烩面馆",
    "蜜雪冰城（MIXUE）奶茶",
    "古丽·巴郎烤肉店",
    "３６５小卖部",
    "（修鞋）铺",
)
RARE, RADICAL, CIRCLE = "金水区𠮷祥面馆", "西关车行", "二〇一九书屋"
NAMED = [Household(CODES[place], name) for place, name in enumerate([WANG, MIXUE, DOTTED, WIDE, SHOES, RARE, RADICAL])]
NAMED.append(Household(CODES[7], CIRCLE, LUOYANG, HouseholdType.GROWTH))
SHOPS = [
    Household(
        CODES[100 + place],
        f"便利店{place}号" if place % 3 == 0 else f"街口{place}便利超市",
        (JINSHUI, ERQI, LUOYANG)[place % 3 if place % 5 else 0],
        HouseholdType.DEVELOPMENT if place % 7 == 0 else HouseholdType.SURVIVAL,
    )
    for place in range(900)
]
TYPED = [
    ("老王", WANG),
    ("蜜雪", MIXUE),
    ("面馆", WANG),
    ("mixue", MIXUE),
    ("ＭｉＸｕｅ", MIXUE),
    ("蜜 雪　冰\u200b城", MIXUE),
    ("冰城MIXUE奶茶", MIXUE),
    ("[冰城]【mixue】", MIXUE),
    *(
        (f"古丽{dot}巴郎", DOTTED)
        for dot in ["·", "•", "・", "･", "‧", "∙", "⋅", "●", "．", ".", "˙", "丶", "-", " ", ""]
    ),
    ("365", WIDE),
    ("３６５小卖", WIDE),
    ("(修鞋)", SHOES),
    ("修鞋铺", SHOES),
    ("𠮷祥", RARE),
    ("⻄关⻋行", RADICAL),
    ("二○一九", CIRCLE),
]

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def url(postgres_server: EmbeddedPostgres, template_of: Callable[[str], str]) -> str:
    """A database for all tests of the module."""
    template = template_of("services.typing")
    return postgres_server.create_database(f"search_{next(_numbers)}", owner=ROLE, template=template)


@pytest.fixture(scope="module")
async def office(url: str, tmp_path_factory: pytest.TempPathFactory, issuer: Issuer) -> AsyncIterator[TypingClient]:
    """The service over a directory that all tests here only read."""
    folder = tmp_path_factory.mktemp("names")
    connection = await asyncpg.connect(**Database(url).connect_options())
    world = DirectoryWorld(connection, folder)
    await world.register([*NAMED, *SHOPS, Household(CODES[9], "老王没有定型的店")])
    await world.publish([*NAMED, *SHOPS])
    await connection.close()
    async with running_client(typing_settings(url, folder / "typing", issuer), issuer) as office:
        yield office


async def found(office: TypingClient, name: str, **query: Any) -> list[dict[str, Any]]:
    """What the public finds."""
    answer = await office.get("/v1/households", None, name=name, **query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def missed(office: TypingClient) -> list[str]:
    """Spellings that do not find their household first."""
    first = {typed: (await found(office, typed, limit=2))[:1] for typed, _ in TYPED}
    return [typed for typed, name in TYPED if [one["name"] for one in first[typed]] != [name]]


async def test_a_name_is_found_however_it_is_typed(office: TypingClient) -> None:
    assert await missed(office) == []


async def test_comparing_what_is_typed_as_it_is_would_be_noticed(
    office: TypingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault."""
    monkeypatch.setattr("services.typing.directory.endpoints.fold_name", lambda name: name)
    assert len(await missed(office)) > 4


async def test_every_character_folds_to_what_folds_to_itself() -> None:
    characters = [chr(code) for code in range(0x20, 0x30000) if not 0xD800 <= code < 0xE000]
    folded = fold_names(characters)
    assert fold_names(folded) == folded
    assert not [one for one in folded if set(one) & set("()·[] ^")]


@pytest.mark.parametrize("typed", ["王", " 王 ", "·", "（）", "", "\u200b老"])
async def test_less_than_two_characters_are_answered_with_what_is_needed(office: TypingClient, typed: str) -> None:
    answer = await office.get("/v1/households", None, name=typed)
    assert answer.status_code == 422
    assert "两个字" in answer.json()["detail"]
    assert answer.json()["type"].endswith("search-too-wide")


CODE = CODES[1]


@pytest.mark.parametrize(
    "typed",
    [CODE, CODE.lower(), f" {CODE[:8]} {CODE[8:]}　", CODE[:17], CODE[2:14], CODE[8:], CODE[8:17].lower(), CODE[-6:]],
)
async def test_a_code_or_a_part_of_it_finds_its_household_in_the_box_of_names(office: TypingClient, typed: str) -> None:
    page = await found(office, typed, limit=100)
    assert CODE in [one["uscc"] for one in page]
    assert len({one["uscc"] for one in page}) == len(page)


async def pages(office: TypingClient, **query: Any) -> list[dict[str, Any]]:
    """All pages of a search."""
    seen: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await office.get("/v1/households", None, **query, **({"cursor": cursor} if cursor else {}))).json()
        seen += page["items"]
        cursor = page["next"]
    return seen


@pytest.mark.parametrize("region", ["", "4101", ERQI, "43"])
@pytest.mark.parametrize("kind", ["", "development"])
@pytest.mark.parametrize("words", ["便利", "便利店", "利超市", "街口1"])
async def test_the_pages_of_a_common_word_hold_every_household_once(
    office: TypingClient, region: str, kind: str, words: str
) -> None:
    asked = {name: value for name, value in {"name": words, "region": region, "type": kind}.items() if value}
    seen = await pages(office, **asked, match="auto" if region != "43" else "prefix", limit=70)
    meant = [
        one for one in SHOPS if words in one.name and one.region.startswith(region) and kind in ("", one.type.slug)
    ]
    assert sorted(one["uscc"] for one in seen) == sorted(one.uscc for one in meant)
    begins = [one["name"].startswith(words) for one in seen]
    assert begins == sorted(begins, reverse=True), "names that begin so come first"


async def test_parts_of_codes_are_paged_as_well(office: TypingClient) -> None:
    seen = await pages(office, name=CODES[100][:12], limit=90)
    meant = [one.uscc for one in [*NAMED, *SHOPS] if one.uscc.startswith(CODES[100][:12])]
    assert sorted(one["uscc"] for one in seen) == sorted(meant)
    assert len(meant) > 90


async def test_only_names_that_begin_so_when_that_is_asked_for(office: TypingClient) -> None:
    assert [one["name"] for one in await found(office, "老王", match="prefix")] == []
    assert [one["name"] for one in await found(office, "郑州市老王", match="prefix")] == [WANG]


async def test_a_name_with_a_wrong_character_is_found_by_its_likeness(office: TypingClient) -> None:
    assert [one["name"] for one in await found(office, "郑州老王会面馆")][:1] == [WANG]
    assert await found(office, "完全没有这样的名字") == []


async def test_who_is_registered_and_not_published_is_not_in_the_directory(office: TypingClient) -> None:
    assert await found(office, "没有定型") == []


@pytest.mark.parametrize("place", [(0, "", 2**70), (2**40, "", 1), (-5, "4", -1), (0, "\x00", 1)])
async def test_a_forged_cursor_is_no_fault_of_the_service(office: TypingClient, place: tuple[int, str, int]) -> None:
    for name in ("便利", CODE[:6], "便利超市"):
        answer = await office.get("/v1/households", None, name=name, cursor=Cursor.write(*place))
        assert answer.status_code in (200, 422), answer.text
    assert (await office.get("/v1/runs", cursor=Cursor.write(place[0]))).status_code in (200, 422)
    other = Cursor.write(place[1], place[2], place[1])
    assert (await office.get("/v1/households", None, region="4101", cursor=other)).status_code in (200, 422)
