"""Operators make and change the keys for corrections of evidence with one command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.correction_keys import PRIVATE, PUBLIC, private_keys_in, secrets_lines
from deploy.local.data_directory import DataDirectory
from deploy.local.errors import CommandError
from shared.platform.sealed_messages import Sealer, SealOpener
from tests.unit.platform.test_sealed_messages import FIGURES, Figures


def written(folder: Path, lines: str) -> dict[str, str]:
    """The lines as a shell reads them from a file of secrets."""
    file = folder / "secrets.env"
    file.write_text(lines)
    shown = f'set -a; . {file}; printf "%s\\n%s" "${PUBLIC}" "${PRIVATE}"'
    done = subprocess.run(["/bin/sh", "-c", shown], capture_output=True, text=True, check=True)
    public, private = done.stdout.split("\n")
    return {PUBLIC: public, PRIVATE: private}


def test_the_lines_hold_a_pair_that_fits(tmp_path: Path) -> None:
    keys = written(tmp_path, secrets_lines())
    assert SealOpener(keys[PRIVATE]).open(Sealer(keys[PUBLIC]).seal(FIGURES), Figures) == FIGURES
    assert private_keys_in(tmp_path / "secrets.env") == keys[PRIVATE]


def test_new_keys_still_open_what_was_sealed_before(tmp_path: Path) -> None:
    before = written(tmp_path, "POSTGRES_PASSWORD=x\n" + secrets_lines())
    now = written(tmp_path, secrets_lines(tmp_path / "secrets.env"))
    assert now[PUBLIC] != before[PUBLIC]
    for public in (before[PUBLIC], now[PUBLIC]):
        assert SealOpener(now[PRIVATE]).open(Sealer(public).seal(FIGURES), Figures) == FIGURES
    assert json.loads(now[PRIVATE])["keys"][0]["kid"] == json.loads(now[PUBLIC])["kid"], "the newest one comes first"


@pytest.mark.parametrize("text", ["", f"{PRIVATE}=\n", f"{PRIVATE}='nonsense'\n"])
def test_earlier_keys_that_are_not_there_are_no_reason_to_lose_them(tmp_path: Path, text: str) -> None:
    (tmp_path / "secrets.env").write_text(text)
    with pytest.raises(CommandError, match=PRIVATE):
        secrets_lines(tmp_path / "secrets.env")


def test_the_command_says_in_one_line_what_is_wrong(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "deploy.correction_keys", "--earlier", str(tmp_path / "missing")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith("错误：不能读取")


def test_a_data_folder_makes_its_pair_once(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    data.prepare()
    keys = data.correction_keys()
    assert DataDirectory(data.root).correction_keys() == keys
    sealed = Sealer(keys["correction_key"]).seal(FIGURES)
    assert SealOpener(keys["correction_keys"]).open(sealed, Figures) == FIGURES
    assert (data.secrets / "correction-keys.json").stat().st_mode & 0o077 == 0
