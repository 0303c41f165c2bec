"""SMS by Tencent Cloud: SendSms and PullSmsSendStatusByPhoneNumber of 2021-01-11, signed with TC3-HMAC-SHA256, and its
call-backs.

It takes no keys: SessionContext is repeated in the answer, but the same one is sent twice. Its receipts name its own
SerialNo alone, so that a message whose answer was lost is found only where Tencent has enabled SessionContext for them.
Asking goes by phone number: PullSmsSendStatus empties a queue that all processes would have to share.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

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

ALGORITHM: Final = "TC3-HMAC-SHA256"
SERVICE, VERSION = "sms", "2021-01-11"
LATER: Final[Mapping[str, float | None]] = {
    "LimitExceeded.PhoneNumberThirtySecondLimit": 30,
    "LimitExceeded.PhoneNumberOneHourLimit": 3600,
    "LimitExceeded.PhoneNumberDailyLimit": None,
    "LimitExceeded.PhoneNumberSameContentDailyLimit": None,
    "LimitExceeded.DeliveryFrequencyLimit": None,
    "FailedOperation.MarketingSendTimeConstraint": None,
}
"""Limits of one phone number or message, with the seconds in their names"""
RATE: Final = ("LimitExceeded.GlobalSmsSendingRateLimit", "RequestLimitExceeded")
"""How limits of the account's rate begin"""
ACCOUNT_BEGINS: Final = (
    *("AuthFailure", "UnauthorizedOperation", "RequestExpired", "ResourceInsufficient"),
    *("InvalidParameterValue.SdkAppIdNotExist", "InvalidAction"),
    *("NoSuchVersion", "UnsupportedProtocol", "UnsupportedRegion", "UnknownParameter", "MissingParameter"),
    *("FailedOperation.InsufficientBalanceInSmsPackage", "FailedOperation.SignatureIncorrectOrUnapproved"),
    "FailedOperation.MissingSignature",
    *("LimitExceeded.AppMainlandChinaDailyLimit", "LimitExceeded.DailyLimit"),
)
"""Account, credit, signature and access: whatever is sent now is refused. Any other code is of its message"""
NOBODY: Final = frozenset(
    {
        "FailedOperation.PhoneNumberInBlacklist",
        "FailedOperation.PhoneNumberParseFail",
        "InvalidParameterValue.IncorrectPhoneNumber",
    }
)
"""No number, or its owner wants nothing: no other gateway is to be tried"""
UNSURE: Final = frozenset(
    {
        "InternalError",
        "InternalError.OtherError",
        "InternalError.ParseBackendResponseFail",
        "InternalError.SendAndRecvFail",
        "InternalError.Timeout",
        "InternalError.UnknownError",
    }
)
OLDEST_STATUS: Final = timedelta(days=7)
"""Tencent answers for no longer"""


def authorization(
    secret_id: str, secret_key: str, service: str, headers: Mapping[str, str], body: bytes, timestamp: int
) -> str:
    """The header for a POST to `/`; `headers`: those that are signed, in the order of their names, in small letters."""
    day = datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d")
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    canonical = "\n".join(["POST", "/", "", lines, names, hashlib.sha256(body).hexdigest()])
    scope = f"{day}/{service}/tc3_request"
    to_sign = f"{ALGORITHM}\n{timestamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"TC3{secret_key}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={names}, Signature={signature}"


