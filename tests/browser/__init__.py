"""A real browser for the tests of the page: Debian's Chromium, driven by Playwright, and axe-core, which
looks for what keeps people out. Chromium is of the system's packages; npm's are in the cache of the engines.
"""
