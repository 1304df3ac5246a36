"""Push the graph to a SPARQL 1.1 server: Fuseki, GraphDB, Oxigraph, Virtuoso, QLever, RDF4J…

Each named graph is replaced as a whole by the Graph Store Protocol (PUT of the first part, POST of the others, as
N-Triples); where a server does not offer it, by `CLEAR` and `INSERT DATA` through its update endpoint. Everything that is
sent has IRIs and literals only, so that a second push changes nothing. What was sent is noted in a file under the digest
of each graph's content: an interrupted push goes on where it stopped, a later one sends only what changed.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pyoxigraph import NamedNode

from kg.errors import PublishError
from kg.export import in_order
from kg.store import Store
from kg.terms import BASE
from kg.truth import write_whole

if TYPE_CHECKING:
    import httpx

__all__ = ["Endpoint", "Login", "Pushed", "publish"]

PART = 50_000
"""Triples sent in one request by the Graph Store Protocol."""
BATCH = 1_000
"""Triples in one `INSERT DATA`."""
ATTEMPTS = 4
_RETRIED = frozenset((429, 500, 502, 503, 504))
_NOT_OFFERED = frozenset((404, 405, 501))
STATE = "published.json"


@dataclass(frozen=True, slots=True)
class Login:
    """How to show the server who asks."""

    kind: Literal["none", "basic", "digest", "bearer"] = "none"
    user: str = ""
    secret: str = ""
    """Password or token."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a server takes graphs.

    `update` alone is enough for servers without the Graph Store Protocol, `store` alone for those without updates.
    """

    store: str | None = None
    """Graph Store Protocol, e.g. `http://localhost:7878/store` or `…/sparql-graph-crud-auth`."""
    update: str | None = None
    """SPARQL 1.1 Update, e.g. `http://localhost:7878/update`."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did: IRIs of the graphs."""

    sent: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def publish(
    output: Path | str,
    endpoint: Endpoint,
    login: Login | None = None,
    *,
    progress: Callable[[str], None] = lambda graph: None,
    timeout: float = 120.0,
    pause: float = 1.0,
) -> Pushed:
    """Make the server's named graphs equal to those of an output folder; graphs of withdrawn articles are removed there.

    Args:
        progress: told each graph's IRI after it was sent.
        timeout: seconds for one request.
        pause: seconds before the second attempt at a request; doubled before each further one.

    Raises:
        StoreError: no graph there.
        PublishError: httpx is missing, or the server refuses or cannot be reached; the next push goes on from there.
    """
    if not (endpoint.store or endpoint.update):
        raise PublishError("no endpoint given", remedy="give the address of its graph store or update service")
    with Store.open(output) as store, _client(login or Login(), timeout) as client:
        sender = _Sender(client, endpoint, pause)
        state = _State(Path(output) / "store" / STATE, f"{endpoint.store} {endpoint.update}")
        return _push(store, sender, state, progress)


def _push(store: Store, sender: _Sender, state: _State, progress: Callable[[str], None]) -> Pushed:
    sent, unchanged = [], []
    there = store.graphs()
    for graph in there:
        lines = _lines(store, graph)
        digest = hashlib.sha256("".join(lines).encode()).hexdigest()
        if state.sent.get(graph.value) == digest:
            unchanged.append(graph.value)
            continue
        state.forget(graph.value)  # killed half way, it must be sent anew
        sender.replace(graph.value, lines)
        state.note(graph.value, digest)
        sent.append(graph.value)
        progress(graph.value)
    gone = sorted(set(state.sent) - {graph.value for graph in there})
    for name in gone:
        sender.remove(name)
        state.forget(name)
    return Pushed(tuple(sent), tuple(unchanged), tuple(gone))


def _lines(store: Store, graph: NamedNode) -> list[str]:
    """The graph as sorted N-Triples lines."""
    quads = store.quads.quads_for_pattern(None, None, None, graph)
    triples = (quad.triple for quad in quads)
    return [f"{_skolemised(str(triple))} .\n" for triple in in_order(triples)]


def _skolemised(line: str) -> str:
    """Blank nodes of a foreign ontology as IRIs (RDF 1.1, section 3.5): a server may rename them, and push them twice."""
    if "_:" not in line:
        return line
    return " ".join(f"<{BASE}.well-known/genid/{part[2:]}>" if n != 1 and part.startswith("_:") else part
                    for n, part in enumerate(line.split(" ", 2)))


