"""A local web application over one output folder: pages, the interactive graph, a JSON API, a SPARQL 1.1 endpoint.

It only reads, listens on this machine unless told otherwise, and sends no page that loads anything from elsewhere. The
address of every actor, event and article is the path of its IRI, and answers HTML, Turtle or JSON-LD by content negotiation.
The endpoint follows the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/) for queries; updates are refused.
Each query passes the gate of `kg.sparql` and runs in a process of its own that is stopped when its time is over.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import pyoxigraph as ox
from fastapi import FastAPI, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles

from kg import sparql
from kg.errors import KgError, QueryError
from kg.network.projection import gather
from kg.pages import Pages
from kg.settings import QuerySettings
from kg.store import Store
from kg.terms import PREFIXES, actor_iri, article_iri

__all__ = ["application", "run"]

LONGEST_QUERY = 100_000
"""Characters of a query."""
AT_ONCE = 4
"""Query processes running side by side; others wait."""

_POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src data:; " \
          "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_RDF = {"text/turtle": ox.RdfFormat.TURTLE, "application/ld+json": ox.RdfFormat.JSON_LD,
        "application/n-triples": ox.RdfFormat.N_TRIPLES, "application/rdf+xml": ox.RdfFormat.RDF_XML}
_ROWS = ("application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values",
         "application/json")


def run(output: Path, host: str, port: int, limits: QuerySettings) -> None:
    """Serve `output` until interrupted."""
    import uvicorn

    uvicorn.run(application(output, limits), host=host, port=port, log_level="warning")


def application(output: Path, limits: QuerySettings) -> FastAPI:
    """The web application of one output folder, read once.

    Raises:
        StoreError: no graph there.
    """
    site = _Site(output, limits)
    app = FastAPI(title="kg", description="Actors, events and articles of a knowledge graph.", docs_url=None, redoc_url=None)
    app.mount("/static", StaticFiles(packages=[("kg", "templates/serve")]), name="static")
    app.middleware("http")(_headers)
    app.add_exception_handler(KgError, _faulty)
    _page_routes(app, site)
    _data_routes(app, site)
    _sparql_routes(app, site)
    return app


class _Site:
    """What is served: pages over the readings, and the store for RDF and SPARQL."""

    def __init__(self, output: Path, limits: QuerySettings) -> None:
        self.output, self.limits = output, limits
        self.queue = asyncio.Semaphore(AT_ONCE)
        with Store.open(output) as store:
            self.path = store.path
            keys = store.identity()
            places = store.index.execute("SELECT article, number, event FROM claim")
            events = {(article, number): event.rpartition("/")[2] for article, number, event in places}
            readings, joined = list(store.readings()), store.joined()
        self.pages = Pages(readings, gather(readings, keys), keys, events, joined)

    def describe(self, iri: str, media: str) -> str | None:
        """Everything said of a resource, and what it is said to be by others; None when nothing is."""
        node = ox.NamedNode(iri)
        store = ox.Store.read_only(str(self.path))
        union = ox.DefaultGraph()
        quads = [*store.quads_for_pattern(node, None, None, union), *store.quads_for_pattern(None, None, node, union)]
        triples = sorted({quad.triple for quad in quads}, key=str)
        text = ox.serialize(triples, format=_RDF[media], prefixes=PREFIXES) if triples else None
        return text.decode() if text else None


async def _headers(request: Request, handle: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await handle(request)
    if request.url.path != "/graph":  # its page carries a stricter policy of its own
        response.headers["Content-Security-Policy"] = _POLICY
    response.headers.update({"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"})
    return response


async def _faulty(request: Request, error: Exception) -> Response:
    return PlainTextResponse(f"{error}\n", status_code=400)


# --- pages and resources ------------------------------------------------------------------------------------------


def _page_routes(app: FastAPI, site: _Site) -> None:
    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def home(q: str = "") -> str:
        return site.pages.home(q[:200])

    @app.get("/graph", response_class=HTMLResponse, include_in_schema=False)
    def graph() -> str:
        return (site.output / "graph.html").read_text("utf-8")

    @app.get("/docs", response_class=HTMLResponse, include_in_schema=False)
    def docs() -> str:
        return site.pages.docs(app.openapi())

    @app.get("/health")
    def health() -> dict[str, Any]:
        """Whether the application is up, and how much it serves."""
        claims = site.pages.claims
        return {"status": "ok", "articles": len(claims.articles), "actors": len(claims.nodes), "claims": len(claims.claims)}

    @app.get("/actor/{key:path}", include_in_schema=False)
    def actor(request: Request, key: str) -> Response:
        return _resource(request, site, "actor", key, site.pages.actor)

    @app.get("/event/{key}", include_in_schema=False)
    def event(request: Request, key: str) -> Response:
        return _resource(request, site, "event", key, site.pages.event)

    @app.get("/article/{key:path}", include_in_schema=False)
    def article(request: Request, key: str) -> Response:
        return _resource(request, site, "article", key, site.pages.article)


def _resource(request: Request, site: _Site, kind: str, key: str, page: Callable[[str], str | None]) -> Response:
    """HTML for browsers, RDF for programs, at one address."""
    media = _preferred(request.headers.get("accept", "*/*"), ("text/html", *_RDF))
    if media == "text/html":
        found = page(key)
        return HTMLResponse(found or site.pages.not_found(f"{kind} «{key}»"), status_code=200 if found else 404,
                            headers={"Vary": "Accept"})
    text = site.describe((actor_iri if kind == "actor" else article_iri)(key).value, media)
    if text is None:
        return PlainTextResponse(f"no {kind} {key}\n", status_code=404)
    return Response(text, media_type=media, headers={"Vary": "Accept"})


def _preferred(accept: str, offered: tuple[str, ...]) -> str:
    """The media type of `offered` that an Accept header likes best; the first when it likes none (RFC 9110, 12.5.1).

    >>> _preferred("text/turtle;q=0.9, text/html;q=0.1", ("text/html", "text/turtle"))
    'text/turtle'
    """
    def liking(media: str) -> float:
        best = 0.0
        for part in accept.split(","):
            name, *rest = (piece.strip() for piece in part.split(";"))
            quality = next((piece[2:] for piece in rest if piece.startswith("q=")), "1")
            if name in (media, "*/*", media.split("/")[0] + "/*"):
                exact = name == media
                best = max(best, (float(quality) if quality.replace(".", "", 1).isdigit() else 0.0) - (0 if exact else 1e-3))
        return best

    return max(offered, key=lambda media: (liking(media), -offered.index(media)))


# --- JSON API -----------------------------------------------------------------------------------------------------


def _data_routes(app: FastAPI, site: _Site) -> None:
    claims = site.pages.claims

    @app.get("/api/actors")
    def actors(q: Annotated[str, Query(description="Part of a name", max_length=200)] = "",
               limit: Annotated[int, Query(description="Most rows", ge=1, le=1000)] = 100) -> list[dict[str, Any]]:
        """Actors, all or by part of a name."""
        keys = [hit.key for hit in site.pages.search(q) if hit.kind == "actor"] if q else list(claims.nodes)
        return [asdict(claims.nodes[key]) for key in keys[:limit]]

    @app.get("/api/actors/{key:path}")
    def one_actor(key: str) -> Response:
        """One actor: facts and names in the articles."""
        if key not in claims.nodes:
            return JSONResponse({"error": f"no actor {key}"}, status_code=404)
        return JSONResponse({**asdict(claims.nodes[key]), "names": dict(site.pages.names(key))})

    @app.get("/api/events")
    def events(actor: Annotated[str | None, Query(description="Key of an actor on either side")] = None,
               cls: Annotated[str | None, Query(alias="class", description="Event class, e.g. THREATEN")] = None,
               since: Annotated[str | None, Query(description="First date, ISO")] = None,
               until: Annotated[str | None, Query(description="Last date, ISO")] = None,
               limit: Annotated[int, Query(description="Most rows", ge=1, le=10_000)] = 1000) -> list[dict[str, Any]]:
        """Claims with their evidence, by actor, class and date."""
        chosen = claims.between(since, until) if since or until else claims
        kept = chosen.where(lambda c: (actor is None or actor in (c.source, c.target)) and (cls is None or c.cls == cls))
        return [asdict(claim) for claim in kept.claims[:limit]]

    @app.get("/api/articles")
    def articles() -> list[dict[str, Any]]:
        """All articles without their text."""
        return [{k: v for k, v in asdict(a).items() if k != "text"} for a in claims.articles.values()]


# --- SPARQL -------------------------------------------------------------------------------------------------------


def _sparql_routes(app: FastAPI, site: _Site) -> None:
    @app.get("/sparql")
    async def ask(request: Request, query: Annotated[str | None, Query(description="A SPARQL query")] = None) -> Response:
        """SPARQL 1.1 Protocol endpoint (read only); without a query, the editor's page."""
        if query is None:
            return HTMLResponse(site.pages.sparql(sparql.named_queries().values(), site.limits.timeout_s))
        return await _answer(request, site, query)

    @app.post("/sparql", include_in_schema=False)
    async def ask_by_post(request: Request, query: Annotated[str | None, Form()] = None,
                          update: Annotated[str | None, Form()] = None) -> Response:
        if request.headers.get("content-type", "").startswith("application/sparql-update") or update is not None:
            return PlainTextResponse("updates are refused: this endpoint only reads\n", status_code=403)
        if request.headers.get("content-type", "").startswith("application/sparql-query"):
            query = (await request.body()).decode("utf-8", "replace")
        if not query:
            return PlainTextResponse("no query\n", status_code=400)
        return await _answer(request, site, query)


