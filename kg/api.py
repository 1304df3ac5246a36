"""kg from Python: build a graph of articles, ask it, measure it, take it away.

    import kg

    graph = kg.build(["seeds"])                       # in memory; kg.build(["seeds"], output="output") keeps it
    graph.events(actor="Rusia", since="2022")         # rows; pandas.DataFrame(rows) takes them as they are
    graph.query("threats", actor="Stoltenberg").records()
    graph.query("SELECT ?who WHERE { ?who kg:threatens actor:Q159 }").records()
    graph.to_networkx()
    graph.to_html("graph.html")
    graph = kg.open("output")                         # a graph that was built before
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from kg import export, sparql, tables
from kg.errors import ArticleError
from kg.model import Reading
from kg.sparql import Answer
from kg.store import Store
from kg.tables import ActorRow, ArticleRow, EventRow, EvidenceRow, OfficeRow

if TYPE_CHECKING:
    import networkx as nx
    from rdflib import Dataset

    from kg import pipeline
    from kg.settings import Settings

__all__ = ["Graph", "build", "open"]


class Graph:
    """A knowledge graph of articles, in memory or in an output folder; made by `build`, `open` or `of`."""

    def __init__(self, store: Store, problems: Iterable[ArticleError] = ()) -> None:
        self._store = store
        self.problems = tuple(problems)
        """Articles that could not be read, with the reason."""

    @classmethod
    def of(cls, readings: Iterable[Reading]) -> Self:
        """The graph, in memory, of readings that are already there."""
        return cls(Store.in_memory(readings))

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def query(
        self, question: str, *, timeout: float = sparql.TIMEOUT, max_rows: int = sparql.MAX_ROWS, **given: str | int
    ) -> Answer:
        """Answer a named question (see `kg.sparql.named_queries`) or a SPARQL query.

        Args:
            question: a name such as `threats`, or SPARQL; the prefixes of `kg.terms.PREFIXES` are declared.
            timeout: seconds; on a graph in memory it is not kept, as only a process of its own can be stopped.
            max_rows: more are cut off, and `Answer.truncated` is set.
            given: parameters of a named question (`actor="Rusia"`, `since="2022"`; for `class` write `cls`).

        Raises:
            QueryError: refused (it would write, or reach files or the network), faulty, or not finished in time.
        """
        named = sparql.named_queries().get(question)
        if named:
            question = named.bind(self._store.quads, {"class" if k == "cls" else k: v for k, v in given.items()})
        if not self._store.on_disk:
            return sparql.ask_store(self._store.quads, question, max_rows=max_rows)
        return sparql.run(self._store.path, question, timeout=timeout, max_rows=max_rows)

    def events(
        self, *, actor: str | None = None, cls: str | None = None, since: str | None = None, until: str | None = None
    ) -> list[EventRow]:
        """Events in order of time.

        Args:
            actor: name, QID or IRI of an actor on either side.
            cls: PLOVER class, SAY or DENY.
            since: first day, month or year (ISO 8601); undated events are left out.
            until: last day, month or year.

        Raises:
            QueryError: the graph has no such actor.
        """
        wanted = {node.value for node in sparql.actors_named(self._store.quads, actor)} if actor else None
        return [row for row in tables.events(self._store.quads)
                if (wanted is None or row.source in wanted or row.target in wanted)
                and (cls is None or row.cls == cls.upper()) and _within(row.begins, since, until)]

    def evidence(self, event: str | None = None) -> list[EvidenceRow]:
        """The sentences that say an event (its IRI), or all of them."""
        return [row for row in tables.evidence(self._store.quads) if event in (None, row.event)]

    def actors(self) -> list[ActorRow]:
        """The actors that the articles mention."""
        return tables.actors(self._store.quads)

    def offices(self) -> list[OfficeRow]:
        """The offices that the articles state."""
        return tables.offices(self._store.quads)

    def articles(self) -> list[ArticleRow]:
        """The articles."""
        return tables.articles(self._store.quads)

    def readings(self) -> Iterator[Reading]:
        """What was found in each article, with all offsets."""
        return self._store.readings()

    # ── taking away ──────────────────────────────────────────────────────────────────────────────────────────────────

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """Actors as nodes, events with a target as edges (key = IRI of the event).

        An edge is a claim: `standing` is `done`, `attributed`, `hypothetical` or `negated`.
        """
        return export.multigraph(self._store)

    def to_turtle(self, path: Path | str | None = None) -> str:
        """The graph as Turtle, also written to `path` where one is given."""
        data = export.rdf_bytes(self._store)
        if path is not None:
            Path(path).write_bytes(data)
        return data.decode()

    def to_rdflib(self) -> Dataset:
        """The graph as an rdflib `Dataset`: a named graph for each article, their union as default graph."""
        return self._store.dataset()

    def to_html(self, path: Path | str, **options: Any) -> Path:
        """One self-contained page; `options` as in `kg.view.write_view`."""
        from kg.view import write_view

        return write_view(self.readings(), Path(path), identity=self._store.identity(), **options)

    def export(self, path: Path | str, format: export.Format | None = None) -> list[Path]:  # noqa: A002 - the CLI's word
        """Any format of `kg.export`."""
        return export.export(self._store, path, format)

    def close(self) -> None:
        """Release the folder."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _within(day: str | None, since: str | None, until: str | None) -> bool:
    """Compare ISO dates of different precision: `2022` begins and ends with its first and last day."""
    if since is None and until is None:
        return True
    return day is not None and (since is None or day >= since) and (until is None or day[: len(until)] <= until)


def build(
    paths: Iterable[Path | str] | Path | str, output: Path | str | None = None, settings: Settings | None = None
) -> Graph:
    """Read articles (files or folders) into a graph, in memory or, with `output`, in a folder that grows.

    Raises:
        ArticleError: no articles there; single ones that cannot be read are in `Graph.problems`.
        ModelError, OntologyError, StoreError: see there.
    """
    from kg import articles, pipeline
    from kg.settings import load as load_settings

    sources = [paths] if isinstance(paths, Path | str) else list(paths)
    if output is not None:
        report = pipeline.build(sources, Path(output), settings)
        return Graph(Store.open(output), report.problems)
    settings = settings or load_settings()
    batch = articles.load(sources)
    model = settings.language.model or None
    outcomes = list(pipeline.read_articles(batch.articles, pipeline.Engine(model), model=model,
                                           workers=settings.build.workers, cache=_cache(settings)))
    problems = (*batch.problems, *(o for o in outcomes if isinstance(o, ArticleError)))
    return Graph(Store.in_memory(o for o in outcomes if isinstance(o, Reading)), problems)


def _cache(settings: Settings) -> pipeline.ReadingCache | None:
    from kg.pipeline import ReadingCache

    return ReadingCache() if settings.build.cache else None


def open(output: Path | str) -> Graph:  # noqa: A001 - kg.open(…) reads well, and modules rarely open files
    """A graph that was built before.

    Raises:
        StoreError: there is none.
    """
    return Graph(Store.open(output))