class _State:
    """What a server has, by graph: digest of its content."""

    def __init__(self, path: Path, endpoint: str) -> None:
        self._path = path
        self._endpoint = endpoint
        try:
            self._all: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):  # never pushed, or killed in the middle of the first note
            self._all = {}
        self.sent = self._all.setdefault(endpoint, {})

    def note(self, graph: str, digest: str) -> None:
        self.sent[graph] = digest
        self._write()

    def forget(self, graph: str) -> None:
        if self.sent.pop(graph, None) is not None:
            self._write()

    def _write(self) -> None:
        data = json.dumps(self._all, indent=0, sort_keys=True).encode()
        write_whole(self._path, lambda file: file.write(data))


class _Sender:
    """Requests to one server, repeated when it is busy."""

    def __init__(self, client: httpx.Client, endpoint: Endpoint, pause: float) -> None:
        self._client = client
        self._endpoint = endpoint
        self._pause = pause
        self._protocol = endpoint.store is not None

    def replace(self, graph: str, lines: Sequence[str]) -> None:
        """Let the server's graph consist of these N-Triples lines."""
        if self._protocol and self._put(graph, lines):
            return
        self._protocol = False
        self._update(f"CLEAR SILENT GRAPH <{graph}>")
        for batch in _batches(lines, BATCH):
            self._update(f"INSERT DATA {{ GRAPH <{graph}> {{\n{''.join(batch)}}} }}")

    def remove(self, graph: str) -> None:
        """Let the server have no such graph."""
        if self._protocol:
            response = self._request("DELETE", str(self._endpoint.store), params={"graph": graph})
            if response.status_code == 404 or response.is_success:
                return
        self._update(f"DROP SILENT GRAPH <{graph}>")

    def _put(self, graph: str, lines: Sequence[str]) -> bool:
        """False when the server does not offer the protocol and an update endpoint is known."""
        for number, part in enumerate(_batches(lines, PART)):
            response = self._request("POST" if number else "PUT", str(self._endpoint.store), params={"graph": graph},
                                     content="".join(part).encode(), headers={"Content-Type": "application/n-triples"})
            if response.status_code in _NOT_OFFERED and self._endpoint.update:
                return False
            _checked(response)
        return True

    def _update(self, text: str) -> None:
        if self._endpoint.update is None:
            raise PublishError("it takes no graphs", where=str(self._endpoint.store),
                               remedy="give the address of its update service as well")
        _checked(self._request("POST", self._endpoint.update, content=text.encode(),
                               headers={"Content-Type": "application/sparql-update"}))

    def _request(self, method: str, address: str, **more: object) -> httpx.Response:
        import httpx

        problem = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(self._pause * 2 ** (attempt - 1))
            try:
                response = self._client.request(method, address, **more)  # type: ignore[arg-type]  # passed through
            except httpx.InvalidURL as error:
                raise PublishError("not an address", where=address, remedy="write http://HOST:PORT/PATH") from error
            except httpx.HTTPError as error:
                problem = str(error) or type(error).__name__
                continue
            if response.status_code not in _RETRIED:
                return response
            problem = _said(response)
        raise PublishError(f"no success after {ATTEMPTS} attempts ({problem})", where=address,
                           remedy="see that the server runs; the next push goes on from here")


def _batches(lines: Sequence[str], size: int) -> Iterator[list[str]]:
    """Parts of at least one: an empty graph is one empty part."""
    waiting = iter(lines)
    part = list(islice(waiting, size))
    while True:
        yield part
        part = list(islice(waiting, size))
        if not part:
            return


def _checked(response: httpx.Response) -> None:
    if response.is_success:
        return
    remedy = "check user and password" if response.status_code in (401, 403) else "see the server's log"
    raise PublishError(f"refused ({_said(response)})", where=str(response.url), remedy=remedy)


def _said(response: httpx.Response) -> str:
    text = " ".join(response.text.split())[:200]
    return f"{response.status_code} {response.reason_phrase}{': ' + text if text else ''}"


def _client(login: Login, timeout: float) -> httpx.Client:
    try:
        import httpx
    except ImportError as error:
        raise PublishError("publishing needs httpx", remedy="pip install 'geopolitical-kg[publish]'") from error
    headers = {"Authorization": f"Bearer {login.secret}"} if login.kind == "bearer" else {}
    auth: httpx.Auth | None = None
    if login.kind == "basic":
        auth = httpx.BasicAuth(login.user, login.secret)
    elif login.kind == "digest":
        auth = httpx.DigestAuth(login.user, login.secret)
    return httpx.Client(auth=auth, headers=headers, timeout=timeout)
