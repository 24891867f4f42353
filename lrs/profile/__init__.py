"""The national profile as platforms read it: extensions, verbs, code lists, as a page, as JSON and as CSV.

Made from the tables and the code that count, so that it cannot say otherwise than they do; what is written
here are words, in Vietnamese and English. Imports `schemas` and `lrs.check`; imported by `lrs.http`.
"""
