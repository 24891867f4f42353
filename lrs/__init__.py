"""The outside world: adapters, HTTP, credentials, reports, the command line, and the wiring of all that.

May import `consumers` and `schemas`; nothing imports it. Adapters are imported by `lrs.wiring` alone.
"""
