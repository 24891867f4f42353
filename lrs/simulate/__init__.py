"""Provincial learning platforms, simulated: what `lrs simulate` posts to a running endpoint.

The scenarios (`launch`, `august`, `nation`, `campaigns`) are pure functions of a seed; `post` alone does IO.
Imports `schemas` for units and registrations, and nothing of the store it is posting to, so that what it
expects is known independently. Only the command line and tests import this package.
"""
