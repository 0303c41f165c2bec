"""Stand-ins for outside peers, run beside the services: a province's directory to exchange objections with.

A service's settings that point to one are set for whichever services have them.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deploy.local.data_directory import DataDirectory
from deploy.local.supervisor import Program

HOST = "127.0.0.1"
DIRECTORY_PORT = 8093
DIRECTORY_CREDENTIAL = "sandbox-directory.key"
"""Name of the secret in the data folder."""
EXCHANGE_SECONDS = "5"
"""Between two rounds of the exchange: somebody is watching."""


@dataclass(frozen=True)
class Sandboxes:
    """The stand-ins of one platform; `shift`: how far its ports are from the usual ones."""

    data: DataDirectory
    shift: int

    @property
    def ports(self) -> Sequence[int]:
        """All ports on which they listen."""
        return [self.directory_port]

    @property
    def directory_port(self) -> int:
        """Where the province's directory answers."""
        return DIRECTORY_PORT + self.shift

    def settings(self, region: str) -> Mapping[str, str]:
        """Values by the names of the settings that point to them, for a platform of that region."""
        return {
            "directory_url": f"http://{HOST}:{self.directory_port}",
            "directory_credential": self.data.secret(DIRECTORY_CREDENTIAL),
            "directory_region": region[:2],
            "directory_seconds": EXCHANGE_SECONDS,
        }

    def programs(self) -> list[Program]:
        """Their processes."""
        run = (sys.executable, "-P", "-m")
        directory = (*run, "deploy.sandbox.directory_peer", "--port", str(self.directory_port))
        credential = {"MINGLU_SANDBOX_CREDENTIAL": self.data.secret(DIRECTORY_CREDENTIAL)}
        return [Program("sandbox-directory", directory, credential)]
