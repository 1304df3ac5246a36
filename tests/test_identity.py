"""Who is who across articles."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.identity import Decision, contradiction, decide, merge_actors, open_questions, read_decisions
from kg.model import Actor, Article, Evidence, Mention, Office, Reading, Span

EVIDENCE = Evidence(Span(0, 1, "x"), Span(0, 1, "x"), "office.apposition", 0.9)


def person(label: str, country: str | None = None, key: str | None = None) -> Actor:
    return Actor("p", label, "person", (Mention(Span(0, len(label), label), "name"),), key=key, country=country)


def reading(article: str, actor: Actor, office: str | None = None) -> Reading:
    state = Actor("s", "Yugoslavia", "state", key="Q36704", country="YUG")
    offices = (Office("p", office, "s", EVIDENCE),) if office else ()
    return Reading(Article(article, "…"), (actor, state), (), offices)


def paths(*readings: Reading, decisions: tuple[Decision, ...] = ()) -> list[str]:
    found = merge_actors(readings, decisions)
    return [found[r.article.id, "p"].path for r in readings]


def test_a_key_of_the_knowledge_base_decides() -> None:
    one, other = reading("1", person("Kofi Annan", key="Q1254")), reading("2", person("Annan", key="Q1254"))
    assert paths(one, other) == ["Q1254", "Q1254"]


def test_one_office_joins_two_spellings() -> None:
    one = reading("1", person("Nebojsa Vujovic", "YUG"), "viceministro de Asuntos Exteriores")
    other = reading("2", person("Nebojša Vujović", "YUG"), "viceministro")
    assert len(set(paths(one, other))) == 1


def test_one_office_joins_surname_and_full_name() -> None:
    one = reading("1", person("Nebojsa Vujovic", "YUG"), "viceministro")
    other = reading("2", person("Vujovic", "YUG"), "viceministro")
    found = merge_actors([one, other])
    assert found["2", "p"].path == "person/nebojsa-vujovic"
    assert "the same office" in found["2", "p"].reason


def test_a_surname_alone_joins_nobody() -> None:
    one, other = reading("1", person("Milan Vujovic")), reading("2", person("Vujovic"))
    assert paths(one, other) == ["person/milan-vujovic", "person/vujovic"]


def test_another_country_keeps_apart() -> None:
    one = reading("1", person("Nebojsa Vujovic", "YUG"), "viceministro")
    other = reading("2", person("Vujovic", "MNE"), "viceministro")
    assert len(set(paths(one, other))) == 2


def test_what_is_likely_but_not_certain_is_asked() -> None:
    one, other = reading("1", person("Nebojsa Vujovic", "YUG")), reading("2", person("Neboisa Vujovic", "YUG"))
    (question,) = open_questions([one, other])
    assert {question.one, question.other} == {"person/nebojsa-vujovic", "person/neboisa-vujovic"}
    assert question.reasons == ("another spelling of the name", "the same country")


def test_joined_actors_are_asked_about_once() -> None:
    one, other = person("Nebojsa Vujovic", "YUG"), person("Neboisa Vujovic", "YUG")
    some = [reading("1", one, "viceministro"), reading("2", other)]
    (question,) = open_questions([*some, reading("4", person("Nebojssa Vujovic", "YUG"), "viceministro")])
    assert (question.one, question.other) == ("person/neboisa-vujovic", "person/nebojssa-vujovic")
    assert not open_questions(some, [Decision("different", "person/neboisa-vujovic", "person/nebojsa-vujovic")])


def test_a_person_has_the_last_word() -> None:
    one, other = reading("1", person("Milan Vujovic")), reading("2", person("Vujovic"))
    same = Decision("same", "person/milan-vujovic", "person/vujovic", "seen in both")
    different = Decision("different", "person/vujovic", "person/milan-vujovic")
    assert paths(one, other, decisions=(same,)) == ["person/milan-vujovic"] * 2
    assert len(set(paths(one, other, decisions=(same, different)))) == 2


def test_two_actors_of_the_knowledge_base_never_become_one_by_way_of_a_third() -> None:
    people = (person("Nebojsa Vujovic", "YUG", "K1"), person("Vujovic", "YUG"), person("Nebojša Vujović", "YUG", "K2"))
    some = tuple(reading(str(n), who, "viceministro") for n, who in enumerate(people))
    assert paths(*some) == ["K1", "K1", "K2"]
    same = [Decision("same", "person/vujovic", key) for key in ("K1", "K2")]
    assert len(set(paths(*some, decisions=tuple(same)))) == 2
    assert contradiction(same[:1], same[1], {"K1", "K2"}) == "K1 and K2 are two actors of the knowledge base"


def test_a_decision_against_earlier_ones_is_told() -> None:
    same, apart = Decision("same", "a", "b"), Decision("different", "c", "b")
    assert contradiction([same], Decision("different", "a", "b")) is None  # a change of mind
    assert contradiction([same, apart], Decision("same", "a", "c")) == "b and c are different by an earlier decision"
    assert contradiction([same, apart, Decision("same", "b", "c")], Decision("same", "a", "c")) is None
    assert contradiction([same, Decision("same", "b", "c")], Decision("different", "c", "a")) is not None


def test_the_order_of_articles_does_not_count() -> None:
    some = [reading(str(n), person(label, "YUG"), "viceministro")
            for n, label in enumerate(["Nebojsa Vujovic", "Neboisa Vujovic", "Vujovic"])]
    results = [sorted(merge_actors(order).items()) for order in permutations(some)]
    assert all(result == results[0] for result in results)


def test_decisions_are_added_and_read_back(tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    made = (Decision("same", "person/a", "person/b", "«visto»"), Decision("different", "person/a", "person/c"))
    for decision in made:
        decide(file, decision)
    assert read_decisions(file) == made


@pytest.mark.parametrize("line", [
    "{", "[]", '{"verdict": "perhaps", "actors": ["a", "b"]}', '{"verdict": "same", "actors": ["a"]}',
])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "decisions.jsonl"
    file.write_text(f"\n{line}\n", "utf-8")
    with pytest.raises(StoreError, match=r"decisions\.jsonl:2: .*one to a line"):
        read_decisions(file)


# ---------------------------------------------------------------- who has no name


def group(label: str, described: str | None, of: str | None = None) -> Actor:
    return Actor("p", label, "group", (Mention(Span(0, len(label), label), "description"),), described=described, of=of)


def test_groups_without_a_name_are_of_their_article() -> None:
    some = [reading(str(n), group("Población civil", "población civil")) for n in range(2)]
    assert paths(*some) == ["group/poblacion-civil/in/0", "group/poblacion-civil/in/1"]
    assert not open_questions(some)
    assert merge_actors(some)["0", "p"].reason == "described only: of this article"


def test_a_group_is_whose_the_text_says() -> None:
    one, other = group("Oposición yugoslava", "Oposición", "s"), group("Oposición de Yugoslavia", "Oposición", "s")
    assert paths(reading("1", one), reading("2", other)) == ["group/oposicion/of/Q36704"] * 2


def test_a_person_may_still_join_groups() -> None:
    some = [reading(str(n), group("Rebeldes", "Rebeldes")) for n in range(2)]
    same = Decision("same", "group/rebeldes/in/0", "group/rebeldes/in/1", "one war")
    assert len(set(paths(*some, decisions=(same,)))) == 1
