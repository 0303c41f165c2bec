"""A bureau puts files into its folder and finds out there what became of them."""

import asyncio
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from services.typing.deliveries.watched_folder import scan_folders
from shared.database.connections import Database
from shared.feeds.intake.context import IntakeContext
from tests.integration.typing.deliveries.bureau_client import CODES, ID_NUMBER, count, read_by, registration, tax

FOLDER = "4101-tax-市税务局"
REGISTRAR = "4101-market-市市场监管局"


class Exchange:
    """The watched folder and one bureau's folder in it."""

    def __init__(self, root: Path, database: Database, intake: IntakeContext) -> None:
        self.root, self.database, self.intake = root, database, intake
        self.use(FOLDER)

    def use(self, folder: str) -> None:
        self.folder = self.root / folder
        self.folder.mkdir(parents=True, exist_ok=True)

    def puts(self, **files: str) -> None:
        for name, content in files.items():
            (self.folder / f"{name.replace('__', '-')}.csv").write_text(content, encoding="utf-8")

    def declares(self, *items: dict[str, object]) -> None:
        (self.folder / "delivery.json").write_text(json.dumps(items if len(items) > 1 else items[0]))

    def takes_back_the_manifest(self) -> None:
        """The drop as a kill leaves it before its manifest, the last that was put away, is archived."""
        last = max((self.folder / "done").glob("*-delivery.json"), key=lambda path: path.stat().st_mtime_ns)
        last.rename(self.folder / "delivery.json")

    def item(self, file: str, **changed: object) -> dict[str, object]:
        content = (self.folder / file).read_bytes()
        honest = {
            "file": file,
            "region": "4101",
            "mode": "full",
            "rows": content.count(b"\n") - 1,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        return honest | ({"year": 2025} if file.startswith("tax.") else {}) | changed

    async def look(self) -> int:
        return await scan_folders(self.database, self.intake, self.root)

    def names(self, place: str) -> list[str]:
        directory = self.folder / place
        found = (path.name.split("-", 1)[1] for path in directory.iterdir()) if directory.is_dir() else ()
        return sorted(found)

    def reason(self) -> str:
        [text] = [path for path in (self.folder / "refused").iterdir() if path.suffix == ".txt"]
        return text.read_text(encoding="utf-8")


@pytest.fixture
def exchange(tmp_path: Path, database: Database, intake: IntakeContext) -> Exchange:
    return Exchange(tmp_path / "exchange", database, intake)


async def test_a_file_waits_for_its_manifest(exchange: Exchange):
    exchange.puts(tax=tax(*CODES[:3]))
    assert await exchange.look() == 0
    exchange.declares(exchange.item("tax.csv"))
    assert await exchange.look() == 1
    assert exchange.names("done") == ["delivery.json", "tax.csv", "tax.csv.json", "tax.csv.rejects.csv"]
    assert await exchange.look() == 0


async def test_the_receipt_names_the_delivery_and_the_bureau_is_the_folders(exchange: Exchange):
    exchange.puts(tax=tax(*CODES[:3]))
    exchange.declares(exchange.item("tax.csv"))
    await exchange.look()
    [receipt] = (exchange.folder / "done").glob("*tax.csv.json")
    pool = await exchange.database.pool()
    row = await pool.fetchrow("select id, bureau, channel, received_by from delivery")
    assert json.loads(receipt.read_text())["id"] == str(row["id"])
    assert (row["bureau"], row["channel"], row["received_by"]) == ("市税务局", "folder", f"folder:{FOLDER}")


async def test_several_files_of_one_drop_each_get_their_answer(exchange: Exchange):
    exchange.puts(tax=tax(*CODES[:3]), tax__2=tax(*CODES[3:5]), tax__3=tax(*CODES[5:8]))
    exchange.declares(
        exchange.item("tax-3.csv", mode="incremental"),
        exchange.item("tax.csv", rows=7),
        exchange.item("tax-2.csv", mode="incremental"),
    )
    assert await exchange.look() == 1
    assert await count(exchange.database, "delivery") == 2
    assert exchange.names("refused") == ["tax.csv", "tax.csv.txt"]
    assert "声明 7 行，文件中有 3 行" in exchange.reason()


async def test_a_raw_file_with_id_numbers_is_not_kept_once_it_is_taken_in(exchange: Exchange):
    exchange.use(REGISTRAR)
    exchange.puts(registration=registration(*CODES[:3]))
    exchange.declares(exchange.item("registration.csv"))
    await exchange.look()
    assert exchange.names("done") == ["delivery.json", "registration.csv.json", "registration.csv.rejects.csv"]
    left = [path for path in exchange.root.rglob("*") if path.is_file()]
    assert left
    assert not any(ID_NUMBER in path.read_text(encoding="utf-8") for path in left)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"sha256": "0" * 64}, "摘要不一致"),
        ({"region": "4102"}, "不在您的辖区内"),
        ({"file": "other.csv"}, "没有这个文件"),
        ({"year": 2023}, "最多的却是 2025 年度"),
    ],
)
async def test_a_refused_file_lies_beside_the_reason(exchange: Exchange, changed: dict[str, object], reason: str):
    exchange.puts(tax=tax(*CODES[:3]))
    exchange.declares(exchange.item("tax.csv") | changed)
    assert await exchange.look() == 1
    assert reason.replace("摘要不一致", "摘要") in exchange.reason()
    assert await count(exchange.database, "delivery") == 0


