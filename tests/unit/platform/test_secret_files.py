"""Secrets that lie in files: read as the variable itself would be, and never told."""

from pathlib import Path

import pytest
from pydantic_settings import SettingsError

from deploy.given import given
from deploy.local.errors import WrongUsageError
from shared.platform.secret_files import given_secret
from tests.fixtures.ledger.settings import LedgerSettings

URL = "postgresql+asyncpg://minglu:s3cret@127.0.0.1:5432/minglu"
NEEDED = {"BUS_URL": URL, "ISSUER": "https://issuer.test", "JWKS": "jwks.json", "DATA_DIR": "data"}
DATABASE_URL = LedgerSettings.variable("database_url")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NEEDED.items():
        monkeypatch.setenv(LedgerSettings.variable(name.lower()), value)


def test_a_setting_is_read_from_the_file_that_its_variable_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "url").write_text(f"{URL}\n")
    (tmp_path / "days").write_text('{"audit": 40}')
    monkeypatch.setenv(f"{DATABASE_URL}_FILE", str(tmp_path / "url"))
    monkeypatch.setenv(f"{LedgerSettings.variable('retention_days')}_FILE", str(tmp_path / "days"))
    settings = LedgerSettings()
    assert settings.database_url.get_secret_value() == URL
    assert settings.retention_days == {"audit": 40}, "lists and tables as in the variable"


def test_a_file_that_cannot_be_read_or_a_secret_given_twice_is_said_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(f"{DATABASE_URL}_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(SettingsError, match=f"{DATABASE_URL}_FILE: FileNotFoundError"):
        LedgerSettings()
    (tmp_path / "url").write_text(URL)
    twice = {"MINGLU_X": "s3cret", "MINGLU_X_FILE": str(tmp_path / "url")}
    with pytest.raises(SettingsError, match="both given") as refused:
        given_secret(twice, "MINGLU_X")
    assert "s3cret" not in str(refused.value)
    with pytest.raises(WrongUsageError, match="MINGLU_X"):
        given("MINGLU_X", twice)
    assert given("MINGLU_X", {}) is None
