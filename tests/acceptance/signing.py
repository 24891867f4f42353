"""Signed statements as platforms make them."""

from __future__ import annotations

import base64
import datetime
from functools import cache
from typing import Any

import orjson
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from tests.acceptance.attached import Part, attachment, data_part
from tests.acceptance.making import Json

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
_HASHES = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}


def key(name: str = "signer", bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key by name, the same one in every call."""
    return _made(name, bits)


@cache
def _made(_: str, bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def pem(private: rsa.RSAPrivateKey) -> bytes:
    """Its public key."""
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def certificate(private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """A certificate of its own making."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "platform.example")])
    begins = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    dated = made.not_valid_before(begins).not_valid_after(begins + datetime.timedelta(days=3650))
    return dated.public_key(private.public_key()).sign(private, hashes.SHA256())


def chain(*private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> list[str]:
    """The header x5c of these keys' certificates."""
    return [base64.b64encode(certificate(it).public_bytes(Encoding.DER)).decode() for it in private]


def base64url(data: bytes) -> bytes:
    """As a JWS has it: without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def jws(payload: object, private: rsa.RSAPrivateKey | None = None, **header: Any) -> bytes:
    """A JWS in compact serialisation; the payload is JSON, or the bytes given."""
    said = {"alg": "RS256", **header}
    text = payload if isinstance(payload, bytes) else orjson.dumps(payload)
    signed = base64url(orjson.dumps(said)) + b"." + base64url(text)
    made = (private or key()).sign(signed, padding.PKCS1v15(), _HASHES.get(str(said["alg"]), hashes.SHA256()))
    return signed + b"." + base64url(made)


def signature(token: bytes, **more: Any) -> Json:
    """The headers of a signature in its statement."""
    said = {"usageType": SIGNATURE, "contentType": "application/octet-stream", **more}
    return attachment(token, display={"en": "Signature"}, **said)


def signature_part(token: bytes) -> Part:
    """Its data."""
    return data_part(token, **{"Content-Type": "application/octet-stream"})
