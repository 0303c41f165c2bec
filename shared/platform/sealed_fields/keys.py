"""The keys of a vault, as a setting: read and checked before anything is sealed. Imports no database."""

import json
import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, SecretStr

KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")
KEY_BYTES = 32


def parse_keys(setting: str) -> Mapping[str, bytes]:
    """Keys by their ids, the newest first, from `id:hex,id:hex` or a JSON object. ValueError names no key."""
    text = setting.strip()
    pairs: list[tuple[str, str]]
    if text.startswith("{"):
        try:
            pairs = json.loads(text, object_pairs_hook=list)
        except ValueError:
            raise ValueError("the vault's keys are no JSON object") from None  # the cause would quote the keys
    else:
        pairs = [(key_id.strip(), key.strip()) for key_id, _, key in (one.partition(":") for one in text.split(","))]
    keys = {key_id: _key(number, key_id, key) for number, (key_id, key) in enumerate(pairs, start=1)}
    if not keys or len(keys) < len(pairs):
        raise ValueError("the vault needs keys, each under an id of its own")
    return keys


def _key(number: int, key_id: str, text: object) -> bytes:
    if not KEY_ID.fullmatch(key_id):
        raise ValueError(f"key {number}: its id has 1 to 16 letters, digits, - or _")
    try:
        key = bytes.fromhex(str(text))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"key {number}: {2 * KEY_BYTES} hexadecimal digits are needed")
    return key


def _checked(setting: SecretStr) -> SecretStr:
    parse_keys(setting.get_secret_value())
    return setting


VaultKeys = Annotated[SecretStr, AfterValidator(_checked)]
"""The type of a service's setting `vault_keys`: `id:hex` of 32 bytes each, comma-separated, the newest first. A
service that has this setting gets a vault of its own from `minglu up` and Compose."""
