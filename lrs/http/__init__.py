"""The HTTP surface: routes are lists, resources hold handlers, one guard stands before all of them.

A resource gets what it needs in its constructor and gives its routes; `lrs.http.application` puts them
together. Imports `lrs.auth` and whatever a resource serves; imported by the wiring.
"""
