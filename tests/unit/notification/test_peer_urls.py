"""Addresses of the systems as settings: read, or refused with one clear line that shows none of their secrets."""

import pytest
from pydantic import SecretStr

from services.notification.peer_urls import parse_peer
from services.notification.publication.peers.connections import peer_urls_of, peers_of
from services.notification.publication.systems import System
from services.notification.service import SERVICE
from services.notification.settings import NotificationSettings
from shared.database.connections import Database

SECRET = "geheim/+&%"
QUOTED = "geheim%2F%2B%26%25"
SYSTEM = f"https://henan:{QUOTED}@directory.example.gov.cn/base/"
KNOWN = {
    "DATABASE_URL": "postgresql+asyncpg://x:y@127.0.0.1/z",
    "BUS_URL": "kafka://127.0.0.1:9092",
    "ISSUER": "https://issuer",
    "JWKS": "keys.json",
    "DATA_DIR": "/tmp/none",  # noqa: S108 - nothing is written there
    "VAULT_KEYS": f"k1:{'5b' * 32}",
}
PLAIN = f"http://henan:{QUOTED}@127.0.0.1:8096/province-directory"


def test_an_address_is_taken_apart() -> None:
    url = parse_peer(SecretStr(f"{SYSTEM}?page=2000&per_second=5&timeout=30&region=41"))
    assert (url.base, url.user, url.region) == ("https://directory.example.gov.cn/base", "henan", "41")
    assert (url.page, url.per_second, url.timeout, url.files_only, url.encrypted) == (2000, 5.0, 30.0, False, True)
    assert url.secret.get_secret_value() == SECRET
    assert "geheim" not in repr(url)
    assert "henan" not in repr(url)


def test_what_is_not_said_has_a_value() -> None:
    url = parse_peer(SecretStr(PLAIN))
    assert (url.page, url.per_second, url.timeout, url.region) == (5000, 20.0, 20.0, "")
    assert not url.encrypted


def test_a_system_may_take_files_only() -> None:
    url = parse_peer(SecretStr("files:?region=4101&page=20000"))
    assert (url.files_only, url.region, url.page) == (True, "4101", 20_000)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("", "https://USER:SECRET@host/base"),
        ("ftp://x:y@host", "https://USER:SECRET@host/base"),
        ("https://directory.example.gov.cn", "https://USER:SECRET@host/base"),
        ("https://henan@directory.example.gov.cn", "https://USER:SECRET@host/base"),
        (SYSTEM.replace("geheim", "geheim%0A"), "user and secret have visible ASCII signs only"),
        (SYSTEM.replace("geheim", "geheim%00"), "user and secret have visible ASCII signs only"),
        (SYSTEM.replace("geheim", "geheim%20"), "user and secret have visible ASCII signs only"),
        (SYSTEM.replace("geheim", "geheim%E7%A7%98"), "user and secret have visible ASCII signs only"),
        (SYSTEM.replace("geheim", "geheim秘"), "user and secret have visible ASCII signs only"),
        (SYSTEM.replace("henan", "%E6%B2%B3%E5%8D%97"), "user and secret have visible ASCII signs only"),
        (SYSTEM.replace("/base", "/ba\x01se"), "https://USER:SECRET@host/base"),
        (SYSTEM.replace("@directory", "@郑..directory"), "https://USER:SECRET@host/base"),
        (f"{SYSTEM}#x", "https://USER:SECRET@host/base"),
        (SYSTEM.replace(".cn/", ".cn:https/"), "https://USER:SECRET@host/base"),
        (SYSTEM.replace("https://", "http://"), "without TLS only this machine"),
        (SYSTEM.replace("https://", "http://") + "?plain=no", "without TLS only this machine"),
        (f"{PLAIN}?plain=perhaps", "plain is yes or no"),
        (f"{SYSTEM}?plain=yes", "an option that is none: https may have ca, page"),
        (f"{SYSTEM}?colour=red", "an option that is none"),
        (f"{SYSTEM}?page=0", "page is a number from 1 to 20000"),
        (f"{SYSTEM}?page=20001", "page is a number from 1 to 20000"),
        (f"{SYSTEM}?page=many", "page is a number from 1 to 20000"),
        (f"{SYSTEM}?per_second=0", "per_second is a number above 0"),
        (f"{SYSTEM}?timeout=soon", "timeout is a number above 0"),
        (f"{SYSTEM}?timeout=nan", "timeout is a number above 0"),
        (f"{SYSTEM}?region=4", "region is a region's code"),
        (f"{SYSTEM}?region=041", "region is a region's code"),
        (f"{SYSTEM}?ca=/none/such.pem", "ca is a file with certificates"),
        ("files://henan:x@host", "files: names no host"),
        ("files:here", "files: names no host"),
        ("files:?per_second=3", "an option that is none: files may have page, region"),
    ],
)
def test_what_is_wrong_is_said_without_the_address(setting: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        parse_peer(SecretStr(setting))
    assert "geheim" not in str(refused.value)
    assert "example" not in str(refused.value)


def test_another_machine_without_tls_needs_a_word() -> None:
    assert parse_peer(SecretStr(SYSTEM.replace("https://", "http://") + "?plain=yes")).base.startswith("http://dir")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in KNOWN.items():
        monkeypatch.setenv(f"MINGLU_NOTIFICATION_{name}", value)
    return monkeypatch


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("PROVINCE_DIRECTORY", f"{SYSTEM}?page=0", "PROVINCE_DIRECTORY: Value error, page is a number from 1 to 20000"),
        ("LEGAL_PERSON_BASE", "files:", "LEGAL_PERSON_BASE: Value error, this one is asked, which files cannot be"),
    ],
)
def test_wrong_settings_end_the_start_with_one_line(
    environment: pytest.MonkeyPatch, name: str, value: str, line: str
) -> None:
    environment.setenv(f"MINGLU_NOTIFICATION_{name}", value)
    with pytest.raises(SystemExit) as ended:
        SERVICE.asgi()
    assert line in str(ended.value)
    assert "\n" not in str(ended.value)
    assert "geheim" not in str(ended.value)


def test_all_are_off_by_default_and_where_compose_hands_on_empty_ones(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("MINGLU_NOTIFICATION_NATIONAL_DIRECTORY", "")
    environment.setenv("MINGLU_NOTIFICATION_CULTIVATION_PLATFORM", PLAIN)
    environment.setenv("MINGLU_NOTIFICATION_CREDIT_PUBLICITY", "files:")
    settings = NotificationSettings()
    assert {*peer_urls_of(settings)} == {System.CULTIVATION_PLATFORM, System.CREDIT_PUBLICITY}
    database = Database(settings.database_url)  # never opened
    assert {*peers_of(settings, database)} == {System.CULTIVATION_PLATFORM}, "files are no system that can be called"
