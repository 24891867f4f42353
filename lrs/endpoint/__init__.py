"""What stands between HTTP and the log: group commit, conflict rules, watermarks, bounds.

Knows the ports and `schemas`, nothing of HTTP; imported by `lrs.http` and the wiring.
"""
