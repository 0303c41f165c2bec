"""Operators make and change the keys of what one service seals for another with one command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.data_directory import DataDirectory
from deploy.local.errors import CommandError
from deploy.sealing_keys import PAIRS, private_keys_in, secrets_lines, variable_of
from shared.platform.sealed_messages import Sealer, SealOpener
from tests.unit.platform.test_sealed_messages import FIGURES, Figures

PRIVATE = variable_of("correction_keys")


def written(folder: Path, lines: str) -> dict[str, str]:
    """The lines as a shell reads them from a file of secrets, by the settings' names."""
    file = folder / "secrets.env"
    file.write_text(lines)
    settings = [name for pair in PAIRS for name in (pair, f"{pair}s")]
    shown = "; ".join(f'printf "%s\\n" "${variable_of(name)}"' for name in settings)
    done = subprocess.run(["/bin/sh", "-c", f"set -a; . {file}; {shown}"], capture_output=True, text=True, check=True)
    return dict(zip(settings, done.stdout.splitlines(), strict=True))


@pytest.mark.parametrize("pair", PAIRS)
def test_the_lines_hold_pairs_that_fit(tmp_path: Path, pair: str) -> None:
    keys = written(tmp_path, secrets_lines())
    assert SealOpener(keys[f"{pair}s"]).open(Sealer(keys[pair]).seal(FIGURES), Figures) == FIGURES
    assert private_keys_in(tmp_path / "secrets.env", variable_of(f"{pair}s")) == keys[f"{pair}s"]
    assert len(set(keys.values())) == 2 * len(PAIRS), "what is sealed for one service opens nowhere else"


def test_new_keys_still_open_what_was_sealed_before(tmp_path: Path) -> None:
    before = written(tmp_path, "POSTGRES_PASSWORD=x\n" + secrets_lines())
    now = written(tmp_path, secrets_lines(earlier=tmp_path / "secrets.env"))
    for pair in PAIRS:
        assert now[pair] != before[pair]
        for public in (before[pair], now[pair]):
            assert SealOpener(now[f"{pair}s"]).open(Sealer(public).seal(FIGURES), Figures) == FIGURES
        newest, public = json.loads(now[f"{pair}s"])["keys"][0], json.loads(now[pair])
        assert newest["kid"] == public["kid"], "the newest one comes first"


@pytest.mark.parametrize("text", ["", f"{PRIVATE}=\n", f"{PRIVATE}='nonsense'\n"])
def test_earlier_keys_that_are_not_there_are_no_reason_to_lose_them(tmp_path: Path, text: str) -> None:
    (tmp_path / "secrets.env").write_text(text)
    with pytest.raises(CommandError, match=PRIVATE):
        secrets_lines(earlier=tmp_path / "secrets.env")


def test_the_command_says_in_one_line_what_is_wrong(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "deploy.sealing_keys", "--earlier", str(tmp_path / "missing")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith("错误：不能读取")


def test_a_data_folder_makes_its_pair_once(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    data.prepare()
    keys = data.sealing_keys()
    assert DataDirectory(data.root).sealing_keys() == keys
    sealed = Sealer(keys["correction_key"]).seal(FIGURES)
    assert SealOpener(keys["correction_keys"]).open(sealed, Figures) == FIGURES
    assert (data.secrets / "correction-keys.json").stat().st_mode & 0o077 == 0
