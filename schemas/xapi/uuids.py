"""UUIDs in standard string form (xAPI 1.0.3 Data 2.4.1, 4.4).

Variant 2 is recommended only, and the specification's own examples are of other variants, so any is accepted.
"""

import re

from schemas.xapi.invalid import Code, Invalid, wrong_type

_UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")


def check_uuid(value: object) -> None:
    """Raises Invalid `bad-uuid` for a string of another form, `wrong-type` for no string."""
    if type(value) is not str:
        raise wrong_type(value, "a UUID as a string")
    if _UUID.fullmatch(value) is None:
        raise Invalid(Code.BAD_UUID, "Send a UUID such as 16fd2706-8baf-433b-82eb-8c7fada847da.")


def parse_uuid(text: str) -> str:
    """The canonical, lower-case form (RFC 4122 section 3: input ignores case); raises as `check_uuid`."""
    check_uuid(text)
    return text.lower()
