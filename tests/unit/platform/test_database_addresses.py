"""How the URL of a database is read: nothing goes to another machine in the clear or to a server nobody verified."""

import ssl
from pathlib import Path

import pytest
from pydantic import SecretStr

from shared.database.addresses import database_address

PLACE = "minglu:s3cret@db.example.test:5432/minglu"


def test_a_database_on_this_machine_needs_no_tls() -> None:
    for host in ("127.0.0.1", "localhost", "127.8.8.8", "[::1]"):
        assert database_address(f"postgresql+asyncpg://minglu:s3cret@{host}:5432/minglu").tls is None


def test_a_database_elsewhere_is_verified_without_being_told_to() -> None:
    tls = database_address(SecretStr(f"postgresql://{PLACE}")).tls
    assert tls is not None
    assert tls.verify_mode == ssl.CERT_REQUIRED
    assert tls.check_hostname
    assert tls.minimum_version == ssl.TLSVersion.TLSv1_2


def test_options_of_tls_are_not_left_in_the_url_that_the_driver_gets() -> None:
    address = database_address(f"postgresql://{PLACE}?sslmode=verify-full")
    assert dict(address.url.query) == {}
    assert address.connect_options("minglu")["ssl"] is address.tls


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"postgresql://{PLACE}?sslmode=disable", "without TLS only a database on this machine"),
        (f"postgresql://{PLACE}?sslmode=require", "sslmode is verify-full"),
        (f"postgresql://{PLACE}?sslmode=prefer", "sslmode is verify-full"),
        (f"postgresql://{PLACE}?ssl=verify-full", "unknown options of the database's URL: ssl"),
        (f"postgresql://{PLACE}?sslmode=verify-full&sslmode=disable", "given twice"),
        (f"postgresql://{PLACE}?sslrootcert=/nowhere/ca.pem", "sslrootcert is no readable file"),
        (f"postgresql://{PLACE}?sslkey=/nowhere/key.pem", "sslkey needs the certificate"),
        ("postgresql://minglu:s3cret@127.0.0.1/minglu?sslmode=disable&sslrootcert=/ca.pem", "uses none"),
        ("mysql://minglu:s3cret@127.0.0.1/minglu", "is needed"),
        ("postgresql://minglu:s3cret@127.0.0.1", "is needed"),
        ("s3cret", "is needed"),
    ],
)
def test_a_wrong_url_is_refused_with_what_would_be_right_and_without_its_password(url: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        database_address(url)
    assert "s3cret" not in str(refused.value)


def test_a_file_without_certificates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(ValueError, match="sslrootcert is no readable file"):
        database_address(f"postgresql://{PLACE}?sslrootcert={tmp_path}/ca.pem")
