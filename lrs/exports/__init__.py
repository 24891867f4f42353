"""Exports: what the store holds, given out whole: every statement in the order of the log, and all that it
has of one learner.

Reads through the ports alone. Imports `schemas`, and of `lrs` what makes reports; imported by `lrs.http`
and `lrs.cli`.
"""
