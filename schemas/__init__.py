"""The language of the store: what a statement, a fact, a learner, a cell and a unit are, and the ports.

Pure values and functions: the standard library, pydantic and orjson, no IO (but for reading the reference
data packaged in ``schemas/data``). Everything may import this package; it imports nothing of ours.
"""
