"""The sandbox's own SMS gateway (`deploy.sandbox.message_gateway`): the simplest form of what a gateway does.

POST /messages        Idempotency-Key: …   {address, text}   → 202 {reference} | 4xx {code, permanent, of_message}
GET  /messages/{key}                                         → 200 {receipt: {…} | null} | 404
call-back             [{key, reference, delivered, code}]
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

import orjson

from services.notification.channels.gateway import (
    Outcome,
    Outgoing,
    Question,
    Receipt,
    Refusal,
    accepted,
    plain_code,
)
from services.notification.channels.http_calls import CONNECTIONS, Answer, HttpCalls
from services.notification.channels.problems import UnreadableReceipts
from services.notification.channels.receipts import check_secret, listed
from services.notification.messages.domain import Channel
from services.notification.provider_urls import ProviderUrl

ACCEPTED: Final = 202
CLIENT_ERRORS: Final = range(400, 500)


class SandboxGateway:
    """An SMS gateway that sends nothing. See `Provider`."""

    channel = Channel.SMS
    gives_receipts = True
    at_once = CONNECTIONS

    def __init__(self, url: ProviderUrl) -> None:
        self.name, self.per_second = url.name, url.per_second
        self.takes_keys = url.options.get("keys", "yes") == "yes"
        self._calls, self._receipts = HttpCalls(url), url.options.get("receipts")
        credential = base64.b64encode(f"{url.user}:{url.secret.get_secret_value()}".encode()).decode()
        self._headers = {"Authorization": f"Basic {credential}", "Content-Type": "application/json"}

    def carries(self, template_codes: Mapping[str, str]) -> bool:  # noqa: ARG002 - it takes any words
        """See `Provider`."""
        return True

    async def send(self, outgoing: Outgoing) -> Outcome:
        """See `Provider`."""
        headers = self._headers | ({"Idempotency-Key": outgoing.key} if self.takes_keys else {})
        body = {"key": outgoing.key, "address": outgoing.address, "text": outgoing.text}
        answer = await self._calls.call("POST", "/messages", headers=headers, content=orjson.dumps(body))
        if not isinstance(answer, Answer):
            return answer
        told = answer.json()
        if answer.status == ACCEPTED:
            return accepted(told.get("reference")) or answer.unknown
        if answer.status in CLIENT_ERRORS:
            code = plain_code(told.get("code", answer.status))
            return Refusal(code, told.get("permanent") is True, told.get("of_message") is True)
        return answer.unknown

    async def ask(self, question: Question) -> Receipt | None:
        """See `Provider`."""
        path = f"/messages/{quote(question.key, safe='')}"
        answer = await self._calls.call("GET", path, headers=self._headers)
        receipt = answer.json().get("receipt") if isinstance(answer, Answer) else None
        return _receipt(receipt) if isinstance(receipt, dict) else None

    def read_receipts(self, secret: str, body: bytes) -> Sequence[Receipt]:
        """See `Provider`."""
        check_secret(secret, self._receipts)
        receipts = [_receipt(one) for one in listed(body)]
        if None in receipts:
            raise UnreadableReceipts
        return [one for one in receipts if one is not None]

    async def close(self) -> None:
        """See `Provider`."""
        await self._calls.close()


def _receipt(told: dict[str, object]) -> Receipt | None:
    key, reference, delivered = told.get("key"), told.get("reference"), told.get("delivered")
    if not isinstance(key, str) or not isinstance(reference, str) or not isinstance(delivered, bool):
        return None
    return Receipt(key, reference, delivered, plain_code(told.get("code")))
