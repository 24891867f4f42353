"""Whose accounts are: files of links, what they would change, and asking the log for it.

What a link means is `schemas.link`. Imports `schemas` and the reader of files of attendance; imported by
`lrs.cli`.
"""
