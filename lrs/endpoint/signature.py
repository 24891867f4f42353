"""Signed statements: whether a signature is a JWS of the statement that came with it (xAPI 1.0.3 Data 2.6;
RFC 7515, compact serialisation; RFC 7518, 3.3).

It catches mistakes. Whether the signer is to be trusted is another matter: the chain of certificates in `x5c`
is not followed, its first certificate is taken at its word.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import InvalidVersion, load_der_x509_certificate, load_pem_x509_certificate

from schemas.xapi import SIGNATURE, Code, Invalid, Version, check_statement, parse_json, same_statement

Keys = Sequence[RSAPublicKey]

LONGEST_CHAIN = 16
"""Certificates that a header may carry."""
SMALLEST_KEY = 2048
"""Bits (RFC 7518, 3.3)."""
_ALGORITHMS: Mapping[str, HashAlgorithm] = {"RS256": SHA256(), "RS384": SHA384(), "RS512": SHA512()}
_PADDING = PKCS1v15()
_BASE64URL = re.compile(rb"[A-Za-z0-9_-]*")
_BLOCK = re.compile(rb"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----", re.DOTALL)


def load_keys(path: Path) -> Keys:
    """The keys in a file, or in all files of a folder. Raises ValueError where one is no RSA key of 2048 bits
    or more; OSError.
    """
    files = sorted(it for it in path.iterdir() if it.is_file()) if path.is_dir() else [path]
    keys: list[RSAPublicKey] = []
    for file in files:
        blocks = list(_BLOCK.finditer(file.read_bytes()))
        if not blocks:
            raise ValueError(f"{file} has no public key or certificate in PEM")
        for block in blocks:
            try:
                certificate = block[1] == b"CERTIFICATE"
                keys.append(
                    _rsa(
                        load_pem_x509_certificate(block[0]).public_key()
                        if certificate
                        else load_pem_public_key(block[0])
                    )
                )
            except (ValueError, UnsupportedAlgorithm) as error:
                raise ValueError(f"{file}: {error}") from None
    return keys


def check_signature(jws: bytes, statement: dict[str, Any], version: Version, keys: Keys) -> None:
    """Return if `jws` is a signature of this checked statement, which has it among its attachments.

    The key is that of the first certificate in `x5c`; without one, any of `keys`; without these too, nobody
    can say, and the specification wants no more. Raises Invalid `bad-signature`.
    """
    parts = jws.split(b".")
    if len(parts) != 3:
        raise _bad("Send the signature as a JWS in compact serialisation: three parts with full stops.")
    header = _header(parts[0])
    algorithm = _ALGORITHMS.get(str(header.get("alg")))
    if algorithm is None:
        raise _bad(f"Sign with one of {', '.join(_ALGORITHMS)}.")
    if "crit" in header:
        raise _bad("The header names extensions as critical that are not known here.")
    payload, signature = _decoded(parts[1], "payload"), _decoded(parts[2], "signature")
    candidates: Keys = [_certified(header["x5c"])] if "x5c" in header else keys
    signed = jws[: -len(parts[2]) - 1] if parts[2] else jws[:-1]
    if candidates and not any(_is_of(key, signature, signed, algorithm) for key in candidates):
        raise _bad("The signature is not what its key makes of its header and payload.")
    _refuse_other(_statement(payload, version), statement)


def _header(part: bytes) -> dict[str, Any]:
    text = _decoded(part, "header")
    try:
        header = parse_json(text)
    except Invalid:
        header = None
    if not isinstance(header, dict):
        raise _bad("The header of the JWS is no JSON object.")
    return header


def _decoded(part: bytes, what: str) -> bytes:
    try:
        if _BASE64URL.fullmatch(part) is not None:
            return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except binascii.Error:
        pass
    raise _bad(f"The {what} of the JWS is not in base64url.")


def _certified(chain: object) -> RSAPublicKey:
    """The key of a chain's first certificate."""
    if not isinstance(chain, list) or not 0 < len(chain) <= LONGEST_CHAIN:
        raise _bad(f"x5c is an array of 1 to {LONGEST_CHAIN} certificates.")
    try:
        certificates = [load_der_x509_certificate(base64.b64decode(it, validate=True)) for it in chain]
        return _rsa(certificates[0].public_key())
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidVersion):
        message = f"x5c holds certificates in base64, the first of an RSA key of {SMALLEST_KEY} bits or more."
        raise _bad(message) from None


def _rsa(key: object) -> RSAPublicKey:
    if not isinstance(key, RSAPublicKey) or key.key_size < SMALLEST_KEY:
        raise ValueError(f"not an RSA key of {SMALLEST_KEY} bits or more")
    return key


def _is_of(key: RSAPublicKey, signature: bytes, signed: bytes, algorithm: HashAlgorithm) -> bool:
    try:
        key.verify(signature, signed, _PADDING, algorithm)
    except InvalidSignature:
        return False
    return True


def _statement(payload: bytes, version: Version) -> dict[str, Any]:
    try:
        return check_statement(parse_json(payload), version)
    except Invalid as error:
        raise _bad(f"The payload of the JWS is no statement: {error}") from None


def _refuse_other(original: dict[str, Any], received: dict[str, Any]) -> None:
    """Raises Invalid unless what was signed is what was received, as statements are compared (Data 2.3.1).

    What was signed is the statement before the signature was added: signatures that it does not name were
    added later, by this signer or by another one.
    """
    before = original.get("attachments", [])
    known = {it["sha2"].lower() for it in before}
    signed = [
        it
        for it in received.get("attachments", [])
        if it["usageType"] != SIGNATURE or it["sha2"].lower() in known
    ]
    if not same_statement({**original, "attachments": before}, {**received, "attachments": signed}):
        raise _bad("The payload of the JWS is another statement than the one received.")


def _bad(message: str) -> Invalid:
    return Invalid(Code.BAD_SIGNATURE, message)
