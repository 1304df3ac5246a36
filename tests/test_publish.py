"""Pushing to real servers: Oxigraph (PyPI) and Virtuoso (Debian), and a small one that misbehaves."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import httpx
import pytest
from graph_readings import READINGS

from kg import publish as publishing
from kg.errors import PublishError
from kg.publish import Endpoint, Login, publish
from kg.store import Store

OXIGRAPH = Path(sys.executable).with_name("oxigraph")
VIRTUOSO = shutil.which("virtuoso-t") or os.environ.get("KG_VIRTUOSO")


@pytest.fixture
def output(tmp_path: Path) -> Path:
    with Store.open(tmp_path / "graph", write=True) as store:
        store.update(READINGS)
    return tmp_path / "graph"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            httpx.get(address, timeout=2)
            return
        except httpx.HTTPError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def count(address: str, graph: str) -> int:
    query = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    answer = httpx.get(address, params={"query": query}, headers={"Accept": "application/sparql-results+json"}, timeout=30)
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


def same_counts(address: str, output: Path) -> None:
    with Store.open(output) as store:
        for graph in store.graphs():
            expected = sum(1 for _ in store.quads.quads_for_pattern(None, None, None, graph))
            assert count(address, graph.value) == expected, graph.value


@pytest.fixture
def oxigraph(tmp_path: Path) -> Iterator[str]:
    if not OXIGRAPH.is_file():
        pytest.skip("needs the oxigraph server: pip install oxigraph")
    port = free_port()
    server = subprocess.Popen([OXIGRAPH, "serve", "--location", str(tmp_path / "server"), "--bind", f"127.0.0.1:{port}"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@pytest.mark.parametrize("way", ["store", "update"])
def test_oxigraph_gets_every_graph_once(output: Path, oxigraph: str, way: str) -> None:
    endpoint = Endpoint(store=f"{oxigraph}/store") if way == "store" else Endpoint(update=f"{oxigraph}/update")
    first = publish(output, endpoint)
    assert len(first.sent) == len(READINGS) + 3
    same_counts(f"{oxigraph}/query", output)
    again = publish(output, endpoint)
    assert not again.sent and len(again.unchanged) == len(first.sent)
    with Store.open(output, write=True) as store:
        store.withdraw("c-2022")
    third = publish(output, endpoint)
    assert third.removed == ("https://geopolitical-kg.example/article/c-2022",)
    same_counts(f"{oxigraph}/query", output)
    assert count(f"{oxigraph}/query", third.removed[0]) == 0


def test_large_graphs_go_in_parts(output: Path, oxigraph: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "PART", 50)
    publish(output, Endpoint(store=f"{oxigraph}/store"))
    same_counts(f"{oxigraph}/query", output)


VIRTUOSO_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[Parameters]
ServerPort = {isql}
DirsAllowed = {folder}
NumberOfBuffers = 4000
[HTTPServer]
ServerPort = {port}
ServerRoot = {folder}
[SPARQL]
ResultSetMaxRows = 10000
"""


@pytest.fixture
def virtuoso(tmp_path: Path) -> Iterator[str]:
    if not VIRTUOSO:
        pytest.skip("needs Virtuoso: apt install virtuoso-opensource-7 (or KG_VIRTUOSO = path of virtuoso-t)")
    folder, port = tmp_path / "virtuoso", free_port()
    folder.mkdir()
    (folder / "virtuoso.ini").write_text(VIRTUOSO_INI.format(folder=folder, port=port, isql=free_port()))
    server = subprocess.Popen([VIRTUOSO, "+foreground", "+configfile", str(folder / "virtuoso.ini")], cwd=folder,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/sparql", 90)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@pytest.mark.virtuoso
def test_virtuoso_gets_every_graph_with_digest_login(output: Path, virtuoso: str) -> None:
    endpoint = Endpoint(store=f"{virtuoso}/sparql-graph-crud-auth")
    with pytest.raises(PublishError, match="401"):
        publish(output, endpoint, Login("digest", "dba", "wrong"))
    publish(output, endpoint, Login("digest", "dba", "dba"))
    same_counts(f"{virtuoso}/sparql", output)


class Moody(BaseHTTPRequestHandler):
    """Answers from a list; notes what it is asked."""

    answers: ClassVar[list[int]] = []
    asked: ClassVar[list[tuple[str, str, str]]] = []

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.command, self.path, self.headers.get("Authorization", "")))
        self.send_response(self.answers.pop(0) if self.answers else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_PUT  # noqa: N815

    def log_message(self, *words: Any) -> None:
        """Silent."""


@pytest.fixture
def moody() -> Iterator[str]:
    Moody.answers, Moody.asked = [], []
    server = HTTPServer(("127.0.0.1", 0), Moody)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_busy_server_is_asked_again_and_a_push_resumed(output: Path, moody: str) -> None:
    Moody.answers = [503, 204, 500, 429, 204]
    assert len(publish(output, Endpoint(f"{moody}/store"), pause=0).sent) == 7
    assert len(Moody.asked) == 7 + 3

    Moody.answers = [204, 204, 400]
    other = Endpoint(f"{moody}/other")
    with pytest.raises(PublishError, match="400"):
        publish(output, other, pause=0)
    assert len(publish(output, other, pause=0).unchanged) == 2


@pytest.mark.parametrize(("login", "header"), [
    (Login(), ""), (Login("bearer", "", "abc"), "Bearer abc"),
    (Login("basic", "u", "p"), "Basic " + base64.b64encode(b"u:p").decode()),
])
def test_logins(output: Path, moody: str, login: Login, header: str) -> None:
    publish(output, Endpoint(f"{moody}/store"), login)
    assert {asked[2] for asked in Moody.asked} == {header}


def test_without_the_protocol_updates_are_used(output: Path, moody: str) -> None:
    Moody.answers = [405]
    publish(output, Endpoint(f"{moody}/store", f"{moody}/update"), pause=0)
    assert [asked[0] for asked in Moody.asked].count("PUT") == 1
    assert {asked[1].partition("?")[0] for asked in Moody.asked[1:]} == {"/update"}


def test_errors_say_what_to_do(output: Path) -> None:
    with pytest.raises(PublishError, match="see that the server runs"):
        publish(output, Endpoint(f"http://127.0.0.1:{free_port()}/store"), pause=0)
    with pytest.raises(PublishError, match="no endpoint"):
        publish(output, Endpoint())
