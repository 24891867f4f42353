"""Importing plans: files of CSV and XLSX become sheets, sheets a plan book, and that an import in the store.

What a sheet means is `schemas.plan_sheet`. Imports `schemas`; imported by `lrs.cli`: a server needs no reader
of workbooks.
"""
