"""A deploy/secrets.env of the trial's own: what the example names, with random values."""

import re
import secrets
from pathlib import Path

from deploy.local.token_issuer import ISSUER
from deploy.sealing_keys import secrets_lines

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "deploy" / "secrets.env.example"
BUS_HOST = "bus.example.test"
READER, REPORTER = "publicity", "bureau"
NEEDED = re.compile(r"\$\{(\w+):\?\}")
LINE = re.compile(r"^(\w+)='?(.*?)'?$", re.MULTILINE)


def trial_secrets() -> dict[str, str]:
    """Every variable without which Compose refuses to start, and two other systems on the bus."""
    named = set(LINE.findall(EXAMPLE.read_text("utf-8")))
    needed = set(NEEDED.findall((ROOT / "docker-compose.yml").read_text("utf-8")))
    drawn = {name: _value(name) for name, _ in named if name in needed}
    known = {"MINGLU_ISSUER": ISSUER, "MINGLU_JWKS": "/trust/jwks.json", "MINGLU_BUS_HOST": BUS_HOST}
    others = {"MINGLU_BUS_REPORTERS": f"{REPORTER}:{secrets.token_hex(16)}"}
    others["MINGLU_BUS_READERS"] = f"{READER}:{secrets.token_hex(16)}"
    return drawn | known | others | dict(LINE.findall(secrets_lines()))


def _value(name: str) -> str:
    """A password or key in the form that the example asks for."""
    digits = secrets.token_hex(32)
    return f"k1:{digits}" if name.endswith("VAULT_KEYS") else digits
