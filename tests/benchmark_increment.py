"""How long one more article takes in a large folder.

    python tests/benchmark_increment.py [ARTICLES]     # 10,000 by default; the first build takes minutes

Articles are made up: some 500 words and 25 events each (`tests/synthetic.py`), between 400 actors over five years.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from synthetic import synthetic

from kg.export import write_exports
from kg.model import Reading
from kg.store import Store

WORDS = [f"palabra{number}" for number in range(5000)]


def readings(articles: int) -> Iterator[Reading]:
    rng = random.Random(2)
    for reading in synthetic(actors=400, claims=articles * 25, per_article=25):
        text = " ".join(rng.choices(WORDS, k=500))
        yield replace(reading, article=replace(reading.article, text=text))


def main() -> None:
    """Print the seconds of the first build and of each step after it."""
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    made = list(readings(articles + 2))
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        with Store.open(folder, write=True) as store:
            store.update(made[:-2])
        print(f"build of {articles:,} articles: {time.perf_counter() - start:.1f} s")
        print(f"readings.jsonl {(Path(folder) / 'readings.jsonl').stat().st_size / 2**20:.0f} MB, store "
              f"{sum(p.stat().st_size for p in Path(folder, 'store').rglob('*') if p.is_file()) / 2**20:.0f} MB")
        for reading in made[-2:]:
            start = time.perf_counter()
            with Store.open(folder, write=True) as store:
                opened = time.perf_counter()
                store.update([reading])
                write_exports(store)
                added = time.perf_counter()
            print(f"one more: open {opened - start:.2f} s, update {added - opened:.2f} s, "
                  f"in all {time.perf_counter() - start:.2f} s")
        start = time.perf_counter()
        with Store.open(folder, write=True) as store:
            store.withdraw(made[0].article.id)
        print(f"withdraw one: {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
