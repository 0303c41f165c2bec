"""Makes the keys for corrections of evidence: ``python -m deploy.correction_keys``.

Prints the two lines of deploy/secrets.env: the public key that objection seals with, and the private keys that typing
opens with. ``--earlier FILE`` reads the private keys of now from such a file and keeps them behind the new one: what
was sealed for them lies on the topic for years. Give typing the new line first, then objection.
"""

import argparse
import re
import sys
from pathlib import Path

from deploy.local.errors import CommandError
from shared.platform.sealed_messages import SealingKeysError, new_sealing_keys
from shared.text_output import spell_what_cannot_be_shown

PUBLIC, PRIVATE = "MINGLU_CORRECTION_KEY", "MINGLU_CORRECTION_KEYS"


def secrets_lines(earlier: Path | None = None) -> str:
    """The two lines; CommandError if the earlier keys cannot be read."""
    try:
        pair = new_sealing_keys(None if earlier is None else private_keys_in(earlier))
    except SealingKeysError as error:
        raise CommandError(f"{earlier} 中的 {PRIVATE} 不能使用：{error}") from None
    return f"{PUBLIC}='{pair.public}'\n{PRIVATE}='{pair.private}'\n"


def private_keys_in(file: Path) -> str:
    """The private keys in a file of secrets."""
    try:
        found = re.search(rf"^{PRIVATE}=(['\"]?)(.+)\1$", file.read_text("utf-8"), re.MULTILINE)
    except OSError as error:
        raise CommandError(f"不能读取 {file}：{error.strerror}") from error
    if found is None:
        raise CommandError(f"{file} 中没有 {PRIVATE}")
    return found[2]


def main() -> int:
    """Print the lines; 3 if the earlier keys cannot be used."""
    spell_what_cannot_be_shown()
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--earlier", type=Path, help="a secrets.env whose private keys are kept")
    try:
        sys.stdout.write(secrets_lines(options.parse_args().earlier))
    except CommandError as error:
        sys.stderr.write(f"错误：{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
