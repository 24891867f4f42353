"""Faults in the middle of load, on engines of the test's own: what was acknowledged is stored and counted,
once, whatever broke.

`pipeline` runs the program as in a cluster, every part in a process of its own; `trial` loads it, lets a test
break something, and judges afterwards; `row` and `table` write what came out. `make faults` runs everything
and writes `deploy/faults.md`; a quick part runs with the other tests.

Nothing in the project but its tests may import this package.
"""
