"""Class lists on paper become statements: rows of a file, checked, made and sent through the endpoint.

Reading and making are functions of values; `endpoint` is all the IO. Rows are identified by what they say, so
that a file can be sent again. Nobody's name is taken. Imports `schemas`; imported by the command line.
"""
