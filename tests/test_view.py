"""The HTML view without a browser: one file, deterministic, inert."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hostile import PAYLOADS, hostile
from synthetic import article, event, reading, synthetic

from kg.model import Event, Evidence, Span
from kg.network import gather
from kg.view import html, to_pyvis, write_view


def data_of(page: str) -> dict[str, Any]:
    (block,) = re.findall(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)
    return json.loads(block)


def test_same_readings_in_any_order_give_the_same_bytes() -> None:
    readings = synthetic(18, 90)
    assert html(readings) == html(reversed(readings))


def test_one_file_that_asks_for_nothing(tmp_path: Path) -> None:
    path = write_view(synthetic(18, 90), tmp_path / "new" / "graph.html", title="Prueba")
    page = path.read_text(encoding="utf-8")
    ours = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!#)""", ours)
    assert "@import" not in page and "cdnjs" not in page and "jsdelivr" not in page
    assert "default-src 'none'" in page
    assert "dual licensed under both" in page  # vis-network's notice


def test_policy_allows_exactly_the_scripts_in_the_file() -> None:
    page = html(synthetic(5, 10))
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 2
    digests = {base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts}
    assert digests == set(re.findall(r"'sha256-([^']+)'", page.split("style-src")[0]))
    assert "unsafe" not in re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]


def test_hostile_texts_cannot_leave_their_block() -> None:
    page = html(hostile(), title=PAYLOADS[0])
    assert page.count("<script") - html([]).count("<script") == 0
    assert "window.pwned=1</script>" not in page
    assert "<img src=x" not in page
    page.encode("utf-8")
    data = data_of(page)
    assert any(PAYLOADS[0] in label for label in data["nodes"]["label"])


def test_long_texts_are_cut_and_the_trigger_is_found_again() -> None:
    page = html(hostile())
    assert len(page) < len(html([])) + 300_000
    text = "😀 " * 900 + "Rusalia amenaza a Otania" + " fin" * 900
    start = text.index("amenaza")
    evidence = Evidence(Span(50, 50 + len(text), text), Span(50 + start, 50 + start + 7, "amenaza"), "verb", 0.9)
    data = data_of(html([reading(article(1), [Event("a0", "THREATEN", "amenazar", evidence, "a1")])]))
    claims = data["claims"]
    sentence = data["strings"][claims["sentence"][0]].encode("utf-16-le")
    start, length = claims["start"][0] * 2, claims["length"][0] * 2
    assert sentence[start:start + length].decode("utf-16-le") == "amenaza"
    assert len(sentence) < 4000


def test_payload_says_everything_once() -> None:
    readings = synthetic(18, 120)
    data = data_of(html(readings))
    assert len(data["claims"]["edge"]) == sum(len(r.events) for r in readings)
    assert all(len(c) == len(data["claims"]["edge"]) for c in data["claims"].values())
    assert max(data["claims"]["edge"]) == len(data["edges"]["from"]) - 1
    assert len(data["articles"]["id"]) == len(readings)
    assert len(set(data["strings"])) == len(data["strings"])


def test_pyvis_model() -> None:
    claims = gather([reading(article(n), [event("a0", "AID", "a1"), event("a1", "ACCUSE", "a0", polarity="negated")])
                     for n in range(3)])
    net = to_pyvis(claims)
    assert {n["label"] for n in net.nodes} == {"Otania", "Rusalia"}
    assert [(e["quadrant"], e["standing"], e["claims"]) for e in net.edges] == [(1, 0, 3), (2, 3, 3)]
    assert all(n["physics"] is False for n in net.nodes)


def test_nothing_to_show() -> None:
    assert data_of(html([]))["nodes"]["key"] == []


@pytest.mark.slow
def test_size_and_time_of_large_views(capsys: pytest.CaptureFixture[str]) -> None:
    from time import perf_counter

    for actors, claims in ((300, 1500), (5000, 30000)):
        readings = synthetic(actors, claims)
        start = perf_counter()
        size = len(html(readings).encode())
        with capsys.disabled():
            print(f"\n{actors} actors, {claims} claims: {size / 1e6:.1f} MB in {perf_counter() - start:.1f} s")
        assert size < 20e6
