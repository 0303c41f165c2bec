"""Makes the keys of what one service seals for another alone: ``python -m deploy.sealing_keys``.

There are three pairs: for corrections of evidence (objection seals, typing opens), for applications and for objections
that were handed in at the national systems (notification seals, recognition and objection open). Prints two lines of
deploy/secrets.env for each pair, or for those that ``--pair`` names: the public key of who seals, the private ones of
who opens. ``--earlier FILE`` reads the private keys of now from such a file and keeps them behind the new one: what was
sealed for them lies on the topic for years. Give who opens the new line first, then who seals.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.local.errors import CommandError
from shared.platform.sealed_messages import SealingKeysError, new_sealing_keys
from shared.text_output import spell_what_cannot_be_shown

PAIRS = ("correction_key", "handed_in_applications_key", "handed_in_objections_key")
"""By the setting of the public key; that of the private keys has an s behind it."""
SETTINGS = tuple(setting for pair in PAIRS for setting in (f"{pair}s", pair))
"""Both settings of every pair."""


def variable_of(setting: str) -> str:
    """The variable that holds a key in deploy/secrets.env."""
    return f"MINGLU_{setting.upper()}"


def secrets_lines(pairs: Sequence[str] = PAIRS, earlier: Path | None = None) -> str:
    """The lines of these pairs; CommandError if the earlier keys cannot be read."""
    lines = []
    for name in pairs:
        public, private = variable_of(name), variable_of(f"{name}s")
        try:
            pair = new_sealing_keys(None if earlier is None else private_keys_in(earlier, private))
        except SealingKeysError as error:
            raise CommandError(f"{earlier} 中的 {private} 不能使用：{error}") from None
        lines.append(f"{public}='{pair.public}'\n{private}='{pair.private}'\n")
    return "".join(lines)


def private_keys_in(file: Path, variable: str) -> str:
    """The private keys under a variable in a file of secrets."""
    try:
        found = re.search(rf"^{variable}=(['\"]?)(.+)\1$", file.read_text("utf-8"), re.MULTILINE)
    except OSError as error:
        raise CommandError(f"不能读取 {file}：{error.strerror}") from error
    if found is None:
        raise CommandError(f"{file} 中没有 {variable}")
    return found[2]


def main() -> int:
    """Print the lines; 3 if the earlier keys cannot be used."""
    spell_what_cannot_be_shown()
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pair", action="append", choices=PAIRS, help="only this one; may be given again")
    options.add_argument("--earlier", type=Path, help="a secrets.env whose private keys are kept")
    try:
        given = options.parse_args()
        sys.stdout.write(secrets_lines(given.pair or PAIRS, given.earlier))
    except CommandError as error:
        sys.stderr.write(f"错误：{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
