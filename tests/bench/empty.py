"""The limit, a process of its own: the same web framework with nothing behind it.

POST anywhere reads the body, parses it and answers a little JSON. GET `/constant/{size}` answers so many
bytes. Ends when something comes in, or its input ends.
"""

from __future__ import annotations

import asyncio
import sys
from functools import lru_cache

import click
import orjson
import uvloop
from aiohttp import web

LARGEST = 64 * 1024 * 1024


async def post(request: web.Request) -> web.Response:
    """Parse, and say how much it was."""
    parsed = orjson.loads(await request.read())
    return web.Response(body=orjson.dumps({"received": len(parsed)}), content_type="application/json")


async def get(request: web.Request) -> web.Response:
    """So many bytes."""
    return web.Response(body=_constant(int(request.match_info["size"])), content_type="application/json")


@lru_cache
def _constant(size: int) -> bytes:
    return b'"' + b"-" * (size - 2) + b'"'


async def serve() -> None:
    """Serve until the input says something, or ends."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), ended.set)
    app = web.Application(client_max_size=LARGEST)
    app.router.add_post("/{anywhere:.*}", post)
    app.router.add_get("/constant/{size}", get)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    click.echo(f"Nothing at http://127.0.0.1:{runner.addresses[0][1]}")
    await ended.wait()
    await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(serve())
