"""``python -m deploy.certificates FOLDER NAME…``: certificates of the servers inside the platform, by a CA of its own.

    python -m deploy.certificates /certificates postgres=999 kafka=1000 --authority /authority

writes ``ca.pem``, which clients verify servers with, and per name ``postgres.pem`` and ``postgres-key.pem``. The names
are those under which clients connect. A certificate that is good for another `RENEW_BEFORE` is kept, so that it may run
at every start; one that is not is replaced, and the server must be restarted. The CA's own key is kept in a folder that
nobody else is given: whoever reads it can pretend to be any server here. Where an authority of the bureau's own issues
certificates, its files take the place of these.
"""

import argparse
import ipaddress
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_VALID = timedelta(days=3650)
SERVER_VALID = timedelta(days=397)
NOBODY: Mapping[str, int] = {}
RENEW_BEFORE = timedelta(days=60)
"""A certificate with less than this left is replaced."""


@dataclass(frozen=True)
class Issued:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def write_certificates(
    folder: Path, names: Iterable[str], *, keeps_authority: Path | None = None, owners: Mapping[str, int] = NOBODY
) -> list[str]:
    """Makes what is missing or about to end; gives the names whose certificate is new. `owners`: the user ids that
    servers run as, whose keys these become. `keeps_authority`: the folder of the CA's key, by default the same one.
    """
    place = keeps_authority or folder
    for one in (folder, place):
        one.mkdir(parents=True, exist_ok=True)
    authority = _kept(place, "ca", None)
    if authority is None:
        authority = _authority()
        _write(place, "ca", authority, None)
    _write_certificate(folder / "ca.pem", authority.certificate)
    made = [name for name in names if _kept(folder, name, authority) is None]
    for name in made:
        _write(folder, name, _server(name, authority), owners.get(name))
    return made


def _kept(folder: Path, name: str, authority: Issued | None) -> Issued | None:
    """What stands in the folder, unless it ends soon or is of another authority."""
    certificate_file, key_file = _files(folder, name)
    if not (certificate_file.exists() and key_file.exists()):
        return None
    certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    if certificate.not_valid_after_utc - datetime.now(UTC) < RENEW_BEFORE:
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        return None
    if authority is not None and not _is_by(certificate, authority.certificate):
        return None
    return Issued(certificate, key)


def _is_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except Exception:
        return False
    return True


def _authority() -> Issued:
    key, name = ec.generate_private_key(ec.SECP256R1()), _named("Minglu internal CA")
    builder = _builder(name, name, key, AUTHORITY_VALID)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return Issued(builder.add_extension(identifier, critical=False).sign(key, hashes.SHA256()), key)


def _server(host: str, authority: Issued) -> Issued:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_named(host), authority.certificate.subject, key, SERVER_VALID)
    builder = builder.add_extension(x509.SubjectAlternativeName([_alternative(host)]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    return Issued(builder.add_extension(issuer, critical=False).sign(authority.key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, valid: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + valid)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _files(folder: Path, name: str) -> tuple[Path, Path]:
    return folder / f"{name}.pem", folder / f"{name}-key.pem"


def _write(folder: Path, name: str, issued: Issued, owner: int | None) -> None:
    """The key first, as a whole and never readable for others; a certificate without its key would be kept."""
    certificate_file, key_file = _files(folder, name)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    new = key_file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(issued.key.private_bytes(*form))
    if owner is not None:
        os.chown(new, owner, -1)
    certificate_file.unlink(missing_ok=True)
    new.replace(key_file)
    _write_certificate(certificate_file, issued.certificate)


def _write_certificate(file: Path, certificate: x509.Certificate) -> None:
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    file.chmod(0o644)


def main(arguments: Sequence[str]) -> int:
    """Writes the certificates that the arguments name."""
    parser = argparse.ArgumentParser(
        "python -m deploy.certificates", description="平台内部各服务器的证书，由平台自己的根证书签发。"
    )
    parser.add_argument("folder", type=Path, help="放证书的文件夹")
    parser.add_argument(
        "names",
        nargs="+",
        metavar="name[=uid]",
        help="服务器的名称，即客户端连接时用的主机名；等号后为服务器运行所用的用户编号，私钥归它所有",
    )
    parser.add_argument("--authority", type=Path, help="保管根证书私钥的文件夹，默认与证书同一处")
    given = parser.parse_args(arguments)
    named = [name.partition("=") for name in given.names]
    owners = {name: int(owner) for name, _, owner in named if owner.isdecimal()}
    made = write_certificates(
        given.folder, [name for name, *_ in named], keeps_authority=given.authority, owners=owners
    )
    sys.stdout.write(f"新签发：{'、'.join(made)}。\n" if made else "证书都还有效，没有改动。\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
