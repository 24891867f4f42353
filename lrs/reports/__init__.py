"""Reports: figures read through the ports, made into answers, and rendered as JSON or CSV.

A report is a model of pydantic (one noun a file), which is its documentation too; making one from cells is a
function of values, and reading the cells is apart from it. Imports `schemas`, and
of `consumers` the projector's name; imported by `lrs.http`.
"""
