"""Network analyses on graphs small enough to be worked out by hand."""

from __future__ import annotations

import csv
import json
import random
from itertools import product
from pathlib import Path

import networkx as nx
import pytest
from synthetic import actor, article, event, reading, synthetic

from kg.errors import GraphError, SettingsError
from kg.model import Actor, Article, Reading
from kg.network import (
    Claims,
    Selection,
    analyze,
    camps,
    centrality,
    change_points,
    co_mentions,
    communities,
    compare,
    dyads,
    ego,
    ego_rows,
    gather,
    layout,
    reciprocity,
    select,
    series,
    signals,
    triads,
    weighted,
)
from kg.network.centrality import betweenness
from kg.network.dyads import split_points
from kg.network.signed import signed_matrix


def told(*triples: tuple[str, str, str], date: str = "2022-10-12") -> Claims:
    return gather([reading(article(1, date), [event(s, c, t) for s, c, t in triples])])


def test_said_is_not_done() -> None:
    events = [
        event("a0", "ASSAULT", "a1"), event("a0", "ASSAULT", "a1", attributed_to="a2"),
        event("a0", "ASSAULT", "a1", attributed_to="a0"), event("a0", "ASSAULT", "a1", modality="future"),
        event("a0", "ASSAULT", "a1", polarity="negated", attributed_to="a2"),
    ]
    claims = gather([reading(article(1), events)])
    assert [c.standing for c in claims.claims] == ["done", "attributed", "done", "hypothetical", "negated"]
    (row,) = analyze(claims).dyads
    assert row.claims == 2
    assert analyze(claims, standings=("negated",)).dyads[0].claims == 1


def test_order_of_readings_does_not_matter() -> None:
    readings = synthetic(18, 120)
    shuffled = random.Random(1).sample(readings, len(readings))
    assert analyze(readings) == analyze(shuffled)


def test_actors_are_joined_by_key_label_or_given_identity() -> None:
    one = Reading(article(1), (Actor("x", "José Pérez", "person"), actor(1)), (event("x", "ACCUSE", "a1"),))
    two = Reading(article(2), (Actor("y", "JOSE  PEREZ", "person"), actor(1)), (event("y", "ACCUSE", "a1"),))
    assert list(gather([one, two]).nodes) == ["person/jose-perez", "test/1"]
    apart = gather([one, two], {("art-0002", "y"): "person/another"})
    assert sorted(apart.nodes) == ["person/another", "person/jose-perez", "test/1"]


def test_unknown_actor_or_class_is_an_error() -> None:
    with pytest.raises(GraphError, match="unknown actor 'a9'"):
        gather([Reading(article(1), (actor(0),), (event("a0", "SAY", "a9"),))])
    with pytest.raises(GraphError, match="unknown event class"):
        gather([reading(article(1), [event("a0", "SAY", "a1")])], classes={})


def test_degrees_and_scores() -> None:
    claims = told(("a0", "AID", "a1"), ("a0", "AID", "a1"), ("a1", "ACCUSE", "a0"), ("a0", "SAY", "a2"))
    row = next(r for r in centrality(claims) if r.key == "test/0")
    assert (row.does, row.undergoes, row.partners) == (3, 1, 2)
    assert (row.cooperation_given, row.conflict_received) == (20, 3)
    assert sum(r.pagerank for r in centrality(claims)) == pytest.approx(1)
    (first, _) = dyads(claims)
    assert (first.a_to_b, first.b_to_a, first.net, first.symmetry) == (2, 1, 17, 0.5)
    assert reciprocity(claims) == 0.5


def test_the_broker_has_all_the_betweenness() -> None:
    rows = {r.key: r.betweenness for r in centrality(told(*[("a0", "CONSULT", f"a{n}") for n in range(1, 6)]))}
    assert rows.pop("test/0") == 1
    assert set(rows.values()) == {0}


@pytest.mark.parametrize("size", [(4, 6), (30, 60), (60, 300)])
def test_betweenness_is_that_of_networkx(size: tuple[int, int]) -> None:
    graph = gather(synthetic(*size)).graph()
    assert betweenness(graph) == pytest.approx(nx.betweenness_centrality(graph), abs=1e-9)


def test_events_with_itself_and_without_target_are_no_ties() -> None:
    claims = gather([reading(article(1), [event("a0", "MOBILIZE", None), event("a0", "COERCE", "a0")])])
    assert len(claims.claims) == 2
    assert claims.ties() == () == analyze(claims).actors