@pytest.mark.parametrize(
    ("codec", "digest"),
    [
        ("utf-8", str.upper),
        ("utf-8-sig", str),
        ("utf-16", str.upper),
        ("utf-16-le", str),
        ("utf-16-be", str),
        ("utf-8-sig", lambda text: bytes.fromhex(text).hex(" ")),
        ("utf-8", lambda text: bytes.fromhex(text).hex("-").upper() + "\r\n"),
    ],
    ids=["capitals", "BOM", "UTF-16", "UTF-16LE without BOM", "UTF-16BE without BOM", "certutil", "BitConverter"],
)
async def test_a_manifest_as_windows_writes_it_is_read(exchange: Exchange, codec: str, digest: Callable[[str], str]):
    exchange.puts(tax=tax(*CODES[:3]))
    item = exchange.item("tax.csv")
    text = json.dumps([item | {"sha256": digest(str(item["sha256"]))}], indent=2).replace("\n", "\r\n")
    (exchange.folder / "delivery.json").write_bytes(text.encode(codec))
    assert await exchange.look() == 1
    assert exchange.names("done") == ["delivery.json", "tax.csv", "tax.csv.json", "tax.csv.rejects.csv"]
    assert await count(exchange.database, "delivery") == 1


async def test_a_wrong_manifest_is_told_what_is_wrong_in_the_bureaus_words(exchange: Exchange):
    exchange.puts(tax=tax(*CODES[:3]))
    good = exchange.item("tax.csv")
    wrong = good | {"sha256": "x" * 64, "410103197707077077": 1}
    del wrong["rows"]
    (exchange.folder / "delivery.json").write_bytes(json.dumps([good, wrong]).encode("utf-8-sig"))
    await exchange.look()
    told = exchange.reason()
    assert all(f"第2个文件{fault}" in told for fault in ("缺少 rows", "写错了 sha256", "写了不认识的项"))
    assert "第1个文件" not in told
    assert "ManifestItem" not in told
    assert "410103197707077077" not in told


@pytest.mark.parametrize(
    "manifest", ["", "{", "[]]", '{"file": "../../etc/passwd"}', '{"file": "tax.csv", "mode": "all"}', "7"]
)
async def test_an_unreadable_manifest_is_refused_with_what_it_should_say(exchange: Exchange, manifest: str):
    exchange.puts(tax=tax(*CODES[:3]))
    (exchange.folder / "delivery.json").write_text(manifest)
    assert await exchange.look() == 1
    assert "每个文件须写明" in exchange.reason()
    assert (exchange.folder / "tax.csv").exists()


@pytest.mark.parametrize("folder", ["4101-commerce-市商务局", "4101-commerce-federation-市工商联", REGISTRAR])
async def test_a_folder_takes_its_own_departments_feeds_alone(exchange: Exchange, folder: str):
    exchange.use(folder)
    exchange.puts(tax=tax(*CODES[:3]))
    exchange.declares(exchange.item("tax.csv"))
    assert await exchange.look() == 1
    assert await count(exchange.database, "delivery") == 0
    assert "由税务部门报送" in exchange.reason()
    assert ("工商业联合会" in exchange.reason()) is ("federation" in folder)


@pytest.mark.parametrize("folder", ["4101-市税务局", "4101-taxes-市税务局", "tax-市税务局"])
async def test_a_folder_without_a_department_is_nobodys(exchange: Exchange, folder: str):
    exchange.use(folder)
    exchange.puts(tax=tax(*CODES[:3]))
    exchange.declares(exchange.item("tax.csv"))
    assert await exchange.look() == 0
    assert await count(exchange.database, "delivery") == 0


async def test_a_link_is_not_followed(exchange: Exchange, tmp_path: Path):
    secret = tmp_path / "secret.csv"
    secret.write_text(tax(*CODES[:3]))
    (exchange.folder / "tax.csv").symlink_to(secret)
    exchange.declares(exchange.item("tax.csv"))
    await exchange.look()
    assert await count(exchange.database, "delivery") == 0
    assert secret.exists()


async def test_interrupted_between_taking_in_and_putting_away_it_counts_once(exchange: Exchange):
    exchange.puts(tax=tax(*CODES[:3]), tax__2=tax(*CODES[3:5]))
    items = exchange.item("tax.csv"), exchange.item("tax-2.csv", mode="incremental")
    content = (exchange.folder / "tax-2.csv").read_text()
    exchange.declares(*items)
    await exchange.look()
    exchange.puts(tax__2=content)
    exchange.takes_back_the_manifest()
    assert await exchange.look() == 1
    assert await count(exchange.database, "delivery") == 2
    assert exchange.names("refused") == []


