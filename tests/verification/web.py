"""A web server that serves a log's files, honestly or not, over real HTTP."""

import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Answer(NamedTuple):
    """What is answered for a path. `times`: how often; then the honest file is served. -1: for ever."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = {}
    times: int = -1
    endless: bool = False


class WebServer:
    """Serves files by path, and for some paths what a test wants instead. `asked`: the paths, in order."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.instead: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.url = ""

    def answer(self, path: str) -> Answer:
        """What is served for a path now."""
        self.asked.append(path)
        instead = self.instead.get(path)
        if instead is not None and instead.times:
            self.instead[path] = instead._replace(times=instead.times - 1)
            return instead
        raw = self.files.get(path)
        return Answer(404, b"not found") if raw is None else Answer(body=raw)


@contextmanager
def serving(files: Mapping[str, bytes]) -> Generator[WebServer]:
    """Run a server in a thread of its own."""
    web = WebServer(files)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # the name that http.server looks for
            answer = web.answer(self.path.removeprefix("/"))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.endless:
                self.end_headers()
                self._pour(answer.body)
                return
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def _pour(self, body: bytes) -> None:
            try:
                while True:
                    self.wfile.write(body)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the name of the base class
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    web.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield web
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
