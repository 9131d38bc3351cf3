"""A small HTTP server that speaks OpenAI's `/v1/embeddings`, and fails where a test asks for it."""

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest


def vector(text: str) -> list[float]:
    """Three numbers that depend on the text alone, of length 2."""
    raw = np.frombuffer(hashlib.sha256(text.encode()).digest()[:3], dtype=np.uint8).astype(float) - 127.5
    return (2 * raw / np.linalg.norm(raw)).tolist()


@dataclass
class Endpoint:
    """The server: what it was asked; what it answers first, before it answers rightly."""

    url: str
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    failures: list[tuple[int, str]] = field(default_factory=list)
    """Status and body of the next answers; an answer of status 200 is nonsense."""
    reverse: bool = False


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    endpoint: Endpoint

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.endpoint.bodies.append(body)
        self.endpoint.keys.append(self.headers["Authorization"])
        if self.path != "/v1/embeddings":
            return self.answer(404, '{"error": {"message": "no such path"}}')
        if self.endpoint.failures:
            return self.answer(*self.endpoint.failures.pop(0))
        data = [{"object": "embedding", "index": i, "embedding": vector(text)} for i, text in enumerate(body["input"])]
        if self.endpoint.reverse:
            data.reverse()
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return self.answer(200, json.dumps({"object": "list", "data": data, "model": body["model"], "usage": usage}))

    def answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body.encode())))
        self.send_header("Retry-After-Ms", "1")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-secret")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made = Endpoint(f"http://127.0.0.1:{server.server_port}/v1")
    server.RequestHandlerClass = type("Bound", (Handler,), {"endpoint": made})
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()
