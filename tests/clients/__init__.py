"""xAPI clients that others wrote, run as they are against the real server.

`package.json` and `package-lock.json` name those of npm, which `python -m tests.clients` (`make clients`)
puts into the cache of the engines, outside the checkout; tincan, in Python, is a development dependency. Each
has a script here that takes the steps of `session.js` (`tincan_python.py` says them over in Python) and tells
them as JSON lines; `test_clients.py` runs the scripts and asks the server what came of it. No client is
patched.
"""
