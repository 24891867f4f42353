"""Runs ADL's official conformance suite, in a checkout of the user's own, against the real command; imported
by nothing.
"""
