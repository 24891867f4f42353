"""Editions: the public figures of a day, made so that nobody is found in them, numbered, frozen and kept.

`schemas.disclosure` says what may be shown of a line; here lines are read from cells, and what is shown of
them is summed into the public tables. Nothing public is computed from anything but what is shown of lines, so
sums, percentages and gaps tell nothing more. Imports `schemas` and `lrs.reports`; imported by `lrs.http` and
`lrs.cli`.
"""
