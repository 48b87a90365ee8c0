"""What answers at an address need not be one of our services: a gateway with a page of its own, or a proxy that the
environment names and that knows nothing of this machine."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bloc.founding import ensure_keys
from tests.command.typed import PROJECT, surroundings_of, typed

NOBODY = "http://127.0.0.1:1"


class Gateway(BaseHTTPRequestHandler):
    """Says to everybody, in HTML, that what is behind it is away."""

    def do_GET(self) -> None:  # the name that http.server calls
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        page = b"<html>Bad gateway</html>"
        self.send_response(502)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    do_POST = do_GET  # noqa: N815 - likewise

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server has
        """Nobody reads it."""


@pytest.fixture
def gateway() -> Iterator[str]:
    """Its address."""
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "words",
    [
        ("post", PROJECT / "docs/mineral.json", "--key", "bloc.secretariat"),
        ("quote", PROJECT / "docs/quote.json"),
        ("refusals", "us.customs"),
        ("entries",),
    ],
    ids=lambda words: words[0],
)
def test_a_page_of_a_gateway_is_told_in_words(
    words: tuple[str | Path, ...], gateway: str, tmp_path: Path
) -> None:
    """With its status and its own words, and where to say another address; and past proxies of the environment."""
    ensure_keys(tmp_path)
    around = surroundings_of(
        BLOC_TARIFFS_URL=gateway,
        BLOC_LEDGER_URL=gateway,
        BLOC_KEYS=str(tmp_path),
        HTTP_PROXY=NOBODY,
        http_proxy=NOBODY,
    )
    done = typed(*words, environment=around)
    assert done.status == 1
    assert "answered 502: <html>Bad gateway</html>" in done.err
    assert "_URL=http://" in done.err