class TencentGateway:
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
        return "tencent" in template_codes

    async def send(self, outgoing: Outgoing) -> Outcome:
        """See `Provider`. Its placeholders are numbered: the parameters go in their order."""
        code = outgoing.template_codes.get("tencent")
        if code is None:
            return Refusal("no-template", permanent=False, of_message=True)
        told = {
            "PhoneNumberSet": [f"+86{mainland_number(outgoing.address)}"],
            "SmsSdkAppId": self._url.options["app"],
            "SignName": self._url.options["sign"],
            "TemplateId": code,
            "TemplateParamSet": list(outgoing.parameters.values()),
            "SessionContext": outgoing.key,
        }
        answer = await self._call("SendSms", told)
        return outcome_of(answer) if isinstance(answer, Answer) else answer

    async def ask(self, question: Question) -> Receipt | None:
        """See `Provider`."""
        begin = max(question.sent_at - timedelta(minutes=5), datetime.now(UTC) - OLDEST_STATUS)
        told = {
            "SmsSdkAppId": self._url.options["app"],
            "PhoneNumber": f"+86{mainland_number(question.address)}",
            "BeginTime": int(begin.timestamp()),
            "Offset": 0,
            "Limit": 100,
        }
        answer = await self._call("PullSmsSendStatusByPhoneNumber", told)
        try:
            rows = answer.json()["Response"]["PullSmsSendStatusSet"] if isinstance(answer, Answer) else []
            return next((_status(row, question) for row in rows if _is_about(row, question)), None)
        except (KeyError, TypeError, AttributeError):
            return None

    def read_receipts(self, secret: str, body: bytes) -> Sequence[Receipt]:
        """See `Provider`."""
        check_secret(secret, self._receipts)
        return [_receipt(one) for one in listed(body)]

    async def close(self) -> None:
        """See `Provider`."""
        await self._calls.close()

    async def _call(self, action: str, told: Mapping[str, object]) -> Answer | Busy | Unknown:
        body, timestamp = (
            orjson.dumps(told),
            int(datetime.now(UTC).timestamp()),
        )  # the machine's time, never a shifted one
        signed = {
            "content-type": "application/json; charset=utf-8",
            "host": self._url.authority,
            "x-tc-action": action.lower(),
        }
        secret = self._url.secret.get_secret_value()
        headers = signed | {
            "x-tc-action": action,
            "X-TC-Version": VERSION,
            "X-TC-Timestamp": str(timestamp),
            "X-TC-Region": self._url.options.get("region", "ap-guangzhou"),
            "Authorization": authorization(self._url.user, secret, SERVICE, signed, body, timestamp),
        }
        return await self._calls.call("POST", "/", headers=headers, content=body)


def outcome_of(answer: Answer) -> Outcome:
    """What an answer to SendSms means: one error for the whole request, or a status per number."""
    try:
        told = (answer.json() or {})["Response"]
        status = told["Error"] if "Error" in told else told["SendStatusSet"][0]
        code = status["Code"]
    except (KeyError, TypeError, IndexError):
        return answer.unknown
    if not isinstance(code, str):
        return answer.unknown
    if code == "Ok":
        return accepted(status.get("SerialNo")) or answer.unknown
    if code in LATER:
        return Busy(LATER[code], of_message=True)
    if code.startswith(RATE):
        return Busy()
    if code in UNSURE:
        return Unknown(plain_code(code))
    of_message = code not in NOBODY and not code.startswith(ACCOUNT_BEGINS)
    return Refusal(plain_code(code), permanent=code in NOBODY, of_message=of_message)


def _is_about(row: Mapping[str, Any], question: Question) -> bool:
    if row["ReportStatus"] not in ("SUCCESS", "FAIL"):
        return False
    return row.get("SessionContext") == question.key or row["SerialNo"] == question.reference


def _status(row: Mapping[str, Any], question: Question) -> Receipt:
    arrived = row["ReportStatus"] == "SUCCESS"
    return Receipt(question.key, row["SerialNo"], arrived, plain_code(row["ReportStatus"]))


def _receipt(told: Mapping[str, Any]) -> Receipt:
    reference, status = told.get("sid"), told.get("report_status")
    if not isinstance(reference, str) or status not in ("SUCCESS", "FAIL"):
        raise UnreadableReceipts
    return Receipt(None, reference, status == "SUCCESS", plain_code(told.get("errmsg")))