async def _answer(request: Request, site: _Site, query: str) -> Response:
    if len(query) > LONGEST_QUERY:
        raise QueryError(f"longer than {LONGEST_QUERY:,} characters", remedy="make it shorter")
    async with site.queue:
        answer = await run_in_threadpool(
            sparql.run, site.path, query, timeout=site.limits.timeout_s, max_rows=site.limits.max_rows)
    accept = request.headers.get("accept", "*/*")
    if answer.kind == "graph":
        media = _preferred(accept, tuple(_RDF))
        triples = ox.parse(answer.turtle or "", format=ox.RdfFormat.TURTLE)
        return Response(ox.serialize((quad.triple for quad in triples), format=_RDF[media]), media_type=media)
    media = _preferred(accept, _ROWS)
    return Response(_rows(answer, media), media_type=media)


def _rows(answer: sparql.Answer, media: str) -> str | bytes:
    """A SELECT or ASK answer in one of the SPARQL result formats."""
    if media in ("application/json", "application/sparql-results+json"):
        return json.dumps(_json(answer), ensure_ascii=False)
    formats: Mapping[str, ox.QueryResultsFormat] = {
        "text/csv": ox.QueryResultsFormat.CSV, "text/tab-separated-values": ox.QueryResultsFormat.TSV,
        "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    }
    parsed = ox.parse_query_results(json.dumps(_json(answer)), format=ox.QueryResultsFormat.JSON)
    return parsed.serialize(format=formats[media]) or b""


def _json(answer: sparql.Answer) -> dict[str, Any]:
    """SPARQL 1.1 Query Results JSON Format."""
    if answer.kind == "ask":
        return {"head": {}, "boolean": bool(answer.truth)}
    bindings = [{name: _term(cell) for name, cell in zip(answer.variables, row, strict=True) if cell} for row in answer.rows]
    return {"head": {"vars": list(answer.variables)}, "results": {"bindings": bindings}}


def _term(cell: sparql.Term) -> dict[str, str]:
    kind = {"iri": "uri", "literal": "literal", "blank": "bnode"}[cell.kind]
    term = {"type": kind, "value": cell.value.removeprefix("_:") if kind == "bnode" else cell.value}
    if cell.language:
        term["xml:lang"] = cell.language
    elif cell.datatype and not cell.datatype.endswith("#string"):
        term["datatype"] = cell.datatype
    return term
