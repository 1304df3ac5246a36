"""Articles → readings → graph: the only module that knows both sides.

A reading depends on the article, the language pipeline, the ontology and the code of extraction, and on nothing else;
it is kept in this user's cache under the digest of all four, so that an interrupted build goes on where it stopped and
a second one has nothing to do.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kg import articles
from kg.errors import ArticleError
from kg.model import Article, Reading
from kg.resources import cache_dir, ontology_dir
from kg.settings import Settings
from kg.settings import load as load_settings

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from kg.identity import Decision, Verdict
    from kg.knowledge import Knowledge
    from kg.lexicon import Lexicon
    from kg.store import Store

__all__ = ["BuildReport", "Engine", "Outcome", "ReadingCache", "build", "read_articles", "reading_key", "remove"]

ENGINE = "engine"
"""In the index: digest of what made the readings."""

TOGETHER = 12_000
"""Characters of articles that are parsed together: some 2,000 words, enough for short articles to be read at full speed."""

FEW = 500
"""Up to so many articles Turtle, TriG and the page are written by every build: some ten seconds."""
SHARE = 10
"""With more, by a build that adds or changes one in so many: it has taken longer anyway."""

Outcome = Reading | ArticleError


class Engine:
    """The loaded language pipeline, actor knowledge base and lexicon: all that reading an article takes.

    Raises:
        ModelError: no such pipeline, or it lacks what extraction needs.
        OntologyError: a broken line under `ontology/`.
    """

    def __init__(self, model: str | None = None) -> None:
        from kg import knowledge, language, lexicon

        self.nlp: Language = language.load(model or None)
        self.knowledge: Knowledge = knowledge.load()
        self.lexicon: Lexicon = lexicon.load()
        gc.collect()
        gc.freeze()  # millions of objects that stay: no use to look through them again and again

    @cached_property
    def digest(self) -> str:
        """Hex digest of everything but the article that a reading depends on."""
        from kg import language

        parts = (language.digest(self.nlp), self.knowledge.digest, self.lexicon.digest, _code_digest())
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    def read(self, article: Article, without: Collection[str] = ()) -> Outcome:
        """The article's reading, or the problem that stopped it (collected, so that the batch goes on).

        `without` names parts of the extraction to leave out (`kg.reader.PARTS`).
        """
        from kg import language

        if not self._fits(article):
            return ArticleError(f"longer than {self.nlp.max_length:,} characters", where=article.id, remedy="split it")
        try:
            doc = next(iter(language.parse(self.nlp, [article.text])))
        except Exception as error:  # a fault of ours must not lose the other articles: it is reported by name
            return _fault(article, error)
        return self._read(article, doc, without)

    def read_together(self, batch: Sequence[Article]) -> list[Outcome]:
        """The same for a few articles, in their order; they are parsed together, which takes less time."""
        from kg import language

        try:
            docs = list(language.parse(self.nlp, [article.text for article in batch if self._fits(article)]))
        except Exception:  # one by one, to know which it is
            return [self.read(article) for article in batch]
        parsed = iter(docs)
        return [self._read(article, next(parsed)) if self._fits(article) else self.read(article) for article in batch]

    def _fits(self, article: Article) -> bool:
        return len(article.text) <= self.nlp.max_length

    def _read(self, article: Article, doc: Doc, without: Collection[str] = ()) -> Outcome:
        from kg import reader

        try:
            return reader.read(article, doc, self.knowledge, self.lexicon, without)
        except Exception as error:  # as above
            return _fault(article, error)


def _fault(article: Article, error: Exception) -> ArticleError:
    problem = ArticleError(f"internal fault ({type(error).__name__}: {error})", where=article.id,
                           remedy="please report it with the article")
    problem.__cause__ = error
    return problem


class ReadingCache:
    """Readings on disk under their digests; safe for several processes."""

    KEEP = 100_000
    """Readings kept; the oldest go first."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or cache_dir() / "readings.sqlite"
        with closing(self._open()) as db, db:
            db.execute("CREATE TABLE IF NOT EXISTS readings (key TEXT PRIMARY KEY, data BLOB NOT NULL)")
            db.execute("DELETE FROM readings WHERE rowid <= (SELECT max(rowid) FROM readings) - ?", (self.KEEP,))

    def get(self, key: str) -> Reading | None:
        """The reading of that key, None when it is not kept."""
        with closing(self._open()) as db:
            row = db.execute("SELECT data FROM readings WHERE key = ?", (key,)).fetchone()
        return Reading.from_json(json.loads(zlib.decompress(row[0]))) if row else None

    def there(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of the keys that are kept."""
        with closing(self._open()) as db:
            found = (db.execute("SELECT key FROM readings WHERE key = ?", (key,)).fetchone() for key in keys)
            return frozenset(row[0] for row in found if row)

    def put(self, key: str, reading: Reading) -> None:
        """Keep a reading."""
        data = zlib.compress(json.dumps(reading.to_json(), ensure_ascii=False).encode())
        with closing(self._open()) as db, db:
            db.execute("INSERT OR REPLACE INTO readings VALUES (?, ?)", (key, data))

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=60)


def reading_key(article: Article, engine_digest: str) -> str:
    """Digest (hex) of all that the article's reading depends on."""
    return hashlib.sha256(f"{article.digest}\x1f{engine_digest}".encode()).hexdigest()


def read_articles(
    batch: Sequence[Article],
    engine: Engine,
    *,
    model: str | None = None,
    workers: int = 1,
    cache: ReadingCache | None = None,
    progress: Callable[[], None] = lambda: None,
) -> Iterator[Outcome]:
    """Readings (or problems) of the `batch` in its order; `progress` is called after each.

    `workers` processes read side by side (0: one for each core); each loads the pipeline `model` once.
    """
    keys = {article.id: reading_key(article, engine.digest) for article in batch}
    kept = cache.there(keys.values()) if cache else frozenset()
    waiting = _outcomes([article for article in batch if keys[article.id] not in kept], engine, model, workers)
    for article in batch:
        key, outcome = keys[article.id], None
        if cache and key in kept:
            outcome = cache.get(key) or engine.read(article)  # another process may have thrown it out
        else:
            outcome = next(waiting)
            if cache and isinstance(outcome, Reading):
                cache.put(key, outcome)
        progress()
        yield outcome


def _outcomes(batch: Sequence[Article], engine: Engine, model: str | None, workers: int) -> Iterator[Outcome]:
    groups = list(_groups(batch))
    workers = min(workers or os.cpu_count() or 1, len(groups))
    if workers <= 1:
        yield from chain.from_iterable(map(engine.read_together, groups))
        return
    with ProcessPoolExecutor(workers, initializer=_worker_engine, initargs=(model,)) as pool:
        yield from chain.from_iterable(pool.map(_read_in_worker, ((model, group) for group in groups)))


def _groups(batch: Iterable[Article]) -> Iterator[list[Article]]:
    """The articles in groups of about `TOGETHER` characters, one longer than that alone."""
    group: list[Article] = []
    size = 0
    for article in batch:
        if group and size + len(article.text) > TOGETHER:
            yield group
            group, size = [], 0
        group.append(article)
        size += len(article.text)
    if group:
        yield group


@cache
def _worker_engine(model: str | None) -> Engine:
    return Engine(model)


def _read_in_worker(task: tuple[str | None, list[Article]]) -> list[Outcome]:
    model, group = task
    return _worker_engine(model).read_together(group)


@cache
def _code_digest() -> str:
    """Digest of the package's code and of the tables under `ontology/`: a newer version reads anew."""
    content = hashlib.sha256()
    for folder, pattern in ((Path(__file__).parent, "*.py"), (ontology_dir(), "*.tsv")):
        for file in sorted(folder.rglob(pattern)):
            content.update(file.relative_to(folder).as_posix().encode() + b"\x1f" + file.read_bytes() + b"\x1f")
    return content.hexdigest()


# --- the whole way ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: ids of articles by what became of them, and what went wrong with the others."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    problems: tuple[ArticleError, ...]
    files: tuple[Path, ...]
    """What was written for people: Turtle, TriG, the readings, the HTML page."""


def build(
    sources: Iterable[str | Path],
    output: Path,
    settings: Settings | None = None,
    *,
    progress: Callable[[int], Callable[[], None]] = lambda total: lambda: None,
) -> BuildReport:
    """Read articles and merge them into the graph of `output`, which is created when missing.

    Only new and changed articles are read; all others in the folder stay. `progress` is told the number of articles to
    read and gives back what to call after each.

    Raises:
        ArticleError: no articles there. ModelError, OntologyError, StoreError: see there.
    """
    from kg.store import Store

    settings = settings or load_settings()
    paths = articles.find(sources)
    with Store.open(output, write=True) as store:
        engine = Engine(settings.language.model or None)
        same_engine = store.meta(ENGINE) == engine.digest
        seen = store.seen(map(articles.absolute, paths)) if same_engine else {}
        batch = articles.load_files(paths, {path: articles.Seen(*file) for path, file in seen.items()})
        known = store.digests(article.id for article in batch.articles) if same_engine else {}
        fresh = [article for article in batch.articles if known.get(article.id) != article.digest]
        problems = list(batch.problems)
        cache = ReadingCache() if settings.build.cache else None
        outcomes = read_articles(fresh, engine, model=settings.language.model or None, cache=cache,
                                 workers=settings.build.workers, progress=progress(len(fresh)))
        changes = store.update(_sound(outcomes, problems))
        store.note_seen(batch.seen)
        store.note(ENGINE, engine.digest)
        files = _write_files(store, settings, len(changes.added) + len(changes.changed))
    same = (*(file.id for file in batch.unchanged), *(a.id for a in batch.articles if known.get(a.id) == a.digest))
    return BuildReport(changes.added, changes.changed, (*same, *changes.unchanged), tuple(problems), files)


def _sound(outcomes: Iterable[Outcome], problems: list[ArticleError]) -> Iterator[Reading]:
    """The readings one by one, whatever their number; what went wrong is added to `problems`."""
    for outcome in outcomes:
        if isinstance(outcome, Reading):
            yield outcome
        else:
            problems.append(outcome)


def remove(output: Path, article: str, settings: Settings | None = None) -> None:
    """Withdraw one article; the page and the exports follow.

    Raises:
        StoreError: no graph there, or no such article in it.
    """
    from kg.store import Store

    with Store.open(output, write=True, create=False) as store:
        store.withdraw(article)
        _write_files(store, settings or load_settings(), 1)


def decide(
    output: Path, verdict: Verdict, one: str, other: str, why: str = "", *, settings: Settings | None = None
) -> Decision:
    """Keep a person's decision on two actors and bring graph, exports and page into step; see `kg.roster.rule`."""
    from kg import roster
    from kg.store import Store

    with Store.open(output, write=True, create=False) as store:
        decision = roster.rule(store, verdict, one, other, why)
        _write_files(store, settings or load_settings(), 1)
    return decision


def _write_files(store: Store, settings: Settings, changed: int) -> tuple[Path, ...]:
    """Bring what people look at into step with the graph; the files that are there.

    The whole graph is written, however little has changed. With many articles that takes far longer than the change, so
    it is left to `kg export` and `kg view`, unless the settings say otherwise or many have changed; the store has removed
    what is out of date.
    """
    from kg.export import write_exports

    count = store.count
    if settings.build.files == "always" or count <= FEW or changed * SHARE >= count:
        write_exports(store)
        _write_page(store, settings)
    shown = (store.output / name for name in ("graph.ttl", "graph.trig", "readings.jsonl", "graph.html"))
    return tuple(path for path in shown if path.is_file())


def _write_page(store: Store, settings: Settings) -> None:
    """Write the page after a change only: what `kg view` wrote with other options stays."""
    from kg.view import write_view

    page, revision = store.output / "graph.html", store.meta("revision")
    if store.meta("page") != revision or not page.is_file():
        chosen = settings.view
        write_view(store.readings(), page, identity=store.identity(), language=chosen.language, size_by=chosen.size_by)
        store.note("page", revision)
