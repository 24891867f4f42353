"""Protocol versions: the header X-Experience-API-Version and the statement property `version`."""

import re
from enum import StrEnum

from schemas.xapi.invalid import Code, Invalid, wrong_type
from schemas.xapi.table import Checker


class Version(StrEnum):
    """The versions of xAPI spoken here; the value is the latest patch version, to answer with."""

    V1_0_3 = "1.0.3"
    V2_0_0 = "2.0.0"


STATEMENT_VERSIONS = {Version.V1_0_3: "1.0.0", Version.V2_0_0: "2.0.0"}
"""What a statement received without `version` is given (1.0.3 Data 2.4.10; 2.0.0 4.2.4.3)."""

_FAMILY = re.compile(r"(1\.0|2\.0)(?:\.[0-9]+)?")
_STATEMENT = {
    Version.V1_0_3: re.compile(r"1\.0(?:\.[0-9]+(?:[A-Za-z-][0-9A-Za-z-]*)?)?"),
    Version.V2_0_0: re.compile(r"[12]\.0(?:\.[0-9]+(?:[A-Za-z-][0-9A-Za-z-]*)?)?"),
}


def negotiate(header: str | None) -> Version:
    """The version to answer in: any 1.0 patch is 1.0.3, any 2.0 patch is 2.0.0 (1.0.3 Communication 3.3).

    Raises Invalid `version-missing` without a header, `version-unsupported` for everything else.
    """
    if header is None:
        raise Invalid(Code.VERSION_MISSING, "Send the header X-Experience-API-Version: 1.0.3 or 2.0.0.")
    family = _FAMILY.fullmatch(header.strip(" \t"))
    if family is None:
        raise Invalid(Code.VERSION_UNSUPPORTED, "Send X-Experience-API-Version: 1.0.3 or 2.0.0.")
    return Version.V1_0_3 if family[1] == "1.0" else Version.V2_0_0


def statement_version_checker(version: Version) -> Checker:
    """Checks the property `version` of a statement.

    Semantic Versioning 1.0.0 with 1.0.x under 1.0.3 (Data 2.4.10); 2.0.0 takes 1.0.x and 2.0.x, since
    statements keep the version they were made with.
    """
    pattern = _STATEMENT[version]

    def check_statement_version(value: object) -> None:
        if type(value) is not str:
            raise wrong_type(value, "a version as a string")
        if pattern.fullmatch(value) is None:
            raise Invalid(
                Code.VERSION_UNSUPPORTED, f"Leave version out, or send {STATEMENT_VERSIONS[version]}."
            )

    return check_statement_version
