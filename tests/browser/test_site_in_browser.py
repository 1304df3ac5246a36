"""The pages of `kg serve` in a real browser: what a reader follows from search to sentence, and nothing hostile runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))
from graph_readings import READINGS
from hostile import hostile

pytest.importorskip("fastapi", reason="FastAPI is not installed: pip install 'geopolitical-kg[serve]'")
from serving import running

from kg.store import Store
from kg.view import write_view

Open = Callable[..., Any]
SIZES = [(1280, 800), (390, 844)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server over ordinary and hostile readings."""
    output = tmp_path_factory.mktemp("site")
    with Store.open(output, write=True) as store:
        store.update([*READINGS, *hostile()])
        write_view(store.readings(), output / "graph.html", identity=store.identity())
    with running(output) as address:
        yield address


@pytest.fixture
def visit(browser: Any, site: str) -> Iterator[Open]:
    """`visit(path, width, height)`; console errors, dialogs and requests to elsewhere fail the test at its end."""
    problems: list[str] = []
    contexts = []

    def open_page(path: str, width: int = 1280, height: int = 800) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: problems.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: problems.append(str(e)))
        page.on("dialog", lambda d: problems.append("dialog") or d.dismiss())
        page.on("request", lambda r: None if r.url.startswith((site, "data:", "blob:")) else problems.append(r.url))
        page.goto(site + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def actor_with_events(page: Any) -> None:
    page.click("ol.hits a >> nth=0")
    page.wait_for_selector(".claim blockquote mark")


@pytest.mark.parametrize("size", SIZES)
def test_from_search_to_the_sentence(visit: Open, size: tuple[int, int]) -> None:
    page = visit("/", *size)
    name = page.inner_text("ol.hits a >> nth=0")
    page.fill("input[name=q]", name.upper())
    page.keyboard.press("Enter")
    page.wait_for_selector("ul.hits a")
    page.click("ul.hits a >> nth=0")
    assert page.inner_text("h1").startswith(name)
    assert page.locator(".claim blockquote mark").count()
    page.click(".claim .class >> nth=0")
    assert "evidence" in page.inner_text("main")
    assert page.locator(".reasons dt").count()
    page.click(".claim .source a >> nth=0")
    assert page.locator("article.text a.mention").count()
    assert page.locator("article.text mark").count()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_trigger_leads_to_its_event_and_a_mention_to_its_actor(visit: Open) -> None:
    page = visit("/")
    actor_with_events(page)
    page.click(".claim .source a >> nth=0")
    target = page.get_attribute("article.text a.trigger >> nth=0", "href")
    assert page.locator(target).count() == 1
    told = page.get_attribute("article.text a.mention >> nth=0", "title")
    page.click("article.text a.mention >> nth=0")
    assert page.inner_text("h1").startswith(told)


@pytest.mark.parametrize("size", SIZES)
def test_the_editor_asks_and_shows_the_rows(visit: Open, site: str, size: tuple[int, int]) -> None:
    page = visit("/sparql", *size)
    page.fill("#query", "PREFIX kg: <https://geopolitical-kg.example/ontology#> SELECT ?a ?b { ?a kg:threatens ?b }")
    page.focus("#query")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#result table td a")
    page.click("#result table td a >> nth=0")
    assert "/actor/" in page.url
    page.goto(site + "/sparql")
    page.select_option("#ready", index=1)
    page.click("button")
    page.wait_for_selector("#result table, #result pre")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_the_graph_and_the_api_are_pages_of_the_site(visit: Open) -> None:
    page = visit("/graph")
    page.wait_for_function("window.kgView && window.kgView.ready", timeout=60_000)
    assert page.evaluate("kgView.counts().nodes") > 1
    assert "/api/actors" in visit("/docs").inner_text("main")


def test_nothing_hostile_runs_on_any_page(visit: Open, site: str) -> None:
    page = visit("/?q=%3Cscript%3Ewindow.pwned%3D1%3C/script%3E")
    pages = {"/", "/?q=A", "/?q=x"}
    for start in ("/?q=T", "/?q=A", "/?q=E"):
        page.goto(site + start)
        pages |= set(page.eval_on_selector_all(".hits a", "links => links.map((a) => a.getAttribute('href'))"))
    odd = next(path for path in sorted(pages) if "/article/0-" in path)
    assert "kg:Article" in page.context.request.get(site + odd, headers={"Accept": "text/turtle"}).text()
    events = set()
    for path in sorted(pages):
        assert page.goto(site + path).status == 200, path
        assert page.evaluate("window.pwned") is None, path
        assert page.evaluate("[...document.links].every((a) => /^https?:/.test(a.href))"), path
        assert page.evaluate("document.querySelectorAll('img, iframe, svg, main script').length") == 0, path
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, path
        events |= set(page.eval_on_selector_all(".claim .class", "links => links.map((a) => a.getAttribute('href'))"))
    for path in sorted(events)[:30]:
        assert page.goto(site + path).status == 200, path
        assert page.evaluate("window.pwned") is None, path
    assert len(pages) > 30
