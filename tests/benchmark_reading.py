"""How long it takes to read: the language pipeline, linking of actors, and events; and the same with ten times the actors.

    python tests/benchmark_reading.py [FILES OR FOLDERS]     # the examples by default; a minute

Times are of the processor, after a first round that loads everything. Linking is all of `kg.actors` and the offices. That the
parse is put into plain objects (`kg.tokens.Text`) serves linking and events alike, and is shown apart.
"""

from __future__ import annotations

import gc
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kg import articles, knowledge, language, lexicon, ontology
from kg.actors import resolve
from kg.events import extract_events
from kg.knowledge import Knowledge
from kg.lexicon import Lexicon
from kg.model import Article
from kg.names import sound
from kg.offices import find_offices
from kg.tokens import Text

ROUNDS = 3
COPIES = 9
VOWELS, CONSONANTS = "aeiou", "bcdfglmnprstv"


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the processor, and what came out."""
    start = time.process_time()
    result = action()
    return time.process_time() - start, result


def renamed(name: str, rng: random.Random) -> str:
    """A made-up name of the same shape: «dmitri peskov» → «transo lupilt»."""
    pick = {True: VOWELS, False: CONSONANTS}
    return "".join(rng.choice(pick[c in VOWELS]) if c.isalpha() else c for c in name)


def enlarged(index: dict[str, Any], copies: int = COPIES) -> dict[str, Any]:
    """The compiled actors with `copies` more of each under other names.

    Every second copy of a name of several words is a namesake («Iván Putin»), the others are made up.
    """
    rng = random.Random(3)
    firsts = sorted({form.split()[0] for form in index["forms"] if " " in form})
    larger = {name: dict(table) if isinstance(table, dict) else list(table) for name, table in index.items()}
    for number in range(copies):
        for key, entry in index["entries"].items():
            larger["entries"][f"{key}~{number}"] = entry
        for form, rows in index["forms"].items():
            words = form.split()
            namesake = len(words) > 1 and rng.random() < 0.5
            new = " ".join([rng.choice(firsts), *words[1:]] if namesake else [renamed(word, rng) for word in words])
            larger["forms"].setdefault(new, [[f"{row[0]}~{number}", *row[1:]] for row in rows])
            for word in {new.split()[0], new.split()[-1]}:
                larger["sounds"][sound(word)] = [*larger["sounds"].get(sound(word), ()), new]
        for surname, keys in index["surnames"].items():
            larger["surnames"].setdefault(renamed(surname, rng), [f"{key}~{number}" for key in keys])
    return larger


def linking(texts: Sequence[Text], batch: Sequence[Article], known: Knowledge) -> list[Any]:
    """The cast of every article."""
    found = []
    for text, article in zip(texts, batch, strict=True):
        cast = resolve(text, known, article.date)
        find_offices(text, cast, known, article.date)
        found.append(cast)
    return found


def measure(batch: Sequence[Article], known: Knowledge, larger: Knowledge, words: Lexicon) -> dict[str, float]:
    """Seconds of each step; the best of some rounds."""
    nlp = language.load()
    times: dict[str, list[float]] = {}
    for _ in range(ROUNDS + 1):
        seconds, docs = timed(lambda: list(language.parse(nlp, [a.text for a in batch])))
        times.setdefault("language", []).append(seconds)
        reading, texts = timed(lambda docs=docs: [Text(doc) for doc in docs])  # type: ignore[misc]
        seconds, casts = timed(lambda texts=texts: linking(texts, batch, known))  # type: ignore[misc]
        times.setdefault("words made ready", []).append(reading)
        times.setdefault("linking", []).append(seconds)
        seconds, _ = timed(lambda texts=texts: linking(texts, batch, larger))  # type: ignore[misc]
        times.setdefault("linking, ten times the actors", []).append(seconds)
        seconds, _ = timed(lambda texts=texts, casts=casts: [  # type: ignore[misc]
            extract_events(text, cast, words, article.date) for text, cast, article in zip(texts, casts, batch, strict=True)])
        times.setdefault("events", []).append(seconds)
    return {name: min(rounds[1:]) for name, rounds in times.items()}


def main() -> None:
    """Print words a second of each step, and its share of the language pipeline's time."""
    sources = sys.argv[1:] or [str(Path(__file__).parents[1] / "seeds")]
    batch = articles.load(sources).articles
    words = sum(len(a.text.split()) for a in batch)
    index, digest = ontology.actor_index()
    known, larger = knowledge.load(), Knowledge(enlarged(dict(index)), digest)
    gc.collect()
    gc.freeze()
    times = measure(batch, known, larger, lexicon.load())
    print(f"{len(batch):,} articles, {words:,} words; {len(known):,} actors, then {len(larger):,}")
    for name, seconds in times.items():
        share = seconds / times["language"]
        print(f"{name:30} {words / seconds:9,.0f} words/s {seconds / words * 1e6:7.1f} µs/word {share:7.1%}")
    print(f"{'all':30} {words / sum(times[n] for n in ('language', 'words made ready', 'linking', 'events')):9,.0f} words/s")


if __name__ == "__main__":
    main()
