"""Articles → readings → graph: the only module that knows both sides.

A reading depends on the article, the language pipeline, the ontology and the code of extraction, and on nothing else;
it is kept in this user's cache under the digest of all four, so that an interrupted build goes on where it stopped and
a second one has nothing to do.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import ArticleError
from kg.model import Article, Reading
from kg.resources import cache_dir

if TYPE_CHECKING:
    from spacy.language import Language

    from kg.knowledge import Knowledge
    from kg.lexicon import Lexicon

__all__ = ["Engine", "ReadingCache", "read_articles"]

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

    @cached_property
    def digest(self) -> str:
        """Hex digest of everything but the article that a reading depends on."""
        from kg import language

        parts = (language.digest(self.nlp), self.knowledge.digest, self.lexicon.digest, _code_digest())
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    def read(self, article: Article) -> Outcome:
        """The article's reading, or the problem that stopped it (collected, so that the batch goes on)."""
        from kg import language, reader

        if len(article.text) > self.nlp.max_length:
            return ArticleError(f"longer than {self.nlp.max_length:,} characters", where=article.id, remedy="split it")
        try:
            with self.nlp.memory_zone():  # without it, each new word of a long run stays in memory
                doc = next(iter(language.parse(self.nlp, [article.text])))
                return reader.read(article, doc, self.knowledge, self.lexicon)
        except Exception as error:  # a fault of ours must not lose the other articles: it is reported by name
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
    articles: Sequence[Article],
    engine: Engine,
    *,
    model: str | None = None,
    workers: int = 1,
    cache: ReadingCache | None = None,
    progress: Callable[[], None] = lambda: None,
) -> Iterator[Outcome]:
    """Readings (or problems) of `articles` in their order; `progress` is called after each.

    `workers` processes read side by side (0: one for each core); each loads the pipeline `model` once.
    """
    keys = {article.id: reading_key(article, engine.digest) for article in articles}
    kept = {article.id: cache.get(keys[article.id]) if cache else None for article in articles}
    waiting = _outcomes([article for article in articles if kept[article.id] is None], engine, model, workers)
    for article in articles:
        outcome: Outcome | None = kept[article.id]
        if outcome is None:
            outcome = next(waiting)
            if cache and isinstance(outcome, Reading):
                cache.put(keys[article.id], outcome)
        progress()
        yield outcome


def _outcomes(articles: Sequence[Article], engine: Engine, model: str | None, workers: int) -> Iterator[Outcome]:
    workers = min(workers or os.cpu_count() or 1, len(articles))
    if workers <= 1:
        yield from map(engine.read, articles)
        return
    with ProcessPoolExecutor(workers, initializer=_worker_engine, initargs=(model,)) as pool:
        yield from pool.map(_read_in_worker, ((model, article) for article in articles), chunksize=4)


@cache
def _worker_engine(model: str | None) -> Engine:
    return Engine(model)


def _read_in_worker(task: tuple[str | None, Article]) -> Outcome:
    model, article = task
    return _worker_engine(model).read(article)


@cache
def _code_digest() -> str:
    """Digest of the package's code: a newer version reads anew."""
    folder = Path(__file__).parent
    files = sorted(folder.rglob("*.py"))
    content = b"\x1f".join(file.relative_to(folder).as_posix().encode() + file.read_bytes() for file in files)
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: counts of articles, and what went wrong with the others."""

    added: tuple[str, ...]
    unchanged: tuple[str, ...]
    problems: tuple[ArticleError, ...]
