"""The wire forms of Aliyun's and Tencent Cloud's SMS interfaces for the sandbox: signatures checked, answers, receipts.

Signatures are written from their documentation and not from this platform's adapters, so that both are tried against
each other.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from fastapi import FastAPI, Request, Response

from deploy.sandbox.message_store import DELIVERED, Kept
from deploy.sandbox.sandbox_gateways import SandboxGateways, answered, json_response
from services.notification.channels.domain import sms_parts

AUTHORIZATION: Final = re.compile(
    r"(?P<algorithm>[A-Z0-9-]+) Credential=(?P<id>[^,/]+)(?P<scope>/[^,]*)?, ?SignedHeaders=(?P<names>[a-z0-9;-]+)"
    r", ?Signature=(?P<signature>[0-9a-f]{64})"
)
ALIYUN_CODES: Final = {
    "refuse": "isv.MOBILE_NUMBER_ILLEGAL",
    "no-credit": "isv.AMOUNT_NOT_ENOUGH",
    "limited": "isv.BUSINESS_LIMIT_CONTROL",
    "bad-words": "isv.TEMPLATE_PARAMS_ILLEGAL",
}
TENCENT_CODES: Final = {
    "refuse": "FailedOperation.PhoneNumberInBlacklist",
    "limited": "LimitExceeded.PhoneNumberOneHourLimit",
    "bad-words": "FailedOperation.ContainSensitiveWord",
}
OLDEST: Final = timedelta(minutes=15)


def add_forms(app: FastAPI, gateways: SandboxGateways) -> None:
    """Both send to `/`, and say by a header what they want."""

    @app.post("/")
    async def take(request: Request) -> Response:
        """A call in one of the two forms."""
        if "x-acs-action" in request.headers:
            return await aliyun(gateways, request)
        return await tencent(gateways, request)


def signature_is_right(request: Request, body: bytes, user: str, secret: str) -> bool:
    """Whether a call was signed by us, for what it says, not long ago."""
    found = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if found is None or found["id"] != user:
        return False
    tencents = found["algorithm"].startswith("TC3")
    names = found["names"].split(";")
    values = {name: request.headers.get(name, "") for name in names}
    if tencents and "x-tc-action" in values:
        values["x-tc-action"] = values["x-tc-action"].lower()
    body_hash = hashlib.sha256(body).hexdigest()
    query = "" if tencents else "&".join(sorted(request.url.query.split("&")))
    lines = "".join(f"{name}:{value}\n" for name, value in values.items())
    hashed = hashlib.sha256(f"POST\n/\n{query}\n{lines}\n{found['names']}\n{body_hash}".encode()).hexdigest()
    if tencents:
        said = datetime.fromtimestamp(int(request.headers["x-tc-timestamp"]), UTC)
        scope, needed = f"{said:%Y-%m-%d}/sms/tc3_request", {"content-type", "host"}
        key = f"TC3{secret}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        to_sign = f"{found['algorithm']}\n{int(said.timestamp())}\n{scope}\n{hashed}"
        in_scope = found["scope"] == f"/{scope}"
    else:
        said = datetime.fromisoformat(values.get("x-acs-date", "1970-01-01T00:00:00Z"))
        needed = {"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce"}
        key, to_sign = secret.encode(), f"{found['algorithm']}\n{hashed}"
        in_scope = values.get("x-acs-content-sha256") == body_hash
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    fresh = abs(datetime.now(UTC) - said) < OLDEST
    return in_scope and fresh and needed <= {*names} and hmac.compare_digest(signature, found["signature"])


async def aliyun(gateways: SandboxGateways, request: Request) -> Response:
    """SendSms and QuerySendDetails."""
    body = await request.body()
    told = dict(parse_qsl(request.url.query, keep_blank_values=True))
    nonce = request.headers.get("x-acs-signature-nonce", "")
    if nonce in gateways.nonces or not signature_is_right(request, body, gateways.user, gateways.secret):
        return json_response({"Code": "SignatureDoesNotMatch", "Message": "签名不符"}, status=400)
    gateways.nonces.add(nonce)
    if request.headers["x-acs-action"] == "QuerySendDetails":
        kept = gateways.store.find(gateway="aliyun", address=told["PhoneNumber"], reference=told.get("BizId"))
        details = [aliyun_detail(one) for one in kept]
        return json_response({"Code": "OK", "Message": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": details}})
    mood = gateways.mood("aliyun")
    if mood == "busy":
        return json_response({"Code": "Throttling.User"}, status=400)
    if mood == "unavailable":
        return json_response({"Code": "ServiceUnavailable"}, status=503)
    if mood in ALIYUN_CODES:
        return json_response({"Code": ALIYUN_CODES[mood], "Message": f"{told['PhoneNumbers']} 未发送"})
    text = f"【{told['SignName']}】{told['TemplateCode']} {told['TemplateParam']}"
    kept_one = await gateways.take(
        "aliyun", mood, told.get("OutId"), {"address": told["PhoneNumbers"], "text": text}, aliyun_receipt
    )
    return await answered(request, mood, {"Code": "OK", "Message": "OK", "BizId": kept_one.reference})


def aliyun_detail(kept: Kept) -> Mapping[str, object]:
    """A row of QuerySendDetails."""
    state = 1 if kept.receipt is None else 3 if kept.receipt == DELIVERED else 2
    return {"OutId": kept.key, "PhoneNum": kept.address, "SendStatus": state, "ErrCode": kept.receipt or ""}


def aliyun_receipt(kept: Kept, code: str) -> Mapping[str, object]:
    """An entry of SmsReport."""
    signature, _, text = kept.text.removeprefix("【").partition("】")
    return {
        "phone_number": kept.address,
        "send_time": kept.taken_at,
        "report_time": kept.taken_at,
        "success": code == DELIVERED,
        "err_code": code,
        "err_msg": "",
        "sms_size": str(sms_parts(text, signature)),
        "biz_id": kept.reference,
        "out_id": kept.key or "",
    }


async def tencent(gateways: SandboxGateways, request: Request) -> Response:
    """SendSms and PullSmsSendStatusByPhoneNumber."""
    body = await request.body()
    if not signature_is_right(request, body, gateways.user, gateways.secret):
        return tencent_error("AuthFailure.SignatureFailure")
    told: dict[str, Any] = orjson.loads(body)
    if request.headers.get("x-tc-action") == "PullSmsSendStatusByPhoneNumber":
        kept = [one for one in gateways.store.find(gateway="tencent", address=told["PhoneNumber"]) if one.receipt]
        return json_response({"Response": {"PullSmsSendStatusSet": [tencent_status(one) for one in kept]}})
    mood = gateways.mood("tencent")
    if mood == "busy":
        return tencent_error("RequestLimitExceeded")
    if mood == "unavailable":
        return Response(status_code=503)
    if mood == "no-credit":
        return tencent_error("FailedOperation.InsufficientBalanceInSmsPackage")
    (phone,) = told["PhoneNumberSet"]
    if mood in TENCENT_CODES:
        status = {"SerialNo": "", "PhoneNumber": phone, "Code": TENCENT_CODES[mood]}
        return json_response({"Response": {"SendStatusSet": [status]}})
    text = f"【{told['SignName']}】{told['TemplateId']} {'，'.join(told['TemplateParamSet'])}"
    kept_one = await gateways.take(
        "tencent", mood, told.get("SessionContext"), {"address": phone, "text": text}, tencent_receipt
    )
    status = {"SerialNo": kept_one.reference, "PhoneNumber": phone, "Code": "Ok", "SessionContext": kept_one.key}
    return await answered(request, mood, {"Response": {"SendStatusSet": [status], "RequestId": kept_one.reference}})


def tencent_error(code: str) -> Response:
    """An error of the whole call; the status is 200 all the same."""
    return json_response({"Response": {"Error": {"Code": code, "Message": "未处理"}, "RequestId": "0"}})


def tencent_status(kept: Kept) -> Mapping[str, object]:
    """A row of PullSmsSendStatusByPhoneNumber; SessionContext is empty unless Tencent has enabled it."""
    state = "SUCCESS" if kept.receipt == DELIVERED else "FAIL"
    return {"SerialNo": kept.reference, "PhoneNumber": kept.address, "ReportStatus": state, "SessionContext": ""}


def tencent_receipt(kept: Kept, code: str) -> Mapping[str, object]:
    """An entry of a call-back; it names the message by Tencent's own number alone."""
    return {
        "user_receive_time": kept.taken_at,
        "nationcode": "86",
        "mobile": kept.address.removeprefix("+86"),
        "report_status": "SUCCESS" if code == DELIVERED else "FAIL",
        "errmsg": code,
        "description": "",
        "sid": kept.reference,
    }
