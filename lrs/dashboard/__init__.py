"""The page at `/`: ES modules, styles and one vendored library, served as they are (`lrs.http.dashboard`).

`static/` is what a browser gets; nothing is built. `places` makes the lists of units that the page draws and
searches. Imports `schemas`; imported by `lrs.http`.
"""
