"""Credentials: how a secret is hashed, who a request comes from, and what they may do (G10).

Imported by `lrs.http`, `lrs.cli` and the wiring; knows the credential port only.
"""
