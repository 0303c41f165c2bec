"""Stand-ins for outside peers, run beside the services: a province's directory for objections, a gateway for SMS and
mail, and the national systems that results are published to.

A service's settings that point to one are set for whichever services have them.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from deploy.local.data_directory import DataDirectory
from deploy.local.supervisor import Program
from deploy.sandbox.mail_sink import write_certificate

HOST = "127.0.0.1"
DIRECTORY_PORT, GATEWAY_PORT, MAIL_PORT, NATIONAL_PORT = 8093, 8094, 8095, 8096
DIRECTORY_SECRET, GATEWAY_SECRET, RECEIPTS_SECRET, NATIONAL_SECRET = (
    "sandbox-directory.key",
    "sandbox-gateway.key",
    "sandbox-receipts.key",
    "sandbox-national.key",
)
"""Names of secrets in the data folder."""
EXCHANGE_SECONDS = "5"
"""Between two rounds of the exchange: somebody is watching."""
SENDER = "minglu@example.invalid"
MESSAGES_PER_SECOND = 100
"""What the gateway of SMS takes."""
NATIONAL = (
    "province-directory",
    "national-directory",
    "credit-publicity",
    "cultivation-platform",
    "legal-person-base",
)
"""The national systems, as paths of their sandbox; with _ they are the settings that point to them."""
PAGES_PER_SECOND = 100
"""What each national system takes."""


@dataclass(frozen=True)
class Sandboxes:
    """The stand-ins of one platform; `shift`: how far its ports are from the usual ones; `receiver`: the base address
    of the service that hears what became of messages.
    """

    data: DataDirectory
    shift: int
    receiver: str

    @property
    def ports(self) -> Sequence[int]:
        """All ports on which they listen."""
        return [port + self.shift for port in (DIRECTORY_PORT, GATEWAY_PORT, MAIL_PORT, NATIONAL_PORT)]

    @property
    def directory(self) -> str:
        """Where the province's directory answers."""
        return f"http://{HOST}:{DIRECTORY_PORT + self.shift}"

    @property
    def gateway(self) -> str:
        """Where the page with all messages is."""
        return f"http://{HOST}:{GATEWAY_PORT + self.shift}"

    @property
    def national(self) -> str:
        """Where the page is that shows what the national systems hold."""
        return f"http://{HOST}:{NATIONAL_PORT + self.shift}"

    @property
    def folder(self) -> Path:
        """Where the gateway and the national systems keep what they were handed, and the gateway's certificate."""
        return self.data.folder_of("sandbox")

    def settings(self, region: str) -> Mapping[str, str]:
        """Values by the names of the settings that point to them, for a platform of that region."""
        login = f"sandbox:{self.data.secret(GATEWAY_SECRET)}@{HOST}"
        certificate, _ = write_certificate(self.folder)
        gateway = f"{login}:{GATEWAY_PORT + self.shift}?per_second={MESSAGES_PER_SECOND}"
        return self._national_settings(region) | {
            "directory_url": self.directory,
            "directory_credential": self.data.secret(DIRECTORY_SECRET),
            "directory_region": region[:2],
            "directory_seconds": EXCHANGE_SECONDS,
            "sample_contacts": "true",
            "sms_first": f"sandbox+http://{gateway}&receipts={self.data.secret(RECEIPTS_SECRET)}",
            "email_first": f"smtp://{login}:{MAIL_PORT + self.shift}?from={SENDER}&ca={quote(str(certificate))}",
        }

    def _national_settings(self, region: str) -> dict[str, str]:
        login = f"http://sandbox:{self.data.secret(NATIONAL_SECRET)}@{HOST}:{NATIONAL_PORT + self.shift}"
        urls = {one: f"{login}/{one}?per_second={PAGES_PER_SECOND}" for one in NATIONAL}
        urls["province-directory"] += f"&region={region[:2]}"
        urls["legal-person-base"] += f"&region={region}"
        return {one.replace("-", "_"): url for one, url in urls.items()}

    def programs(self) -> list[Program]:
        """Their processes. ``-P``: the current folder is not searched for modules."""
        run = (sys.executable, "-P", "-m")
        directory = (*run, "deploy.sandbox.directory_peer", "--port", str(DIRECTORY_PORT + self.shift))
        kept = ("--smtp-port", str(MAIL_PORT + self.shift), "--data", str(self.folder / "messages.sqlite"))
        gateway = (*run, "deploy.sandbox.message_gateway", "--port", str(GATEWAY_PORT + self.shift), *kept)
        stored = ("--data", str(self.folder / "national.sqlite"), "--sample-base")
        national = (*run, "deploy.sandbox.national_systems", "--port", str(NATIONAL_PORT + self.shift), *stored)
        call_back = f"{self.receiver}/v1/receipts/sandbox?secret={self.data.secret(RECEIPTS_SECRET)}"
        knows = {
            "MINGLU_SANDBOX_SECRET": self.data.secret(GATEWAY_SECRET),
            "MINGLU_SANDBOX_RECEIPTS": f"sandbox={call_back}",
        }
        return [
            Program("sandbox-directory", directory, {"MINGLU_SANDBOX_CREDENTIAL": self.data.secret(DIRECTORY_SECRET)}),
            Program("sandbox-gateway", gateway, knows),
            Program("sandbox-national", national, {"MINGLU_SANDBOX_SECRET": self.data.secret(NATIONAL_SECRET)}),
        ]
