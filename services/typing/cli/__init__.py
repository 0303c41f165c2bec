"""The typing part of `minglu`: `type_command` and `policy_app`. Imports nothing heavy before a command runs."""

from services.typing.cli.folder import type_command
from services.typing.cli.policies import policy_app

__all__ = ["policy_app", "type_command"]
