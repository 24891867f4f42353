"""Snapshots: the figures of each province and group as records of `lrs.provinces`, for national consumers.

`snapshot` makes them of figures (pure), `board` is what the topic holds, `publisher` sees that this is what
the reports say. Imports `schemas` and `lrs.reports`; imported by `lrs.http` and by who runs consumers.
"""
