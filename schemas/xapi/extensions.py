"""Extensions (xAPI 1.0.3 Data 4.1): keys are IRIs, values any JSON, never looked into."""

from schemas.xapi.invalid import Invalid, wrong_type
from schemas.xapi.iri import check_iri


def check_extensions(value: object) -> None:
    """Raises Invalid for another type than an object and for a key that is no IRI."""
    if type(value) is not dict:
        raise wrong_type(value, "an object whose keys are IRIs")
    key = ""
    try:
        for key in value:
            check_iri(key)
    except Invalid as error:
        error.path.insert(0, key)
        raise
