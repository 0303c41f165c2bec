"""SMS by Aliyun: SendSms and QuerySendDetails of 2017-05-25, signed with ACS3-HMAC-SHA256, and SmsReport call-backs.

It takes no keys: OutId is repeated in receipts, but the same one is sent twice (its documentation says
「国内短信…均不支持幂等的能力」).
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import orjson

from services.notification.channels.gateway import (
    Busy,
    Outcome,
    Outgoing,
    Question,
    Receipt,
    Refusal,
    Unknown,
    accepted,
    mainland_number,
    plain_code,
)
from services.notification.channels.http_calls import CONNECTIONS, Answer, HttpCalls
from services.notification.channels.problems import UnreadableReceipts
from services.notification.channels.receipts import check_secret, listed
from services.notification.messages.domain import Channel
from services.notification.provider_urls import ProviderUrl
from shared import clock

ALGORITHM: Final = "ACS3-HMAC-SHA256"
VERSION: Final = "2017-05-25"
LATER: Final[Mapping[str, float | None]] = {
    "isv.BUSINESS_LIMIT_CONTROL": None,
    "VALVE:M_MC": 60,
    "VALVE:H_MC": 3600,
    "VALVE:D_MC": None,
}
"""Limits of one phone number, with the seconds in their names. Codes that begin with Throttling are the account's"""
ACCOUNT: Final = frozenset(
    {
        *("isv.ACCOUNT_NOT_EXISTS", "isv.ACCOUNT_ABNORMAL", "isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE"),
        *("isv.PRODUCT_UN_SUBSCRIPT", "isv.PRODUCT_UNSUBSCRIBE", "isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL"),
        *("isv.SMS_SIGNATURE_ILLEGAL", "isv.SMS_SIGNATURE_SCENE_ILLEGAL", "isv.SMS_SIGN_ILLEGAL"),
        *("isv.INVALID_PARAMETERS", "isp.RAM_PERMISSION_DENY", "SignatureNotMatch"),
    }
)
ACCOUNT_BEGINS: Final = ("Forbidden", "Invalid", "Signature", "IncompleteSignature", "Missing", "NoPermission", "SDK.")
"""Account, credit, signature and access: whatever is sent now is refused. Any other code is of its message"""
NOBODY: Final = frozenset({"isv.MOBILE_NUMBER_ILLEGAL", "isv.CUSTOMER_REFUSED", "isv.BLACK_KEY_CONTROL_LIMIT"})
"""No number, or its owner wants nothing: no other gateway is to be tried"""
UNSURE: Final = frozenset(
    {"isp.SYSTEM_ERROR", "isp.UNKNOWN", "isp.GATEWAY_ERROR", "InternalError", "ServiceUnavailable"}
)
FAILED, ARRIVED = 2, 3


def signed_headers(
    key_id: str, secret: str, host: str, action: str, query: str, *, version: str, now: datetime, nonce: str
) -> dict[str, str]:
    """The headers of a POST without a body; `query`: in its canonical form (`canonical_query`)."""
    body_hash = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": body_hash,
        "x-acs-date": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(headers)  # written in their order
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    canonical = "\n".join(["POST", "/", query, lines, names, body_hash])
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return headers | {"Authorization": f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"}


def canonical_query(parameters: Mapping[str, str]) -> str:
    """Sorted by name, percent-encoded as RFC 3986 says."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sorted(parameters.items()))


class AliyunGateway:
    """See `Provider`."""

    channel = Channel.SMS
    takes_keys = False
    gives_receipts = True
    at_once = CONNECTIONS

    def __init__(self, url: ProviderUrl) -> None:
        self.name, self.per_second = url.name, url.per_second
        self._calls, self._url, self._receipts = HttpCalls(url), url, url.options.get("receipts")

    def carries(self, template_codes: Mapping[str, str]) -> bool:
        """See `Provider`."""
        return "aliyun" in template_codes

    async def send(self, outgoing: Outgoing) -> Outcome:
        """See `Provider`."""
        code = outgoing.template_codes.get("aliyun")
        if code is None:
            return Refusal("no-template", permanent=False, of_message=True)
        told = {
            "PhoneNumbers": mainland_number(outgoing.address),
            "SignName": self._url.options["sign"],
            "TemplateCode": code,
            "TemplateParam": orjson.dumps(dict(outgoing.parameters)).decode(),
            "OutId": outgoing.key,
        }
        answer = await self._call("SendSms", told)
        return outcome_of(answer) if isinstance(answer, Answer) else answer

    async def ask(self, question: Question) -> Receipt | None:
        """See `Provider`. Asked by number and day, found by our key."""
        told = {
            "PhoneNumber": mainland_number(question.address),
            "SendDate": question.sent_at.astimezone(clock.CHINA).strftime("%Y%m%d"),
            "PageSize": "50",
            "CurrentPage": "1",
        } | ({"BizId": question.reference} if question.reference else {})
        answer = await self._call("QuerySendDetails", told)
        try:
            rows = answer.json()["SmsSendDetailDTOs"]["SmsSendDetailDTO"] if isinstance(answer, Answer) else []
            mine = [row for row in rows if row.get("OutId") == question.key and row["SendStatus"] in (FAILED, ARRIVED)]
        except (KeyError, TypeError, AttributeError):
            return None
        if not mine:
            return None
        arrived = mine[0]["SendStatus"] == ARRIVED
        return Receipt(question.key, question.reference, arrived, plain_code(mine[0].get("ErrCode", "")))

    def read_receipts(self, secret: str, body: bytes) -> Sequence[Receipt]:
        """See `Provider`."""
        check_secret(secret, self._receipts)
        return [_receipt(one) for one in listed(body)]

    async def close(self) -> None:
        """See `Provider`."""
        await self._calls.close()

    async def _call(self, action: str, parameters: Mapping[str, str]) -> Answer | Busy | Unknown:
        query = canonical_query(parameters)
        headers = signed_headers(
            self._url.user,
            self._url.secret.get_secret_value(),
            self._url.authority,
            action,
            query,
            version=VERSION,
            now=datetime.now(UTC),  # the machine's: a demonstration's calendar would make it invalid
            nonce=secrets.token_hex(16),
        )
        return await self._calls.call("POST", f"/?{query}", headers=headers)


def outcome_of(answer: Answer) -> Outcome:
    """What an answer to SendSms means."""
    told = answer.json()
    code = told.get("Code")
    if not isinstance(code, str):
        return answer.unknown
    if code == "OK":
        return accepted(told.get("BizId")) or answer.unknown
    if code in LATER:
        return Busy(LATER[code], of_message=True)
    if code.startswith("Throttling"):
        return Busy()
    if code in UNSURE:
        return Unknown(plain_code(code))
    of_account = code in ACCOUNT or code.startswith(ACCOUNT_BEGINS)
    return Refusal(plain_code(code), permanent=code in NOBODY, of_message=code not in NOBODY and not of_account)


def _receipt(told: Mapping[str, Any]) -> Receipt:
    key, reference, delivered = told.get("out_id") or None, told.get("biz_id"), told.get("success")
    if not isinstance(reference, str) or not isinstance(delivered, bool):
        raise UnreadableReceipts
    return Receipt(
        key if isinstance(key, str) and key else None, reference, delivered, plain_code(told.get("err_code"))
    )
