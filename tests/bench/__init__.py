"""The benchmark: how fast a real server is over loopback, beside the limit of what it is built on.

`python -m tests.bench` (`make bench`) starts everything as processes of their own: the server (`python -m
lrs serve`), the limit (`empty`: an aiohttp handler that only parses), and the generator of load (`load`, with
its lean `client`, which drives both). `bench` measures, `table` shows. To make statements it imports
`lrs.simulate` and what that speaks of from `schemas`, and `profiled` runs the command line; everything else
it learns over HTTP.
"""
