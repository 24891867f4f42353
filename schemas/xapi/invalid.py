"""The one error of this package, and the table of its codes.

Exception
└── Invalid   a value that is not xAPI; `code` says which rule, `path` where, `message` what to do
"""

from enum import StrEnum


class Code(StrEnum):
    """Every code an `Invalid` can carry; stable, part of the HTTP interface."""

    VERSION_MISSING = "version-missing"
    """A request without the header X-Experience-API-Version."""
    VERSION_UNSUPPORTED = "version-unsupported"
    """A version of the protocol, or of a statement, that is not spoken here."""
    BAD_JSON = "bad-json"
    """Not JSON in UTF-8."""
    TOO_DEEP = "too-deep"
    """Nested deeper than can be kept."""
    DUPLICATE_KEY = "duplicate-key"
    """A key that an object has twice."""
    NULL = "null-not-allowed"
    """null outside extensions."""
    WRONG_TYPE = "wrong-type"
    """Another JSON type than the one required."""
    UNKNOWN_KEY = "unknown-key"
    """A key that this version of xAPI does not have here, or has in another case."""
    MISSING_KEY = "missing-key"
    """A required key is absent; the path leads to the object that lacks it."""
    BAD_VALUE = "value-not-allowed"
    """Not one of the enumerated values."""
    OUT_OF_RANGE = "out-of-range"
    """A number, an instant or a list beyond its bounds."""
    BAD_IRI = "bad-iri"
    """Not an absolute IRI."""
    BAD_UUID = "bad-uuid"
    """Not a UUID in its standard string form."""
    BAD_TIMESTAMP = "bad-timestamp"
    """Not a timestamp of this version, or not in the calendar."""
    BAD_DURATION = "bad-duration"
    """Not an ISO 8601 duration."""
    BAD_LANGUAGE_TAG = "bad-language-tag"
    """Not a well-formed RFC 5646 language tag."""
    BAD_MBOX = "bad-mbox"
    """Not mailto: and one e-mail address."""
    BAD_HASH = "bad-hash"
    """Not a hash in hexadecimal of a permitted length."""
    BAD_MEDIA_TYPE = "bad-media-type"
    """Not an Internet media type."""
    IDENTIFIER_MISSING = "identifier-missing"
    """An agent, or an identified group, without an inverse functional identifier."""
    IDENTIFIER_SEVERAL = "identifier-several"
    """More than one inverse functional identifier."""
    GROUP_WITHOUT_MEMBERS = "group-without-members"
    """An anonymous group that names nobody."""
    NESTED_GROUP = "nested-group"
    """A group as a member of a group."""
    NESTED_SUBSTATEMENT = "nested-substatement"
    """A SubStatement inside a SubStatement."""
    BAD_AUTHORITY = "bad-authority"
    """An authority that is a group, but not an anonymous one of two agents."""
    INTERACTION_TYPE_MISSING = "interaction-type-missing"
    """Interaction properties without interactionType."""
    COMPONENTS_NOT_ALLOWED = "components-not-allowed"
    """A component list that the interactionType does not have."""
    DUPLICATE_COMPONENT = "duplicate-component"
    """Two components of one list with the same id."""
    ACTIVITY_ONLY = "activity-only"
    """context.revision or context.platform where the object is no activity."""
    VOID_WITHOUT_REFERENCE = "void-without-reference"
    """The verb voided on another object than a StatementRef."""
    FILE_URL_MISSING = "file-url-missing"
    """An attachment without fileUrl in a request that carries no attachment data."""
    BAD_SIGNATURE = "bad-signature"
    """A signature that is no JWS of this statement, or that its key does not bear out."""
    DUPLICATE_ID = "duplicate-id"
    """Two statements of one request with the same id."""
    BATCH_TOO_LARGE = "batch-too-large"
    """More statements than one request may carry."""


class Invalid(Exception):
    """A value breaks a rule of xAPI.

    `path` holds the keys and indexes from the root of the checked value to the offending one; it is filled
    from the inside outwards while the error unwinds, so it costs nothing as long as values are valid.
    """

    def __init__(self, code: Code, message: str, *path: str | int) -> None:
        super().__init__(code, message, *path)
        self.code: str = code.value
        self.message = message
        self.path: list[str | int] = list(path)

    @property
    def pointer(self) -> str:
        """The path as a JSON Pointer (RFC 6901); empty for the whole value."""
        return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in self.path)

    def __str__(self) -> str:
        return f"{self.code} at {self.pointer or 'the root'}: {self.message}"


def wrong_type(value: object, expected: str) -> Invalid:
    """The error for a value of another JSON type than `expected`; never shows the value itself."""
    if value is None:
        return Invalid(
            Code.NULL, f"Send {expected}, or leave the key out: null is allowed in extensions only."
        )
    return Invalid(
        Code.WRONG_TYPE, f"Send {expected} instead of {_JSON_NAMES.get(type(value), 'this value')}."
    )


_JSON_NAMES: dict[type, str] = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}
