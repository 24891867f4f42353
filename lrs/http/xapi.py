"""What all xAPI resources share: the version spoken, and the headers of every answer (xAPI 2.0
Communication 1.2, 3.3).
"""

from __future__ import annotations

import time

from aiohttp import web

from schemas.xapi import Invalid, Version, negotiate

VERSION = "X-Experience-API-Version"
CONSISTENT_THROUGH = "X-Experience-API-Consistent-Through"
XAPI = "/xapi/"
"""What the paths of xAPI's resources begin with."""


def version_of(request: web.Request) -> Version:
    """The version of a request. Raises Invalid where it names none, or one that is not spoken."""
    return negotiate(request.headers.get(VERSION))


def said_version(request: web.Request, default: Version) -> Version:
    """The version that an answer names: the request's, or `default` where that names none that is spoken."""
    try:
        return version_of(request)
    except Invalid:
        return default


def http_date(milliseconds: int) -> str:
    """The moment as a header has it, to the second (RFC 9110 5.6.7)."""
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(milliseconds // 1000))
