"""Addresses of providers as settings: read, or refused with one clear line that shows none of their secrets."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from services.notification.provider_urls import parse_provider
from services.notification.service import SERVICE
from services.notification.settings import NotificationSettings

PASSWORD = "geheim/+&%"
QUOTED = "geheim%2F%2B%26%25"
ALIYUN = f"aliyun://LTAI5t:{QUOTED}@dysmsapi.aliyuncs.com?sign=%E9%83%91%E5%B7%9E%E5%B8%82%E7%9B%91"
TENCENT = f"tencent://AKIDx:{QUOTED}@sms.tencentcloudapi.com?sign=%E9%83%91&app=1400006666"
MAIL = f"smtp://notice:{QUOTED}@mail.example.gov.cn:587?from=notice@example.gov.cn"
SANDBOX = f"sandbox+http://sandbox:{QUOTED}@127.0.0.1:8094"
KNOWN = {
    "DATABASE_URL": "postgresql+asyncpg://x:y@127.0.0.1/z",
    "BUS_URL": "kafka://127.0.0.1:9092",
    "ISSUER": "https://issuer",
    "JWKS": "keys.json",
    "DATA_DIR": "/tmp/none",  # noqa: S108 - nothing is written there
    "VAULT_KEYS": f"k1:{'5b' * 32}",
}


def test_an_address_is_taken_apart() -> None:
    url = parse_provider(SecretStr(f"{ALIYUN}&per_second=50&timeout=5&name=aliyun-2&receipts={'r' * 16}"))
    assert (url.kind, url.name, url.base, url.user) == ("aliyun", "aliyun-2", "https://dysmsapi.aliyuncs.com", "LTAI5t")
    assert (url.options["sign"], url.per_second, url.timeout) == ("郑州市监", 50.0, 5.0)
    assert url.secret.get_secret_value() == PASSWORD
    assert "geheim" not in repr(url)
    assert "r" * 16 not in repr(url)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("http://x:y@host", "unknown kind of provider"),
        ("aliyun://dysmsapi.aliyuncs.com?sign=x", "is needed"),
        (ALIYUN.replace("sign=", "signature="), "a provider of kind aliyun needs sign"),
        (TENCENT.replace("&app=1400006666", ""), "a provider of kind tencent needs app"),
        (ALIYUN.replace("LTAI5t", "LTAI5t%0A"), "has visible ASCII signs only"),
        (TENCENT.replace("AKIDx", "%E9%92%A5"), "has visible ASCII signs only"),
        (f"{ALIYUN}&colour=red", "an option that is none"),
        (f"{ALIYUN}&per_second=0", "per_second is a number above 0"),
        (f"{ALIYUN}&timeout=soon", "timeout is a number above 0"),
        (f"{ALIYUN}&receipts=short", "at least 16 characters"),
        (f"{ALIYUN}&name=A%20B", "name has 1 to 40"),
        (ALIYUN.replace("aliyun://", "aliyun+http://"), "without TLS only this machine"),
        (MAIL.replace("smtp://", "smtp+http://"), "unknown kind of provider"),
        (f"{MAIL}%0ABcc:x@y.cn", "from is an e-mail address"),
        (f"{MAIL}&ca=/none/such.pem", "ca is a file with certificates"),
        (f"{SANDBOX}?keys=perhaps", "keys is yes or no"),
        (MAIL.replace(":587", ":smtp"), "is needed"),
        ("", "unknown kind of provider"),
    ],
)
def test_what_is_wrong_is_said_without_the_address(setting: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        parse_provider(SecretStr(setting))
    assert "geheim" not in str(refused.value)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in KNOWN.items():
        monkeypatch.setenv(f"MINGLU_NOTIFICATION_{name}", value)
    return monkeypatch


def test_all_are_off_by_default_and_where_compose_hands_on_empty_ones(environment: pytest.MonkeyPatch) -> None:
    for name in ("SMS_FIRST", "SMS_FALLBACK", "EMAIL_FIRST", "EMAIL_FALLBACK"):
        environment.setenv(f"MINGLU_NOTIFICATION_{name}", "")
    settings = NotificationSettings()
    assert (settings.sms_first, settings.sms_fallback, settings.email_first, settings.email_fallback) == (None,) * 4


@pytest.mark.parametrize(
    ("set_", "line"),
    [
        (
            {"SMS_FIRST": ALIYUN.replace("sign=", "x=")},
            "MINGLU_NOTIFICATION_SMS_FIRST: Value error, a provider of kind",
        ),
        ({"SMS_FIRST": MAIL}, "MINGLU_NOTIFICATION_SMS_FIRST: Value error, SMS need one of aliyun, sandbox, tencent"),
        ({"EMAIL_FIRST": ALIYUN}, "MINGLU_NOTIFICATION_EMAIL_FIRST: Value error, e-mail needs one of smtp, smtps"),
        ({"SMS_FIRST": ALIYUN, "SMS_FALLBACK": ALIYUN}, "two providers share a name"),
        ({"EMAIL_FALLBACK": MAIL}, "e-mail has a fallback but no first provider"),
    ],
)
def test_wrong_settings_end_the_start_with_one_line(
    environment: pytest.MonkeyPatch, set_: dict[str, str], line: str
) -> None:
    for name, value in set_.items():
        environment.setenv(f"MINGLU_NOTIFICATION_{name}", value)
    with pytest.raises(SystemExit) as ended:
        SERVICE.asgi()
    said = str(ended.value)
    assert line in said
    assert "\n" not in said
    assert "geheim" not in said


def test_a_line_made_of_the_error_itself_would_show_the_secret(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("MINGLU_NOTIFICATION_SMS_FIRST", ALIYUN.replace("sign=", "x="))
    with pytest.raises(ValidationError) as refused:
        NotificationSettings()
    assert "geheim" in str(refused.value)


def test_two_of_each_channel_are_taken(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.setenv("MINGLU_NOTIFICATION_SMS_FIRST", ALIYUN)
    environment.setenv("MINGLU_NOTIFICATION_SMS_FALLBACK", TENCENT)
    environment.setenv("MINGLU_NOTIFICATION_EMAIL_FIRST", MAIL)
    environment.setenv("MINGLU_NOTIFICATION_EMAIL_FALLBACK", f"{MAIL}&name=second-mail")
    assert "geheim" not in repr(NotificationSettings())
