"""An authority of our own, and what it signs: for engines that speak TLS."""

from __future__ import annotations

import datetime
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

LASTING = datetime.timedelta(days=1)


class Authority:
    """Makes certificates for `localhost` in `folder`; `certificate` is the file of its own, in PEM form."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self._key = _key()
        self._subject = _named(name)
        constraint = x509.BasicConstraints(ca=True, path_length=None)
        builder = _builder(self._subject, self._subject, self._key.public_key())
        signed = builder.add_extension(constraint, critical=True).sign(self._key, hashes.SHA256())
        self.certificate = folder / f"{name}.pem"
        self.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str) -> tuple[Path, Path]:
        """The files of a certificate and of its key; a third, `<name>.whole.pem`, has both."""
        key = _key()
        names = x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]
        )
        builder = _builder(_named(name), self._subject, key.public_key()).add_extension(names, critical=False)
        signed = builder.sign(self._key, hashes.SHA256())
        public = signed.public_bytes(serialization.Encoding.PEM)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        files = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        for file, content in zip(files, (public, private), strict=True):
            file.write_bytes(content)
        (self._folder / f"{name}.whole.pem").write_bytes(private + public)
        return files


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - LASTING)
        .not_valid_after(now + LASTING)
    )
