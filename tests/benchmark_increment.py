"""How long `kg build` takes for one more article in a large folder, beyond reading it.

    python tests/benchmark_increment.py [ARTICLES] [FOLDER]     # 10,000 by default; the first build takes many minutes

The folder is filled with readings of the sample articles, again and again, each time with another id, date and outlet,
other names for the actors that the knowledge base lacks, some of the events, and a text of random words (which would
otherwise be a copy); they go through `Store.update` like any reading. What is timed are whole commands of a user's: a
sample article is read, added and withdrawn, without the cache of readings. A FOLDER that is given is kept, and not
filled again.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path

from places import ROOT

from kg import articles, export, pipeline
from kg.model import Actor, Reading
from kg.store import Store

WORDS = [f"palabra{number}" for number in range(5000)]
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo")
OUTLETS = ("Agencia Uno", "Diario Dos", "Crónica Tres", "Correo Cuatro")
LENGTH, EVENTS = 250, 10
"""Words and events of each article: a short dispatch."""
TOGETHER = 500
"""Articles of one update: that many readings are in memory."""


def disguised(reading: Reading, number: int, folder: Path) -> Reading:
    """The reading as that of another article, whose file is written."""
    rng = random.Random(number)
    date = f"20{rng.randint(11, 24)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    file = folder / f"{date}-{number:05d}.md"
    words = rng.choices(WORDS, k=LENGTH)
    file.write_text(f"---\ntitle: Crónica {number}\ndate: {date}\nsource: {rng.choice(OUTLETS)}\n"
                    f"url: https://example.org/{number}\n---\n{' '.join(words)}.\n", "utf-8")
    actors = tuple(actor if actor.key else renamed(actor, rng) for actor in reading.actors)
    events = tuple(replace(e, time=e.time and date) for e in rng.sample(reading.events, min(EVENTS, len(reading.events))))
    return replace(reading, article=articles.read_file(file), actors=actors, events=events)


def renamed(actor: Actor, rng: random.Random) -> Actor:
    """The actor with another last name, by which it sounds unlike most others."""
    name = "".join(rng.choices(SYLLABLES, k=3)).title()
    mentions = tuple(replace(m, span=replace(m.span, text=f"{m.span.text} {name}")) for m in actor.mentions)
    return replace(actor, label=f"{actor.label} {name}", mentions=mentions)


def fill(folder: Path, number: int) -> None:
    """Articles, and a store that holds their readings, as `kg build` would have made it."""
    engine = pipeline.Engine()
    samples = [r for r in pipeline.read_articles(articles.load([ROOT / "seeds"]).articles, engine, cache=pipeline.ReadingCache())
               if isinstance(r, Reading)]
    (folder / "news").mkdir(parents=True)
    start = time.perf_counter()
    made = (disguised(samples[n % len(samples)], n, folder / "news") for n in range(number))
    while part := list(islice(made, TOGETHER)):
        with Store.open(folder / "output", write=True) as store:
            store.update(part)
        print(f"{time.perf_counter() - start:.0f} s: {part[-1].article.id}", file=sys.stderr, flush=True)
    with Store.open(folder / "output", write=True) as store:
        export.write_exports(store)
    print(f"{number:,} articles added in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    fill(Path(sys.argv[2]), int(sys.argv[1]))
