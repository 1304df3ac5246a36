"""The sample articles are what they claim to be, and the hand annotation of ten of them is sound."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from places import ROOT, SHARED

from kg import articles
from kg.classes import event_classes
from kg.model import ActorType, Article, Modality, Polarity

SEEDS = ROOT / "seeds"
GOLD = sorted((ROOT / "tests" / "gold").glob("*.json"))
OUTLETS = {"Redacción kg", "Agencia Meridiano", "Crónica del Estrecho", "Cuaderno Exterior"}
EVENT_KEYS = ("n", "sentence", "source", "class", "predicate", "target", "topic", "polarity", "modality", "attributed_to",
              "time", "required")
TIME = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?(/\d{4}(-\d{2}(-\d{2})?)?)?")


@pytest.fixture(scope="module")
def seeds() -> dict[str, Article]:
    batch = articles.load([SEEDS])
    assert not batch.problems
    return {article.id: article for article in batch.articles}


def load_gold(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return data


def shingles(text: str, length: int = 9) -> set[tuple[str, ...]]:
    """Runs of `length` words, for telling copied sentences from common phrases."""
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


def test_every_article_file_is_read_and_the_readme_is_not(seeds: dict[str, Article]) -> None:
    assert set(seeds) == {path.stem for path in SEEDS.glob("*.md")} - {"README"}
    assert len(seeds) >= 14


def test_front_matter_is_complete(seeds: dict[str, Article]) -> None:
    for stem, article in seeds.items():
        assert article.date is not None and stem.startswith(article.date), stem
        assert article.title and article.source in OUTLETS, stem
        assert (article.url or "").startswith("https://example.org/") and article.language == "es", stem
    assert len({article.url for article in seeds.values()}) == len(seeds)


def test_articles_have_the_length_of_agency_news(seeds: dict[str, Article]) -> None:
    assert {stem: n for stem, article in seeds.items() if not 300 <= (n := len(article.text.split())) <= 700} == {}


def test_quotes_close_and_all_styles_occur(seeds: dict[str, Article]) -> None:
    for stem, article in seeds.items():
        for opening, closing in ("«»", "“”", "()"):
            assert article.text.count(opening) == article.text.count(closing), stem
        assert article.text.count('"') % 2 == 0, stem
    together = "".join(article.text for article in seeds.values())
    assert all(mark in together for mark in "«“\"—")


def test_the_seeds_are_not_taken_from_the_evaluation_texts(seeds: dict[str, Article], shared: Path) -> None:
    files = (*shared.glob("gold/texts/*.txt"), *shared.glob("seeds/*.txt"))
    theirs = {shingle for file in files for shingle in shingles(file.read_text("utf-8"))}
    assert {stem for stem, article in seeds.items() if shingles(article.text) & theirs} == set()


def test_at_least_eight_articles_are_annotated() -> None:
    assert len(GOLD) >= 8
    assert sum(event["required"] for path in GOLD for event in load_gold(path)["events"]) >= 250


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_actors_are_distinct_and_their_names_stand_in_the_text(path: Path, seeds: dict[str, Article]) -> None:
    gold = load_gold(path)
    text = seeds[path.stem].text
    assert gold["article"] == path.stem and gold["date"] == seeds[path.stem].date and gold["date_basis"]
    ids = [actor["id"] for actor in gold["actors"]]
    assert len(set(ids)) == len(ids)
    assert all(actor["type"] in get_args(ActorType) and actor["label"] for actor in gold["actors"])
    assert [alias for actor in gold["actors"] for alias in actor["aliases"] if alias not in text] == []
    assert [actor["id"] for actor in gold["actors"] if not actor["aliases"]] == []


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_events_use_the_vocabulary_and_quote_the_text(path: Path, seeds: dict[str, Article]) -> None:
    gold = load_gold(path)
    text, ids, classes = seeds[path.stem].text, {actor["id"] for actor in gold["actors"]}, set(event_classes())
    assert [event["n"] for event in gold["events"]] == list(range(1, len(gold["events"]) + 1))
    for event in gold["events"]:
        where = f"{path.stem}, event {event['n']}"
        assert tuple(event) == EVENT_KEYS, where
        assert {event["source"], event["target"], event["attributed_to"]} - {None} <= ids, where
        assert event["class"] in classes and event["predicate"], where
        assert event["polarity"] in get_args(Polarity) and event["modality"] in get_args(Modality), where
        assert event["sentence"] in text and (event["topic"] or "") in text, where
        assert event["target"] or event["topic"], where
        assert event["target"] != event["source"], where
        assert event["time"] is None or TIME.fullmatch(event["time"]), where


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_no_event_is_annotated_twice(path: Path) -> None:
    keys = [tuple(event[k] for k in EVENT_KEYS if k not in ("n", "sentence", "required", "time", "predicate"))
            for event in load_gold(path)["events"]]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_offices_name_known_actors(path: Path) -> None:
    gold = load_gold(path)
    types = {actor["id"]: actor["type"] for actor in gold["actors"]}
    for office in gold["offices"]:
        assert set(office) <= {"person", "office", "of", "former"} and office["office"]
        assert types[office["person"]] == "person"
        assert office["of"] is None or office["of"] in types


def test_evaluation_data_are_somewhere_else() -> None:
    assert not SHARED.is_relative_to(ROOT)
