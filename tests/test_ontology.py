"""The knowledge base as Turtle: its shapes, what a broken edit is told, and the index made from it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from kg import ontology, resources, titles
from kg.errors import OntologyError
from kg.knowledge import Knowledge

SHAPES = resources.ontology_dir() / "actors-shapes.ttl"
SCHEMA = resources.ontology_dir() / "actors-schema.ttl"
SMALL = """\
@base <https://geopolitical-kg.example/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix kg: <https://geopolitical-kg.example/ontology#> .
@prefix role: <https://geopolitical-kg.example/role/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<actor/Q20> a kg:State ;
    skos:prefLabel "Norway"@en, "Noruega"@es ;
    kg:demonym "noruego"@es ;
    kg:iso2 "NO" ;
    kg:iso3 "NOR" ;
    skos:exactMatch wd:Q20 .

<actor/Q7184> a kg:Organisation ;
    skos:prefLabel "NATO"@en, "OTAN"@es ;
    kg:acronym "OTAN" ;
    kg:kind "alliance" ;
    skos:exactMatch wd:Q7184 .

<actor/Q57665> a kg:Person ;
    skos:prefLabel "Jens Stoltenberg"@es ;
    skos:altLabel "Stoltenberg"@es ;
    kg:country <actor/Q20> ;
    skos:exactMatch wd:Q57665 .

<tenure/Q57665/NATO> a kg:Tenure ;
    kg:holder <actor/Q57665> ;
    kg:role role:head_of_organisation ;
    kg:office "secretario general"@es ;
    kg:of <actor/Q7184> ;
    kg:from "2014-10-01"^^xsd:date ;
    kg:until "2024-10-01"^^xsd:date .

<membership/NATO/NOR> a kg:Membership ;
    kg:member <actor/Q20> ;
    kg:of <actor/Q7184> ;
    kg:from "1949"^^xsd:gYear .

<metonym/la-alianza> a kg:Metonym ;
    kg:form "la Alianza"@es ;
    kg:denotes <actor/Q7184> ;
    kg:kind "periphrasis" .
"""
BROKEN = [  # what is replaced, by what, shape, words of the message, words of the remedy
    ("kg:demonym", "kg:demonim", "StateShape", "kg:demonim", "spelling"),
    ('kg:country <actor/Q20>', 'kg:country <actor/Q2000>', "PersonShape", "<actor/Q2000>", "states.ttl"),
    ('kg:of <actor/Q7184> ;\n    kg:from "2014', 'kg:of <actor/Q718> ;\n    kg:from "2014', "TenureShape", "one known body",
     "actor/"),
    ('"2014-10-01"^^xsd:date', '"2014-13-01"^^xsd:date', "TenureShape", "2014-13-01", "xsd:date"),
    ('"2014-10-01"^^xsd:date', '"2014-10-01"', "TenureShape", "2014-10-01", "xsd:date"),
    ('"2014-10-01"^^xsd:date', '"2034-10-01"^^xsd:date', "IntervalShape", "ends before it begins", "kg:from"),
    ("skos:exactMatch wd:Q57665", "skos:exactMatch wd:Q7184", "WikidataShape", "share one Wikidata item", "take the item"),
    ("skos:exactMatch wd:Q57665", "skos:exactMatch wd:P57665", "PersonShape", "it is a Q", "leave it out"),
    ("role:head_of_organisation", "role:head_of_organization", "TenureShape", "one role of the schema", "actors-schema"),
    ('kg:iso3 "NOR"', 'kg:iso3 "Nor"', "StateShape", "Nor", "ISO 3166"),
    ('skos:prefLabel "Jens Stoltenberg"@es', 'skos:prefLabel "Jens Stoltenberg"@en', "PersonShape",
     "Spanish name is missing", "@es"),
    ('"OTAN"@es', '"OTAN"@es, "Alianza"@es', "BodyShape", "one for each", "prefLabel"),
    ('kg:form "la Alianza"@es ;\n', "", "MetonymShape", "Spanish form", "kg:form"),
    ("a kg:Person", "a kg:Persona", "ClassShape", "exactly one class", "kg:Person"),
    ("kg:holder <actor/Q57665>", "kg:holder <actor/Q7184>", "TenureShape", "a known person", "kg:Person"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small knowledge base; `actors-shapes.ttl` and the schema are the ontology's own."""
    (tmp_path / "actors").mkdir()
    (tmp_path / "actors" / "small.ttl").write_text(SMALL, encoding="utf-8")
    return tmp_path / "actors"