def enemies() -> Claims:
    """Two camps of three: friends within, enemies across. networkx's Louvain on signed weights mixes them."""
    friends = [(f"a{i}", "AID", f"a{j}") for i, j in ((0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5))]
    foes = [(f"a{i}", "ASSAULT", f"a{j}") for i in range(3) for j in range(3, 6)]
    return told(*friends, *foes)


def test_communities_never_join_enemies() -> None:
    found = communities(enemies())
    assert [{m.key for m in g} for g in found.groups] == [
        {"test/0", "test/1", "test/2"}, {"test/3", "test/4", "test/5"}]
    assert found.agreement == 1
    assert {m.stability for m in found.members} == {1}


def test_balanced_camps_have_no_frustration() -> None:
    found = camps(enemies())
    assert found.frustration == 0
    assert {m.key for m in found.members if m.camp == 1} in ({"test/0", "test/1", "test/2"},
                                                             {"test/3", "test/4", "test/5"})
    assert {t.pattern: t.count for t in triads(enemies())} == {"+++": 2, "++-": 0, "+--": 18, "---": 0}


@pytest.mark.parametrize("seed", range(8))
def test_camps_reach_the_optimum_found_by_trying_all(seed: int) -> None:
    claims = gather(synthetic(11, 90, seed=seed)).standing("done")
    keys, matrix = signed_matrix(claims)
    best = min(
        sum(abs(matrix[i, j]) for i in range(len(keys)) for j in range(i) if matrix[i, j] * s[i] * s[j] < 0)
        for s in product((1, -1), repeat=len(keys))
    )
    total = abs(matrix).sum() / 2
    assert camps(claims).frustration == pytest.approx(best / total, abs=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_triads_agree_with_counting_them(seed: int) -> None:
    claims = gather(synthetic(25, 200, seed=seed)).standing("done")
    graph = nx.Graph((p.source, p.target, {"s": p.net > 0}) for p in claims.pairs() if p.net)
    counts = dict.fromkeys(("+++", "++-", "+--", "---"), 0)
    for a, b, c in _triangles(graph):
        plus = sum(graph[x][y]["s"] for x, y in ((a, b), (b, c), (a, c)))
        counts[{3: "+++", 2: "++-", 1: "+--", 0: "---"}[plus]] += 1
    assert {t.pattern: t.count for t in triads(claims)} == counts


def _triangles(graph: nx.Graph) -> list[tuple[str, str, str]]:
    return [tuple(c) for c in nx.enumerate_all_cliques(graph) if len(c) == 3]


def test_series_and_change_point() -> None:
    readings = [
        reading(article(n, f"2022-{n:02d}-10"), [event("a0", "AID" if n < 7 else "ASSAULT", "a1")]) for n in range(1, 13)
    ]
    claims = gather(readings)
    rows = series(claims, "quarter")
    assert [(r.period, r.net) for r in rows] == [
        ("2022-Q1", 30), ("2022-Q2", 30), ("2022-Q3", -27), ("2022-Q4", -27)]
    (change,) = change_points(claims)
    assert (change.date, change.before, change.after) == ("2022-07-10", 10, -9)


def test_steady_noise_has_no_change_point() -> None:
    rng = random.Random(4)
    assert split_points([rng.choice((-3.0, 2.5, 5.0)) for _ in range(20)]) == []
    assert split_points([1.0] * 3) == []


def test_an_event_counts_when_it_happened_not_when_it_was_printed() -> None:
    claims = gather([reading(article(1, "2022-10-12"), [event("a0", "AID", "a1", time="2014-03/2014-05")])])
    assert claims.claims[0].date == "2014-03"
    assert len(claims.between("2014-01", "2014-12").claims) == 1
    assert len(claims.between("2022").claims) == 0
    assert len(claims.between(end="2014-02").claims) == 0


def test_mentioned_together_without_doing_anything() -> None:
    readings = [Reading(article(n), (actor(0), actor(1), actor(2)), (event("a0", "SAY", "a1"),)) for n in range(3)]
    rows = {(r.a, r.b): r for r in co_mentions(gather(readings))}
    assert rows["test/0", "test/1"].interactions == 3
    assert (rows["test/0", "test/2"].together, rows["test/0", "test/2"].interactions) == (3, 0)


def test_ego() -> None:
    claims = told(("a0", "AID", "a1"), ("a1", "AID", "a2"), ("a2", "AID", "a3"))
    assert sorted(ego(claims, "test/0").nodes) == ["test/0", "test/1"]
    assert len(ego(claims, "test/0", radius=2).claims) == 2
    assert [(r.key, r.done_to, r.done_by) for r in ego_rows(claims, "test/1")] == [("test/0", 0, 1), ("test/2", 1, 0)]
    with pytest.raises(GraphError, match="no actor has the key"):
        ego(claims, "nobody")


def test_two_periods_side_by_side() -> None:
    claims = gather([
        reading(article(1, "2021-01-01"), [event("a0", "AID", "a1"), event("a0", "AID", "a2")]),
        reading(article(2, "2022-01-01"), [event("a0", "ASSAULT", "a1")]),
    ])
    found = compare(claims.between(end="2021"), claims.between("2022"), ("2021", "2022"))
    turned = next(r for r in found.rows if r.turned)
    assert (turned.first_score, turned.second_score, turned.second_share) == (10, -9, 1)
    assert found.common_pairs == 0.5
    assert found.rank_correlation is None


def test_sources_are_told_apart() -> None:
    claims = gather(synthetic(10, 60))
    one, two = claims.from_sources("Agencia Uno"), claims.from_sources("Diario Dos")
    assert len(one.claims) + len(two.claims) == len(claims.claims)
    assert not one.articles.keys() & two.articles.keys()


def test_the_surroundings_of_an_actor_are_a_graph_of_their_own() -> None:
    events = [event("a0", "AID", "a1"), event("a1", "ACCUSE", "a2", attributed_to="a3"), event("a2", "AID", "a0")]
    found = analyze([reading(article(1), [*events, event("a3", "AID", "a4")])], selection=Selection(actor="test/0"))
    assert [(r.label, r.done_to, r.done_by) for r in found.ego] == [("Rusalia", 1, 0), ("Ucrasia", 0, 1)]
    assert {r.key for r in found.actors} == {"test/0", "test/1", "test/2"}
    assert [v.key for v in found.voices] == ["test/3"]  # named, as the one whose word it is
    assert found.tables()[0].name == "ego"


def test_what_to_look_at_can_be_chosen() -> None:
    claims = gather(synthetic(18, 240))
    some, sides = select(claims, Selection("2021", "2021-06", ("agencia uno",), periods=("2021-01", "2021-02:2021-03")))
    assert {c.date[:7] for c in some.claims} <= {f"2021-0{n}" for n in range(1, 7)}
    assert {a.source for a in some.articles.values()} == {"Agencia Uno"}
    assert sides is not None
    assert sides[2:] == ("2021-01", "2021-02 – 2021-03")
    assert {c.date[:7] for c in sides[0].claims} == {"2021-01"}
    outlets = analyze(claims, selection=Selection(outlets=("Diario Dos", "Agencia Uno"))).comparison
    assert outlets is not None
    assert (outlets.first, sum(outlets.claims)) == ("Diario Dos", sum(d.claims for d in dyads(claims.standing("done"))))
    assert sum(r.first_share for r in outlets.actors) == pytest.approx(1, abs=1e-4)
    assert min(r.first_rank for r in outlets.actors if r.first_rank) == 1


@pytest.mark.parametrize(("wanted", "error", "message"), [
    (Selection(since="2022-13"), SettingsError, "not a date"),
    (Selection(periods=("2021", ":")), SettingsError, "not a period"),
    (Selection(periods=("2021", "2022"), outlets=("A", "B")), SettingsError, "two comparisons"),
    (Selection(weight="votes"), SettingsError, "use one of mentions, sources, confidence"),  # type: ignore[arg-type]
    (Selection(sources=("El Nadie",)), GraphError, "outlets are Agencia Uno, Diario Dos"),
    (Selection(actor="nadie"), GraphError, "no actor has the key"),
])
def test_a_choice_that_cannot_be_met_says_why(wanted: Selection, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        select(gather(synthetic(18, 60)), wanted)


def dispatch(number: int, outlet: str, text: str, cls: str = "ASSAULT", date: str = "2022-10-12") -> Reading:
    told = Article(f"d{number}", text, date, f"Despacho {number}", outlet)
    return reading(told, [event("a0", cls, "a1")])


def test_copies_of_a_dispatch_are_one_source() -> None:
    rng = random.Random(1)
    texts = [" ".join(f"palabra{rng.randrange(9999)}" for _ in range(200)) for _ in range(2)]
    claims = gather([
        dispatch(1, "Uno", texts[0]), dispatch(2, "Dos", texts[0] + " fin"), dispatch(3, "Tres", texts[1]),
        dispatch(4, "Tres", "otro texto"), dispatch(5, "Cuatro", "muy otro", date="2023-01-01"),
        dispatch(6, "Cuatro", "más", "AID"),
    ])
    (pair,) = weighted(claims, "sources").pairs()
    # the first event: {Uno, Dos} and {Tres}; the second, of 2023: {Cuatro}; the third, of another class: {Cuatro}
    assert (pair.claims, pair.weight, pair.conflict, pair.cooperation) == (6, 4, 27, 10)
    (plain,) = claims.pairs()
    assert (plain.weight, plain.conflict) == (6, 45)
    (sure,) = weighted(claims, "confidence").pairs()
    assert sure.weight == pytest.approx(6 * 0.87)
    assert sure.mean == pytest.approx(plain.mean)


def test_weights_reach_every_sum() -> None:
    claims = gather(synthetic(18, 240))
    half = analyze(claims, selection=Selection(weight="confidence"))
    full = analyze(claims)
    for name in ("does", "undergoes", "conflict_given", "cooperation_received"):
        one, two = ({r.key: getattr(r, name) for r in found.actors} for found in (half, full))
        assert one == pytest.approx({k: 0.87 * v for k, v in two.items()}, abs=1e-3)
    assert [r.mean_score for r in half.dyads] == pytest.approx([r.mean_score for r in full.dyads], abs=1e-3)
    assert sum(r.net for r in half.series) == pytest.approx(0.87 * sum(r.net for r in full.series), abs=0.1)


def test_signals_count_what_is_planned_refused_or_announced() -> None:
    events = [
        event("a0", "CONSULT", "a1", modality="future"), event("a0", "CONSULT", "a1", polarity="negated"),
        event("a0", "ASSAULT", "a1", modality="future", attributed_to="a0"),
        event("a0", "ASSAULT", "a1", modality="future"), event("a0", "AID", "a1", modality="possible"),
        event("a0", "AID", "a1"), event("a0", "AID", "a1", attributed_to="a2"),
    ]
    claims = gather([reading(article(1), events)])
    counted = signals(claims).claims
    assert [(c.cls, c.score) for c in counted] == [("AGREE", 2.5), ("REJECT", -2), ("THREATEN", -3.5), ("AID", 10)]
    assert [c.quadrant for c in counted[:2]] == ["verbal_cooperation", "verbal_conflict"]
    assert analyze(claims, selection=Selection(signals=True)).series[0].net == 7
    assert analyze(claims).series[0].net == 10


def test_nothing_at_all() -> None:
    found = analyze([])
    assert found.summary["counted"] == 0
    assert all(len(t.rows) == 0 for t in found.tables() if t.name != "triads")


def test_files_are_complete_safe_and_the_same_each_time(tmp_path: Path) -> None:
    odd = Actor("a0", "=HYPERLINK(1)", "person", key="odd")
    extra = Reading(article(900), (odd, actor(1)), (event("a0", "AID", "a1"),))
    readings = [*synthetic(18, 150), extra]
    claims = gather(readings)
    found = analyze(claims, contrast=(claims.between(end="2020"), claims.between("2021"), "to 2020", "from 2021"))
    first = {p.name: p.read_bytes() for p in found.write(tmp_path / "a")}
    second = {p.name: p.read_bytes() for p in found.write(tmp_path / "b")}
    assert first == second
    rows = list(csv.DictReader(first["actors.csv"].decode().splitlines()))
    assert len(rows) == len(found.actors)
    assert "'=HYPERLINK(1)" in {r["label"] for r in rows}
    assert json.loads(first["summary.json"])["standings"]["done"] == found.summary["counted"]
    for table in found.tables():
        assert f"{table.name}.csv" in first
        assert not table.rows or set(table.columns) <= set(type(table.rows[0]).__dataclass_fields__)


def test_layout_is_fixed_and_nobody_stands_on_another() -> None:
    claims = gather(synthetic(60, 300))
    order = sorted(claims.graph())
    places = layout(claims, order)
    assert places == layout(claims, order)
    assert len(set(places.values())) == len(order)


@pytest.mark.slow
def test_a_large_corpus_in_time(capsys: pytest.CaptureFixture[str]) -> None:
    from time import perf_counter

    claims = gather(synthetic(5000, 30000))
    start = perf_counter()
    found = analyze(claims)
    with capsys.disabled():
        print(f"\n5,000 actors, 30,000 claims, {len(found.dyads)} pairs: analyzed in {perf_counter() - start:.1f} s")
    assert perf_counter() - start < 120
