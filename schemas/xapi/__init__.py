"""The xAPI statement language, 1.0.3 and 2.0.0: what is a statement, what it names, when two are the same.

Pure functions over parsed JSON (dict, list, str, int, float, bool, None), one noun a file. Everything may
import this package; it imports the standard library alone, and orjson to parse. `check_...` raise `Invalid`
or return what they were given; every other function takes values that have been checked. Nothing here
recurses into extensions but `parse_json`.
"""

from schemas.xapi.accept_language import choose_language, parse_accept_language
from schemas.xapi.agent import check_agent, check_single_agent
from schemas.xapi.attachment import SIGNATURE, attachments, check_media_type, essence
from schemas.xapi.batch import check_each, check_statements
from schemas.xapi.comparison import same_statement
from schemas.xapi.down_conversion import down_converted
from schemas.xapi.identifier import ifi
from schemas.xapi.index import activities, agents, related_activities, related_agents
from schemas.xapi.interaction import COMPONENT_LISTS
from schemas.xapi.invalid import Code, Invalid
from schemas.xapi.iri import check_iri
from schemas.xapi.json_text import parse_json
from schemas.xapi.json_value import same_json
from schemas.xapi.normal_form import normalise
from schemas.xapi.person import names_in, person
from schemas.xapi.reference import reference as statement_reference
from schemas.xapi.shapes import Format, shape
from schemas.xapi.statement import check_statement
from schemas.xapi.timestamp import format_timestamp, parse_timestamp
from schemas.xapi.uuids import parse_uuid
from schemas.xapi.verb import VOIDED, is_voiding
from schemas.xapi.version import STATEMENT_VERSIONS, Version, negotiate

__all__ = [
    "COMPONENT_LISTS",
    "SIGNATURE",
    "STATEMENT_VERSIONS",
    "VOIDED",
    "Code",
    "Format",
    "Invalid",
    "Version",
    "activities",
    "agents",
    "attachments",
    "check_agent",
    "check_each",
    "check_iri",
    "check_media_type",
    "check_single_agent",
    "check_statement",
    "check_statements",
    "choose_language",
    "down_converted",
    "essence",
    "format_timestamp",
    "ifi",
    "is_voiding",
    "names_in",
    "negotiate",
    "normalise",
    "parse_accept_language",
    "parse_json",
    "parse_timestamp",
    "parse_uuid",
    "person",
    "related_activities",
    "related_agents",
    "same_json",
    "same_statement",
    "shape",
    "statement_reference",
]
