"""A small HTTP server that speaks OpenAI's protocol, badly where a test asks for it."""

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psutil
import pytest

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # so a shell starts what runs in the background: Ctrl-C is tested
    signal.signal(signal.SIGINT, signal.default_int_handler)

USAGE = {"prompt_tokens": 321, "completion_tokens": 7, "total_tokens": 328}


@dataclass
class Reply:
    """One answer of the server: a status and a body, or the pieces of a streamed text."""

    pieces: Sequence[str] = ()
    status: int = 200
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    usage: bool = True
    delay: float = 0.0
    finish: str | None = "stop"
    """Why the answer ended; None: it is not said."""
    drop: bool = False
    """Close the connection after the pieces, without an end."""


@dataclass
class Endpoint:
    """The server: what it was asked, what it answers (the last reply again and again)."""

    url: str
    replies: list[Reply] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    """Parameters that are refused, each with the complaint."""


def chunk(text: str) -> dict[str, Any]:
    return {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}],
    }


def whole(text: str, *, usage: bool) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
    told = {"usage": USAGE} if usage else {}
    return {"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": choices, **told}


class Handler(BaseHTTPRequestHandler):
    endpoint: Endpoint

    def do_POST(self) -> None:
        endpoint = self.endpoint
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        endpoint.bodies.append(body)
        endpoint.keys.append(self.headers.get("Authorization", ""))
        endpoint.times.append(time.monotonic())
        for name, complaint in endpoint.refuse.items():
            if name in body and body[name] is not False:
                self.whole(400, json.dumps({"error": {"message": complaint}}), {})
                return
        reply = endpoint.replies[0] if len(endpoint.replies) == 1 else endpoint.replies.pop(0)
        time.sleep(reply.delay)
        if reply.body is not None or reply.status != 200:
            self.whole(reply.status, reply.body or json.dumps({"error": {"message": "no"}}), reply.headers)
        elif body.get("stream"):
            self.stream(reply, usage=reply.usage and bool(body.get("stream_options")))
        else:
            self.whole(200, json.dumps(whole("".join(reply.pieces), usage=reply.usage)), {})

    def whole(self, status: int, body: str, headers: dict[str, str]) -> None:
        data = body.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def stream(self, reply: Reply, *, usage: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in reply.pieces:
            self.event(json.dumps(chunk(piece)))
        if reply.drop:
            self.close_connection = True
            self.connection.close()
            return
        if reply.finish:
            end = {"index": 0, "delta": {}, "finish_reason": reply.finish}
            self.event(json.dumps({**chunk(""), "choices": [end]}))
        if usage:
            self.event(json.dumps({**chunk(""), "choices": [], "usage": USAGE}))
        self.event("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def event(self, data: str) -> None:
        line = f"data: {data}\n\n".encode()
        self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
        self.wfile.flush()

    def log_message(self, *args: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that gave up


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-secret-0123456789")
    handler = type("Bound", (Handler,), {})
    server = Server(("127.0.0.1", 0), handler)
    found = Endpoint(f"http://127.0.0.1:{server.server_address[1]}/v1")
    handler.endpoint = found
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def servers() -> Callable[[], list[psutil.Process]]:
    """The processes that make workers for this one, and stay; not those that have ended."""

    def found() -> list[psutil.Process]:
        alive = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
        return [child for child in alive if "ingest.forkserver" in child.cmdline()]

    return found


@pytest.fixture
def workers(servers: Callable[[], list[psutil.Process]]) -> Callable[[], set[int]]:
    """The processes that parse for this one, by their numbers."""
    return lambda: {child.pid for server in servers() for child in server.children()}


@pytest.fixture
def reply() -> type[Reply]:
    return Reply
