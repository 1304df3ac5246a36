"""How long `kg build` takes for one more article in a large folder, beyond reading it.

    python tests/benchmark_increment.py [ARTICLES] [FOLDER]     # 10,000 by default; the first build takes many minutes

The folder is filled with readings of the sample articles, again and again, each time with another id, date and outlet,
other names for the actors that the knowledge base lacks, some of the events, and a text of random words (which would
otherwise be a copy); they go through `Store.update` like any reading. What is timed are whole commands of a user's: a
sample article is read, added and withdrawn, without the cache of readings; with the time, the memory and what is written to
disk. A FOLDER that is given is kept, and not filled again.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path

from places import ROOT

from kg import articles, pipeline
from kg.model import Actor, Reading
from kg.store import Store

SAMPLE = "2022-06-29-cumbre-madrid-invitacion.md"
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
            store.note(pipeline.ENGINE, engine.digest)
        print(f"{time.perf_counter() - start:.0f} s: {part[-1].article.id}", file=sys.stderr, flush=True)
    print(f"{number:,} articles added in {time.perf_counter() - start:.0f} s")


def measure(folder: Path) -> None:
    """Print the seconds of commands: as a clock shows them, and as the processor works for them."""
    (folder / "kg.toml").write_text("[build]\ncache = false\n")
    output = folder / "output"
    sample = (ROOT / "seeds" / SAMPLE).read_text("utf-8")
    timed(folder, "read", ROOT / "seeds" / SAMPLE)
    timed(folder, "build", "news", "--output", output)  # has a look at every file
    for name in ("2018-06-15-middle.md", "2099-12-31-last.md"):
        (folder / "news" / name).write_text(sample, "utf-8")
        timed(folder, "build", f"news/{name}", "--output", output)
    (folder / "news" / "2018-06-16-more.md").write_text(sample.replace("los ", "los mismos "), "utf-8")
    timed(folder, "build", "news", "--output", output)
    timed(folder, "query", output, "threats", "--timeout", "300")
    for name in ("2018-06-15-middle", "2099-12-31-last", "2018-06-16-more"):
        (folder / "news" / f"{name}.md").unlink()
        timed(folder, "remove", output, name)
    size = sum(file.stat().st_size for file in output.rglob("*") if file.is_file()) / 2**20
    print(f"readings.jsonl {(output / 'readings.jsonl').stat().st_size / 2**20:.0f} MB, all {size:.0f} MB")


def timed(folder: Path, *words: str | Path) -> None:
    start = time.perf_counter()
    command = [sys.executable, "-m", "kg", *map(str, words)]
    child = subprocess.Popen(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    child.returncode = 0  # `wait4` has told it
    shown = " ".join(word.name if isinstance(word, Path) else word for word in words)
    print(f"kg {shown:45} {time.perf_counter() - start:7.2f} s, work {used.ru_utime + used.ru_stime:6.2f} s, "
          f"memory {used.ru_maxrss / 1024:4.0f} MB, written {used.ru_oublock / 2048:6.1f} MB", flush=True)


def main() -> None:
    """Fill the folder, unless it is there, and measure."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else temporary).absolute()
        if not (folder / "output").exists():
            fill(folder, number)
        measure(folder)


if __name__ == "__main__":
    main()
