"""Certificates of the servers inside the platform: made once, kept while they are good, by one CA."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from deploy import certificates
from deploy.certificates import main, write_certificates


def names_of(file: Path) -> list[str]:
    """The names that a certificate is good for."""
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return alternatives.get_values_for_type(x509.DNSName)


def test_a_servers_key_is_readable_for_the_server_alone(tmp_path: Path) -> None:
    assert write_certificates(tmp_path / "all", ["postgres"], keeps_authority=tmp_path / "authority") == ["postgres"]
    assert names_of(tmp_path / "all" / "postgres.pem") == ["postgres"]
    assert stat.S_IMODE((tmp_path / "all" / "postgres-key.pem").stat().st_mode) == 0o600
    assert sorted(file.name for file in (tmp_path / "all").iterdir()) == ["ca.pem", "postgres-key.pem", "postgres.pem"]


def test_what_is_good_is_kept_and_what_ends_soon_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "SERVER_VALID", certificates.RENEW_BEFORE - timedelta(days=1))
    write_certificates(tmp_path, ["postgres"])
    authority = (tmp_path / "ca.pem").read_bytes()
    monkeypatch.undo()
    assert write_certificates(tmp_path, ["postgres"]) == ["postgres"]
    assert write_certificates(tmp_path, ["postgres"]) == []
    assert (tmp_path / "ca.pem").read_bytes() == authority
    made = x509.load_pem_x509_certificate((tmp_path / "postgres.pem").read_bytes())
    assert made.not_valid_after_utc > datetime.now(UTC) + certificates.RENEW_BEFORE


def test_a_certificate_by_another_authority_is_replaced(tmp_path: Path) -> None:
    write_certificates(tmp_path, ["postgres"])
    (tmp_path / "ca-key.pem").unlink()
    assert write_certificates(tmp_path, ["postgres"]) == ["postgres"]


def test_the_command_says_what_it_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(tmp_path), "postgres", "kafka"])
    main([str(tmp_path), "postgres", "kafka"])
    assert capsys.readouterr().out == "新签发：postgres、kafka。\n证书都还有效，没有改动。\n"