async def test_the_same_file_after_another_one_is_a_new_delivery(exchange: Exchange):
    first, second = tax(*CODES[:3]), tax(*CODES[3:5])
    for day, content in enumerate((first, second, first), 1):
        exchange.puts(tax=content)
        exchange.declares(exchange.item("tax.csv"))
        os.utime(exchange.folder / "delivery.json", (day, day))
        assert await exchange.look() == 1
    exchange.puts(tax=first)
    exchange.takes_back_the_manifest()
    assert await exchange.look() == 1, "as a kill before the last file was put away leaves it"
    pool = await exchange.database.pool()
    rows = await pool.fetch("select sha256 from delivery order by received_at")
    assert [row["sha256"] for row in rows] == [
        hashlib.sha256(each.encode()).hexdigest() for each in (first, second, first)
    ]
    assert exchange.names("done").count("tax.csv.json") == 3, "each drop has its own receipt"
    assert exchange.names("refused") == []


async def test_a_file_of_an_earlier_drop_is_missing_in_this_one(exchange: Exchange):
    """A manifest that is ahead of its file is no answer to it: the bureau reads that the file was not there."""
    exchange.puts(tax=tax(*CODES[:3]))
    item = exchange.item("tax.csv")
    for day in (1, 2):
        exchange.declares(item)
        os.utime(exchange.folder / "delivery.json", (day, day))
        await exchange.look()
    assert "没有这个文件" in exchange.reason()
    assert await count(exchange.database, "delivery") == 1


async def test_one_bureaus_fault_stops_no_other(exchange: Exchange):
    (exchange.root / "4101-court-甲局").mkdir()
    (exchange.root / "4101-court-甲局" / "delivery.json").mkdir()
    exchange.puts(tax=tax(*CODES[:3]))
    exchange.declares(exchange.item("tax.csv"))
    assert await exchange.look() == 2
    assert await count(exchange.database, "delivery") == 1
    assert not (exchange.root / "4101-court-甲局" / "delivery.json").exists()


async def test_when_there_is_no_room_the_drop_waits(exchange: Exchange, monkeypatch: pytest.MonkeyPatch):
    exchange.puts(tax=tax(*CODES[:3]))
    exchange.declares(exchange.item("tax.csv"))
    read_by("find_no_room", monkeypatch)
    assert await exchange.look() == 0
    monkeypatch.undo()
    assert await exchange.look() == 1
    assert await count(exchange.database, "delivery") == 1


async def test_a_file_over_which_the_program_stumbles_is_put_aside(exchange: Exchange, monkeypatch: pytest.MonkeyPatch):
    exchange.puts(tax=tax(*CODES[:3]))
    exchange.declares(exchange.item("tax.csv"))
    read_by("stumble", monkeypatch)
    assert await exchange.look() == 1
    assert "程序出错" in exchange.reason()
    assert await exchange.look() == 0


async def test_a_file_that_killed_the_worker_is_refused_at_the_second_attempt_and_may_come_again(exchange: Exchange):
    exchange.puts(tax=tax(*CODES[:3]))
    exchange.declares(exchange.item("tax.csv"))
    await asyncio.to_thread(killed_while_checking, exchange)
    await exchange.look()
    assert "上次检查这个文件时程序异常终止" in exchange.reason()
    assert await count(exchange.database, "delivery") == 0
    exchange.puts(tax=tax(*CODES[:3]))
    exchange.declares(exchange.item("tax.csv"))
    await exchange.look()
    assert await count(exchange.database, "delivery") == 1
    assert not list((exchange.intake.store.data / "attempts").iterdir())


def killed_while_checking(exchange: Exchange) -> None:
    """A worker that dies with the file half read, as it would have with the reader in its own process."""
    told = [exchange.database.url.render_as_string(hide_password=False), str(exchange.intake.store.data)]
    done = subprocess.run(
        [sys.executable, "-c", SCAN_ONCE, *told, str(exchange.root)],
        env=os.environ | {"MINGLU_CRASH_AT": "delivery.checking"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


SCAN_ONCE = """
import asyncio, sys
from pathlib import Path
from services.typing.deliveries.watched_folder import scan_folders
from shared.database.connections import Database
from shared.feeds.intake.context import IntakeContext
from shared.reference.personal_data import OperatorPseudonym
url, data, root = sys.argv[1:]
intake = IntakeContext.open(Path(data), OperatorPseudonym(b"k" * 32))
asyncio.run(scan_folders(Database(url), intake, Path(root)))
"""


async def test_a_file_whose_reader_dies_is_refused_and_the_others_are_taken(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
):
    """The reader's death is its own: the worker goes on with the next file."""
    read_by("die", monkeypatch, rows=1)
    exchange.puts(tax=tax(CODES[0]), tax__2=tax(*CODES[1:3]))
    exchange.declares(exchange.item("tax.csv"), exchange.item("tax-2.csv", year=2025))
    assert await exchange.look() == 1
    assert "超出了内存或时间的限制，或读取中断" in exchange.reason()
    assert await count(exchange.database, "delivery") == 1
