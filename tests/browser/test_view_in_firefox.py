"""The page and the report in a real headless Firefox, driven by WebDriver BiDi (https://w3c.github.io/webdriver-bidi/)."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))
from hostile import PAYLOADS, hostile
from synthetic import synthetic

from kg.report import report
from kg.view import html

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox:
    """One page of a running Firefox; keeps every console error and every request that leaves the file system."""

    def __init__(self, socket: Any) -> None:
        self.socket, self.numbers, self.problems = socket, itertools.count(1), list[str]()
        self.ask("session.new", capabilities={})
        self.page = self.ask("browsingContext.create", type="tab")["context"]
        self.ask("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])

    def ask(self, method: str, **params: object) -> Any:
        """The result of a command; events that come before it are looked at."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv(timeout=90))
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]
            self.note(answer.get("method"), answer.get("params", {}))

    def note(self, event: str | None, params: dict[str, Any]) -> None:
        if event == "log.entryAdded" and params["level"] in ("error", "warn"):
            self.problems.append(str(params["text"]))
        if event == "network.beforeRequestSent" and not params["request"]["url"].startswith(("file:", "data:", "blob:")):
            self.problems.append(params["request"]["url"])

    def open(self, path: Path, width: int = 1280, height: int = 800) -> None:
        self.ask("browsingContext.setViewport", context=self.page, viewport={"width": width, "height": height})
        self.ask("browsingContext.navigate", context=self.page, url=path.as_uri(), wait="complete")

    def evaluate(self, script: str) -> Any:
        """The value of an expression (a promise is awaited), by way of JSON."""
        answer = self.ask("script.evaluate", expression=f"Promise.resolve({script}).then((v) => JSON.stringify(v))",
                          target={"context": self.page}, awaitPromise=True)
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"]) if "value" in answer["result"] else None

    def click(self, x: float, y: float) -> None:
        moves = [{"type": "pointerMove", "x": round(x), "y": round(y)}, {"type": "pointerDown", "button": 0},
                 {"type": "pointerUp", "button": 0}]
        self.ask("input.performActions", context=self.page, actions=[{"type": "pointer", "id": "mouse", "actions": moves}])


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    client = pytest.importorskip("websockets.sync.client", reason="websockets is not installed: pip install websockets")
    if FIREFOX is None:
        pytest.skip("no Firefox: apt-get install firefox-esr")
    home = tmp_path_factory.mktemp("firefox")
    command = [FIREFOX, "--headless", "--no-remote", "--profile", str(home), "--remote-debugging-port", "0", "about:blank"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": {**os.environ, "HOME": str(home)}}
    with subprocess.Popen(command, **quiet) as running:
        try:
            with client.connect(address(home), max_size=None, open_timeout=60) as socket:
                yield Firefox(socket)
        finally:
            running.terminate()


def address(profile: Path) -> str:
    """Where it listens, once it does."""
    told = profile / "WebDriverBiDiServer.json"
    for _ in range(600):
        if told.is_file() and (text := told.read_text("utf-8")):
            return "ws://{ws_host}:{ws_port}/session".format(**json.loads(text))
        time.sleep(0.1)
    pytest.fail("Firefox does not listen")


@pytest.fixture
def page(firefox: Firefox) -> Iterator[Firefox]:
    firefox.problems.clear()
    yield firefox
    firefox.evaluate("1")  # lets late events arrive
    assert firefox.problems == []


READY = "new Promise((done) => { const look = () => window.kgView && kgView.ready ? done(true) : setTimeout(look, 50); look(); })"


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_it_draws_and_a_click_shows_the_sentence(page: Firefox, tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "graph.html"
    path.write_text(html(synthetic(8, 60)), "utf-8")
    page.open(path, *size)
    assert page.evaluate(READY)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    at = page.evaluate("(() => { const b = document.getElementById('graph').getBoundingClientRect(), "
                       "p = kgView.edgePoint(kgView.edges()[0]); return [b.left + p.x, b.top + p.y]; })()")
    page.click(*at)
    page.evaluate("new Promise((done) => setTimeout(() => done(1), 600))")
    assert page.evaluate("document.querySelectorAll('#panel blockquote mark').length") > 0


def test_table_language_and_export_work(page: Firefox, tmp_path: Path) -> None:
    path = tmp_path / "graph.html"
    path.write_text(html(synthetic(18, 160)), "utf-8")
    page.open(path)
    page.evaluate(READY)
    page.evaluate("document.getElementById('language').click()")
    page.evaluate("document.getElementById('show-table').click()")
    assert page.evaluate("document.querySelector('#counts').textContent").split()[1] == "actors"
    assert page.evaluate("document.querySelectorAll('table.relations tbody tr').length") > 20


def test_nothing_hostile_runs(page: Firefox, tmp_path: Path) -> None:
    for name, document in (("graph.html", html(hostile(), title=PAYLOADS[0])), ("report.html", report(hostile()))):
        path = tmp_path / name
        path.write_text(document, "utf-8")
        page.open(path)
        if name == "graph.html":
            page.evaluate(READY)
        assert page.evaluate("window.pwned === undefined")
        assert page.evaluate("document.querySelectorAll('img, iframe, svg[onload]').length") == 0
