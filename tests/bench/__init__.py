"""The benchmark: how fast a real server is over loopback, beside the limit of what it is built on.

`python -m tests.bench` (`make bench`) starts everything as processes of their own: the server (`python -m
lrs serve`), the limit (`empty`: an aiohttp handler that only parses), and the generator of load (`load`, with
its lean `client`, which drives both). `bench` measures, `table` shows. To make statements it imports
`lrs.simulate` and what that speaks of from `schemas`, and `profiled` runs the command line; everything else
it learns over HTTP.

With `--engines cluster` (`make bench ENGINES=cluster`) the same stands on the Kafka and the MongoDB of
`cluster`, and `cluster_bench` measures more: the way into the log (`appender`) beside a bare producer, the
projector beside a bare insertion (`inserter`), several processes of each kind, and sizes. These import the
adapters, since what they measure is beneath HTTP.
"""
