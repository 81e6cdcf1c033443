"""The least that an ASGI function can do for a JSON call: `… -m benchmarks.harness.bare ANSWER CODEC`.

It parses the body, puts the answer (JSON in the file ANSWER, read once) into bytes anew for every
request, and sends it; under the very server that serves aurapromo. It knows no paths, keys or types.
CODEC is `msgspec`, the fastest there is, or `json`, which comes with Python and most services use.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send

from aurapromo.server.process import Server, address, bound


class Codec(NamedTuple):
    decode: Callable[[bytes], Any]
    encode: Callable[[Any], bytes]


CODECS: Final[Mapping[str, Codec]] = {
    "msgspec": Codec(msgspec.json.decode, msgspec.json.encode),
    "json": Codec(json.loads, lambda answer: json.dumps(answer).encode()),
}


def bare(answer: object, codec: Codec) -> ASGIApp:
    async def function(_scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        codec.decode(message["body"])
        body = codec.encode(answer)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return function


def main() -> None:
    answer = msgspec.json.decode(Path(sys.argv[1]).read_bytes())
    with bound("127.0.0.1", 0) as listener:
        here = address(listener)
        app = bare(answer, CODECS[sys.argv[2]])
        server = Server(app, lambda: print(f"ready on {here}", flush=True))
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(server.serve([listener]))


if __name__ == "__main__":
    main()
