"""The view in a real browser, network off: it draws, answers clicks and keys, filters, exports, and nothing runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))
from hostile import PAYLOADS, hostile
from synthetic import article, event, reading, synthetic

from kg.report import report
from kg.view import html

Show = Callable[..., Any]


def opened(show: Show, document: str, *size: int) -> Any:
    page = show(document, *size)
    page.wait_for_function("window.kgView && window.kgView.ready", timeout=60_000)
    return page


def counts(page: Any) -> dict[str, int]:
    return page.evaluate("kgView.counts()")


def painted(page: Any) -> int:
    """Pixels of the canvas that are not empty."""
    return page.evaluate("""() => { const c = document.querySelector('#graph canvas');
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;
        for (let i = 3; i < d.length; i += 4) if (d[i]) n++; return n; }""")


@pytest.fixture
def small() -> str:
    return html([reading(article(1), [
        event("a0", "AID", "a1"), event("a1", "ASSAULT", "a2", attributed_to="a0"), event("a2", "ACCUSE", "a0"),
        event("a1", "MOBILIZE", "a0", polarity="negated"), event("a3", "SAY", None, topic="la frontera"),
    ]), reading(article(2, "2023-05-01"), [event("a0", "AID", "a1")])], title="Prueba")


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_it_draws_at_both_widths(show: Show, small: str, size: tuple[int, int]) -> None:
    page = opened(show, small, *size)
    assert painted(page) > 2000
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert "3 actores" in page.inner_text("#counts")


def test_a_click_on_an_edge_shows_its_sentences(show: Show, small: str) -> None:
    page = opened(show, small)
    edge = page.evaluate("kgView.edges()[0]")
    at, box = page.evaluate(f"kgView.edgePoint({edge})"), page.locator("#graph").bounding_box()
    page.mouse.click(box["x"] + at["x"], box["y"] + at["y"])
    page.wait_for_selector("#panel blockquote")
    assert page.inner_text("#panel mark") .startswith("ayuda a")
    assert page.locator("#panel .claim").count() == 2
    assert "Crónica número 2 · Agencia Uno · 2023-05-01" in page.inner_text("#panel .claim >> nth=0")
    assert page.get_attribute("#panel .source a >> nth=0", "href") == "https://example.org/2"
    assert "87 %" in page.inner_text("#panel")


def test_a_click_on_a_node_shows_its_partners_and_escape_closes(show: Show, small: str) -> None:
    page = opened(show, small)
    at, box = page.evaluate("kgView.nodePoint(0)"), page.locator("#graph").bounding_box()
    page.mouse.click(box["x"] + at["x"], box["y"] + at["y"])
    page.wait_for_selector("#panel h2")
    assert page.inner_text("#panel h2") == "Otania"
    assert page.locator(".partners button").count() == 2
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()


def test_search_completes_ignoring_accents_and_case(show: Show) -> None:
    page = opened(show, html(synthetic(18, 120)))
    page.keyboard.press("/")
    page.keyboard.type("UNION")
    assert page.inner_text("#matches li >> nth=0").startswith("Unión Continental")
    page.keyboard.press("Enter")
    assert page.inner_text("#panel h2") == "Unión Continental"
    page.fill("#search", "nadie así")
    assert "Ningún actor" in page.inner_text("#matches")


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_a_chosen_actor_is_shown_with_its_neighbours(show: Show, size: tuple[int, int]) -> None:
    page = opened(show, html(synthetic(18, 60)), *size)
    page.evaluate("kgView.select('test/14')")
    page.wait_for_selector("#panel h2")
    names = page.locator(".partners button .text").all_inner_texts()
    places = page.evaluate("""(names) => { const b = document.getElementById('graph').getBoundingClientRect(),
        p = document.getElementById('panel').getBoundingClientRect(), phone = innerWidth < 760;
        return names.map((n) => { const i = JSON.parse(document.getElementById('data').textContent).nodes.label.indexOf(n);
            const at = kgView.nodePoint(i); return [b.left + at.x, b.top + at.y, phone ? innerWidth : p.left,
                                                    phone ? p.top : innerHeight]; }); }""", names)
    assert len(places) > 1
    assert all(0 < x < right and 0 < y < bottom for x, y, right, bottom in places)


def test_what_is_only_said_is_off_at_first(show: Show, small: str) -> None:
    page = opened(show, small)
    assert counts(page)["relations"] == 2
    page.get_by_role("checkbox", name="Solo lo dice otro").check()
    assert counts(page)["relations"] == 3
    page.get_by_role("checkbox", name="Negado").check()
    assert counts(page)["relations"] == 4
    page.click("#show-table")
    assert page.locator("table.relations tbody tr").count() == 4
    assert "negado" in page.inner_text("table.relations")


def test_filters_by_quadrant_type_evidence_speaker_and_article(show: Show) -> None:
    page = opened(show, html(synthetic(18, 160)))
    everything = counts(page)["relations"]
    page.get_by_role("checkbox", name="Conflicto verbal").uncheck()
    fewer = counts(page)["relations"]
    assert 0 < fewer < everything
    page.click("#reset")
    assert counts(page)["relations"] == everything
    page.evaluate("e => { const i = document.getElementById('evidence'); i.value = 3; i.dispatchEvent(new Event('input')); }")
    page.wait_for_timeout(150)
    assert 0 < counts(page)["relations"] < everything
    page.click("#reset")
    page.select_option("#by", index=2)
    assert counts(page)["relations"] < everything


def test_the_date_slider_narrows(show: Show, small: str) -> None:
    page = opened(show, small)
    page.focus("#from")
    page.keyboard.press("End")
    page.wait_for_timeout(200)
    assert counts(page) == {"nodes": 2, "edges": 1, "actors": 2, "relations": 1}
    assert page.get_attribute("#from", "aria-valuetext") == "2023-05-01"


def test_tables_sort_and_open_the_panel(show: Show) -> None:
    page = opened(show, html(synthetic(18, 160)))
    page.click("#show-table")
    proofs = [int(t) for t in page.locator("table.relations tbody td:nth-child(4)").all_inner_texts()]
    assert proofs == sorted(proofs, reverse=True)
    page.click("table.relations tbody tr >> nth=0 >> button")
    assert page.locator("#panel .claim").count() == proofs[0]
    page.get_by_role("tab", name="Actores").click()
    assert page.locator("table.actors tbody tr").count() == counts(page)["actors"]
    page.get_by_role("tab", name="Hechos y frases").click()
    assert page.locator("table.claims tbody tr").count() == 100
    page.get_by_role("button", name="Siguiente").click()
    assert "Página 2" in page.inner_text(".pager")


def test_language_theme_and_colour(show: Show, small: str) -> None:
    page = opened(show, small)
    page.click("#language")
    assert "3 actors" in page.inner_text("#counts")
    assert page.get_attribute("html", "lang") == "en"
    before = page.get_attribute("html", "data-theme")
    page.click("#theme")
    assert page.get_attribute("html", "data-theme") != before
    page.select_option("#colour", "community")
    page.select_option("#size", "pagerank")
    assert painted(page) > 2000


def test_exports(show: Show, small: str) -> None:
    page = opened(show, small)
    for button, start in (("#export-png", b"\x89PNG"), ("#export-relations", b"\xef\xbb\xbf\"Origen\""),
                          ("#export-claims", b"\xef\xbb\xbf\"Origen\"")):
        page.click("#export summary")
        with page.expect_download() as download:
            page.click(button)
        assert Path(download.value.path()).read_bytes().startswith(start)


def test_it_starts_from_the_core_and_grows(show: Show) -> None:
    page = opened(show, html(synthetic(400, 1600), core=50))
    assert counts(page)["nodes"] == 50
    page.click("#show-more")
    assert counts(page)["nodes"] == 250
    page.click("#show-all")
    assert counts(page)["nodes"] == counts(page)["actors"] > 250


def test_positions_stand_still(show: Show, small: str) -> None:
    page = opened(show, small)
    first = page.evaluate("kgView.network.getPositions()")
    page.wait_for_timeout(600)
    assert page.evaluate("kgView.network.getPositions()") == first


def test_nothing_hostile_runs_anywhere(show: Show) -> None:
    page = opened(show, html(hostile(), title=PAYLOADS[0] + PAYLOADS[1]))
    page.get_by_role("checkbox", name="Negado").check()
    for number in range(len(PAYLOADS) + 1):
        page.fill("#search", f"A{number} ")
        page.keyboard.press("Enter")
        page.evaluate("document.querySelectorAll('#panel details').forEach((d) => { d.open = true; })")
    page.click("#language")
    page.click("#show-table")
    for tab in ("Claims and sentences", "Actors", "Relations"):
        page.get_by_role("tab", name=tab).click()
    page.click("#show-graph")
    page.mouse.move(600, 400)
    assert page.evaluate("window.pwned") is None
    assert page.evaluate("[...document.querySelectorAll('a[href]')].every((a) => /^(https?:|file:.*#table$)/.test(a.href))")
    assert page.evaluate("document.querySelectorAll('img, iframe, svg[onload]').length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_empty_states(show: Show, small: str) -> None:
    page = opened(show, html([]))
    assert "Todavía no hay" in page.inner_text("#empty")
    page = opened(show, small)
    for label in ("Cooperación material", "Conflicto verbal"):
        page.get_by_role("checkbox", name=label).uncheck()
    assert "Ninguna relación" in page.inner_text("#empty")


def test_the_report_needs_no_script_and_is_inert(show: Show) -> None:
    page = show(report([*synthetic(30, 300), *hostile()], title=PAYLOADS[1]))
    assert page.locator("script").count() == 0
    assert page.evaluate("window.pwned") is None
    assert page.locator("svg").count() > 5


@pytest.mark.slow
@pytest.mark.parametrize(("actors", "claims", "limit"), [(300, 1500, 3.0), (5000, 30000, 8.0)])
def test_time_to_usable(show: Show, capsys: pytest.CaptureFixture[str], actors: int, claims: int, limit: float) -> None:
    document, times = html(synthetic(actors, claims)), []
    for _ in range(3):  # the best of three: other work on the machine is not the page's
        page = opened(show, document)
        page.wait_for_timeout(300)
        # from the start of loading to the first picture, and from a choice to its sentences
        times.append(page.evaluate("""() => { const start = performance.now(); kgView.select('test/1');
            return (kgView.readyAt + performance.now() - start) / 1000; }"""))
        assert page.locator("#panel blockquote").count()
    with capsys.disabled():
        size = len(document.encode()) / 1e6
        print(f"\n{actors} actors, {claims} claims, {size:.1f} MB: loaded, drawn, an actor opened in {min(times):.1f} s")
    assert min(times) < limit
