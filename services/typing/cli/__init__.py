"""The typing part of `minglu`: `type_command` and `policy_app`. Imports nothing heavy before a command runs."""

from services.typing.cli.policy import policy_app
from services.typing.cli.type_folder import type_command

__all__ = ["policy_app", "type_command"]
