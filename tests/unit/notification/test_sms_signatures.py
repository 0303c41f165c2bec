"""Both signatures against what their makers publish and against what their own code computes.

`RunInstances`: the example with fixed parameters of help.aliyun.com, 「V3版本请求体&签名机制」.
`DescribeInstances`: the example of Tencent Cloud's API 3.0 documents, 「签名方法 v3」.
`SendSms`: computed once with the makers' packages from PyPI, `alibabacloud_openapi_util` 0.2.4
(`Client.get_authorization`) and `tencentcloud-sdk-python-common` 3.1.195 (`AbstractClient._get_tc3_signature`).
"""

from datetime import UTC, datetime

import pytest

from services.notification.channels.aliyun import canonical_query, signed_headers
from services.notification.channels.tencent import authorization

KEY_ID, SECRET = "YourAccessKeyId", "YourAccessKeySecret"
SECRET_ID, SECRET_KEY = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
NONCE = "3156853299f313e23d1673dc12e1703d"

ALIYUN = [
    (
        ("ecs.cn-shanghai.aliyuncs.com", "RunInstances", "2014-05-26", datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC)),
        {"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"},
        "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
    ),
    (
        ("dysmsapi.aliyuncs.com", "SendSms", "2017-05-25", datetime(2026, 11, 28, 4, 0, tzinfo=UTC)),
        {
            "PhoneNumbers": "13900001234",
            "SignName": "郑州市监",
            "TemplateCode": "SMS_154950909",
            "TemplateParam": '{"name":"金水区 好又来·小吃店","due":"12月1日~3日*"}',
            "OutId": "8f14e45f-ceea-4e7a-9c1d-2b1a6f0e7a11",
        },
        "03e6f413ebf307ba28e10ddae4d613ca2280640190d50d24580bde5d2e5ab56e",
    ),
]

SEND_SMS = (
    '{"PhoneNumberSet":["+8613900001234"],"SmsSdkAppId":"1400006666","SignName":"郑州市监","TemplateId":"1234567",'
    '"TemplateParamSet":["金水区 好又来","12月1日"],"SessionContext":"8f14e45f"}'
)
TENCENT = [
    (
        "cvm",
        {"content-type": "application/json; charset=utf-8", "host": "cvm.tencentcloudapi.com"},
        r'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}',
        1551113065,
        "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
    ),
    (
        "sms",
        {"content-type": "application/json", "host": "sms.tencentcloudapi.com"},
        SEND_SMS,
        1795838400,
        "1fabfe010c4fce9c15c367b61738f3e8c9877312444b8f406599653ea5619fcc",
    ),
]


@pytest.mark.parametrize(("call", "parameters", "signature"), ALIYUN, ids=["published", "by their package"])
def test_aliyuns_signature(call: tuple[str, str, str, datetime], parameters: dict[str, str], signature: str) -> None:
    host, action, version, now = call
    query = canonical_query(parameters)
    headers = signed_headers(KEY_ID, SECRET, host, action, query, version=version, now=now, nonce=NONCE)
    assert headers["Authorization"] == (
        f"ACS3-HMAC-SHA256 Credential={KEY_ID},SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
        f"x-acs-signature-nonce;x-acs-version,Signature={signature}"
    )


@pytest.mark.parametrize(
    ("service", "headers", "body", "timestamp", "signature"), TENCENT, ids=["published", "by their package"]
)
def test_tencents_signature(service: str, headers: dict[str, str], body: str, timestamp: int, signature: str) -> None:
    day = datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d")
    made = authorization(SECRET_ID, SECRET_KEY, service, headers, body.encode(), timestamp)
    assert made == (
        f"TC3-HMAC-SHA256 Credential={SECRET_ID}/{day}/{service}/tc3_request, SignedHeaders=content-type;host, "
        f"Signature={signature}"
    )