def edit(folder: Path, old: str, new: str) -> int:
    """Make one edit; the line that changed."""
    file = folder / "small.ttl"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[:text.index(old)].count("\n") + 1


def test_the_knowledge_base_passes_its_shapes() -> None:
    assert [str(p.error()) for p in ontology.problems()] == []


def test_the_small_one_passes(folder: Path) -> None:
    ontology.validate(folder)


@pytest.mark.parametrize(("old", "new", "shape", "message", "remedy"), BROKEN)
def test_a_broken_edit_gives_line_shape_and_remedy(
    folder: Path, old: str, new: str, shape: str, message: str, remedy: str
) -> None:
    line = edit(folder, old, new)
    found = [p for p in ontology.problems(folder) if p.shape == shape]
    assert found, [str(p.error()) for p in ontology.problems(folder)]
    text = str(found[0].error())
    assert message in text and remedy in text and f"small.ttl:{found[0].line}: " in text
    block = SMALL[:SMALL.index(old)].rsplit("\n\n", 1)[0].count("\n") + 2
    assert block <= found[0].line <= line + 2 or shape == "WikidataShape"


@pytest.mark.parametrize(("old", "new"), [
    ("kg:demonym", "kg:demonim"), ('"2014-10-01"^^xsd:date', '"2014-13-01"^^xsd:date'),
    ("kg:country <actor/Q20>", "kg:country <actor/Q2000>"), ("role:head_of_organisation", "role:head"),
])
def test_the_line_is_the_one_that_was_edited(folder: Path, old: str, new: str) -> None:
    assert ontology.problems(folder) == []
    line = edit(folder, old, new)
    assert ontology.problems(folder)[0].line == line


def test_a_node_described_twice_gives_both_lines(folder: Path) -> None:
    again = '<actor/Q57665> a kg:Person ;\n    skos:prefLabel "Otro"@es .\n'
    (folder / "small.ttl").write_text(f"{SMALL}\n{again}", encoding="utf-8")
    (problem,) = ontology.problems(folder)
    first = SMALL[: SMALL.index("<actor/Q57665> a")].count("\n") + 1
    assert (problem.line, problem.shape) == (SMALL.count("\n") + 2, "OnceShape")
    assert f"already at small.ttl:{first}" in problem.what and "another IRI" in problem.remedy


def test_an_item_other_than_the_iri_is_told(folder: Path) -> None:
    line = edit(folder, "skos:exactMatch wd:Q57665", "skos:exactMatch wd:Q57666")
    (problem,) = ontology.problems(folder)
    assert (problem.line, problem.shape) == (line, "WikidataShape") and "write wd:Q57665" in problem.remedy


def test_what_is_not_turtle_gives_its_line(folder: Path) -> None:
    line = edit(folder, 'kg:iso2 "NO" ;', 'kg:iso2 "NO')
    with pytest.raises(OntologyError, match=rf"small\.ttl:{line}.*not Turtle"):
        ontology.problems(folder)


def test_validate_raises_the_first_and_counts_the_others(folder: Path) -> None:
    edit(folder, "kg:demonym", "kg:demonim")
    edit(folder, "role:head_of_organisation", "role:head")
    with pytest.raises(OntologyError, match=r"kg:demonim.*\(1 more problem"):
        ontology.validate(folder)


def test_a_component_that_is_not_checked_is_an_error(folder: Path) -> None:
    shapes = SHAPES.read_text(encoding="utf-8").replace("sh:minLength 1", "sh:maxLength 900", 1)
    (folder.parent / "actors-shapes.ttl").write_text(shapes, encoding="utf-8")
    with pytest.raises(OntologyError, match="sh:maxLength is not a component"):
        ontology.problems(folder)


@pytest.mark.parametrize("number", range(-1, len(BROKEN)))
def test_pyshacl_gives_the_same_verdict(folder: Path, number: int) -> None:
    pyshacl, rdflib = pytest.importorskip("pyshacl"), pytest.importorskip("rdflib")
    if number >= 0:
        edit(folder, *BROKEN[number][:2])
        if BROKEN[number][2] == "ClassShape":
            pytest.skip("SHACL does not speak of nodes without a class")
    conforms = _pyshacl(pyshacl, rdflib, folder / "small.ttl")
    assert conforms == (not ontology.problems(folder))


def _pyshacl(pyshacl: Any, rdflib: Any, data: Path) -> bool:
    shapes = rdflib.Graph().parse(SHAPES, format="turtle")
    both = rdflib.Graph().parse(data, format="turtle").parse(SCHEMA, format="turtle")
    conforms: bool = pyshacl.validate(both, shacl_graph=shapes, inference="none", advanced=True)[0]
    return conforms


# The index ----------------------------------------------------------------------------------------------------------

def test_the_index_answers_what_the_files_say(folder: Path) -> None:
    kb = Knowledge(ontology.compile_index(ontology.read_facts(ontology.actor_files(folder))), "x")
    assert kb.entry("Q57665").country == "NOR" and kb.entry("Q57665").wikidata == "Q57665"
    assert [s.key for s in kb.senses("Alianza")] == ["Q7184"] and kb.senses("OTAN")[0].how == "name"
    assert kb.tenures(of="Q7184", on="2022")[0].person == "Q57665" and kb.members("Q7184", "2000") == ("Q20",)
    norway = kb.state("NOR")
    assert norway is not None and norway.key == "Q20" and kb.demonyms("Q20") == ("noruego",)


def test_the_index_is_cached_until_a_file_changes(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    first, one = ontology.actor_index(folder)
    again, same = ontology.actor_index(folder)
    assert one == same and len(list((tmp_path / "cache").iterdir())) == 1
    assert Knowledge(first, one).senses("OTAN") == Knowledge(again, same).senses("OTAN")
    edit(folder, '"Stoltenberg"@es', '"Jens S."@es')
    changed, other = ontology.actor_index(folder)
    assert other != one and Knowledge(changed, other).senses("Jens S.")


def test_a_folder_without_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match="no knowledge base"):
        ontology.actor_index(tmp_path)


def test_the_index_is_the_same_every_time(folder: Path) -> None:
    shutil.copy(folder / "small.ttl", folder / "z.ttl")
    (folder / "small.ttl").unlink()
    facts = ontology.read_facts(ontology.actor_files(folder))
    assert ontology.compile_index(facts) == ontology.compile_index(facts)


# Schema and tables --------------------------------------------------------------------------------------------------

def test_every_role_of_the_titles_is_in_the_schema() -> None:
    roles = {s.rsplit("/", 1)[-1] for s, cls in ontology.read_facts([SCHEMA]).types() if cls == ontology.KG + "Role"}
    used = {role for rows in titles.load().heads.values() for row in rows for role in row.roles}
    assert used <= roles


def test_every_property_of_the_files_is_declared() -> None:
    declared = ontology.read_facts([SCHEMA]).subjects
    facts = ontology.read_facts(ontology.actor_files())
    used = {p for predicates in facts.subjects.values() for p in predicates if p.startswith(ontology.KG)}
    assert used <= declared.keys()


def test_titles_say_which_line_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "offices.tsv"
    file.write_text("singular\tplural\ttails\tof\twhere\troles\nrey\treyes\t\tkingdom\t\thead_of_state\n", encoding="utf-8")
    with pytest.raises(OntologyError, match=r"offices\.tsv:2: unknown sort of body kingdom"):
        titles.read(file)
    file.write_text("singular\tplural\nrey\treyes\n", encoding="utf-8")
    with pytest.raises(OntologyError, match="header"):
        titles.read(file)
