"""Linking and coreference on sentences built by hand, with the real knowledge base: no model."""

from __future__ import annotations

from pathlib import Path

import pytest
from spanish_docs import parsed

from kg import knowledge, nominals
from kg.actors import Cast, resolve
from kg.errors import OntologyError
from kg.tokens import Text


def cast(doc: Text, date: str | None = "2022-10-12") -> Cast:
    return resolve(doc, knowledge.load(), date)


def label(doc: Text, found: Cast, word: str) -> list[str]:
    labels = {actor.id: actor.label for actor in found.actors}
    token = next(t for t in doc if t.text == word)
    return [labels[i] for i in found.denoted(token)]


def subject(doc: Text, found: Cast, word: str) -> list[str]:
    labels = {actor.id: actor.label for actor in found.actors}
    return [labels[i] for i in found.subject(next(t for t in doc if t.text == word))]


# El secretario general de la OTAN habló
SECRETARY = ("El/DET/2/det secretario/NOUN/7/nsubj general/ADJ/2/amod de/ADP/6/case la/DET/6/det OTAN/PROPN/2/nmod "
             "habló|hablar/VERB/0/ROOT/Person=3,Number=Sing,VerbForm=Fin")


@pytest.mark.parametrize(("date", "expected"), [
    ("2011-06-08", "Anders Fogh Rasmussen"), ("2022-10-12", "Jens Stoltenberg"), ("2025-03-01", "Mark Rutte"),
])
def test_an_office_is_held_at_the_date(date: str, expected: str) -> None:
    doc = parsed(SECRETARY)
    assert label(doc, cast(doc, date), "secretario") == [expected]


def test_without_a_date_the_office_is_nobody_known() -> None:
    doc = parsed(SECRETARY)
    found = cast(doc, None)
    assert all(actor.key is None for actor in found.actors if actor.type == "person")


def test_the_name_beside_the_office_decides() -> None:
    # El ministro ruso, Iván Petrenko, habló. El ministro calló.
    doc = parsed("El/DET/2/det ministro/NOUN/8/nsubj ruso/ADJ/2/amod ,/PUNCT/5/punct Iván/PROPN/2/appos Petrenko/PROPN/5/flat "
                 ",/PUNCT/5/punct habló|hablar/VERB/0/ROOT ./PUNCT/8/punct ## "
                 "El/DET/2/det ministro/NOUN/3/nsubj calló|callar/VERB/0/ROOT ./PUNCT/3/punct")
    found = cast(doc)
    second = [t for t in doc if t.text == "ministro"][1]
    assert label(doc, found, "Petrenko") == ["Iván Petrenko"]
    assert found.denoted(second) == found.denoted(doc[5])


def test_a_link_gives_its_reason() -> None:
    # Moscú pidió ayuda
    doc = parsed("Moscú/PROPN/2/nsubj pidió|pedir/VERB/0/ROOT ayuda/NOUN/2/obj")
    (actor,) = cast(doc).actors
    assert (actor.label, actor.key) == ("Rusia", "Q159")
    assert "capital" in actor.link.reason
    assert actor.link.alternatives


def test_a_capital_in_a_locative_is_a_place() -> None:
    # Putin habló en Moscú
    doc = parsed("Putin/PROPN/2/nsubj habló|hablar/VERB/0/ROOT en/ADP/4/case Moscú/PROPN/2/obl")
    assert cast(doc).place(doc[3])


@pytest.mark.parametrize(("adjective", "expected"), [
    ("colombiano", "ELN"), ("macedonio", "Ejército de Liberación Nacional (Macedonia)"),
])
def test_of_bodies_with_one_name_the_country_spoken_of_decides(adjective: str, expected: str) -> None:
    # el Gobierno colombiano combate al Ejército de Liberación Nacional
    doc = parsed(f"el/DET/2/det Gobierno/NOUN/4/nsubj {adjective}/ADJ/2/amod combate|combatir/VERB/0/ROOT al/ADP/6/case "
                 "Ejército/PROPN/4/obj de/ADP/8/case Liberación/PROPN/6/flat Nacional/PROPN/6/flat")
    assert label(doc, cast(doc, "2001-06-27"), "Ejército") == [expected]


@pytest.mark.parametrize(("adjective", "expected"), [
    ("colombiano", "ELN"), ("macedonio", "Ejército de Liberación Nacional (Macedonia)"), ("peruano", "ELN peruano"),
])
def test_an_acronym_with_the_adjective_of_another_country_is_another_body(adjective: str, expected: str) -> None:
    # el ELN macedonio atacó. El ELN calló
    doc = parsed(f"el/DET/2/det ELN/PROPN/4/nsubj {adjective}/ADJ/2/amod atacó|atacar/VERB/0/ROOT ./PUNCT/4/punct ## "
                 "El/DET/2/det ELN/PROPN/3/nsubj calló|callar/VERB/0/ROOT")
    found = cast(doc, "2001-03-20")
    assert label(doc, found, "ELN") == [expected]
    assert found.denoted(doc[1]) == found.denoted(doc[6])


@pytest.mark.parametrize(("other", "expected"), [("Seychelles", ["Seychelles"]), ("Francia", [])])
def test_a_capital_that_is_a_common_word_needs_its_state(other: str, expected: list[str]) -> None:
    # Victoria alegró a Francia
    doc = parsed(f"Victoria/NOUN/2/nsubj alegró|alegrar/VERB/0/ROOT a/ADP/4/case {other}/PROPN/2/obj")
    assert label(doc, cast(doc), "Victoria") == expected


def test_the_verb_at_the_head_of_a_headline_is_no_name() -> None:
    # Exige Iván Petrenko ayuda (tagged as one name)
    doc = parsed("Exige|exigir/VERB/0/ROOT/VerbForm=Fin Iván/PROPN/1/nsubj Petrenko/PROPN/2/flat ayuda/NOUN/1/obj",
                 names=[(0, 3, "PER")])
    assert [actor.label for actor in cast(doc).actors] == ["Iván Petrenko"]


@pytest.mark.parametrize(("words", "expected"), [
    ("Suspende España", "España"), ("Pide Chávez", "Hugo Chávez"), ("Gran Bretaña", "Reino Unido"), ("Salva Kiir", "Salva Kiir"),
])
def test_a_verb_is_told_by_its_form_where_the_tagger_saw_a_name(words: str, expected: str) -> None:
    # Suspende España la ayuda
    first, second = words.split()
    doc = parsed(f"{first}/PROPN/0/ROOT {second}/PROPN/1/flat la/DET/4/det ayuda/NOUN/1/obj")
    assert [actor.label for actor in cast(doc, "2011-03-01").actors] == [expected]


def test_an_office_may_be_left_out_the_second_time() -> None:
    # El presidente ruso, Iván Petrenko, y el del Gobierno español, Ana Ruiz, callaron. Ambos presidentes hablaron.
    doc = parsed("El/DET/2/det presidente/NOUN/16/nsubj ruso/ADJ/2/amod ,/PUNCT/5/punct Iván/PROPN/2/appos Petrenko/PROPN/5/flat "
                 ",/PUNCT/2/punct y/CCONJ/9/cc el/DET/2/conj del/ADP/11/case Gobierno/PROPN/9/nmod español/ADJ/11/amod "
                 ",/PUNCT/14/punct Ana/PROPN/9/appos Ruiz/PROPN/14/flat callaron|callar/VERB/0/ROOT ./PUNCT/16/punct ## "
                 "Ambos/NUM/2/nummod presidentes/NOUN/3/nsubj hablaron|hablar/VERB/0/ROOT")
    assert sorted(label(doc, cast(doc), "presidentes")) == ["Ana Ruiz", "Iván Petrenko"]


def test_a_word_for_people_and_the_name_that_follows_are_one() -> None:
    # el periodista ruso Iván Petrenko habló
    doc = parsed("el/DET/2/det periodista/NOUN/6/nsubj ruso/ADJ/2/amod Iván/PROPN/2/appos Petrenko/PROPN/4/flat "
                 "habló|hablar/VERB/0/ROOT")
    assert label(doc, cast(doc), "periodista") == ["Iván Petrenko"]
    assert {actor.type for actor in cast(doc).actors} == {"person", "state"}


def test_demonyms_name_their_state() -> None:
    # los ataques rusos
    doc = parsed("los/DET/2/det ataques/NOUN/0/ROOT rusos|ruso/ADJ/2/amod")
    found = cast(doc)
    assert found.adjective(doc[2]) == found.actors[0].id
    assert found.actors[0].mentions[0].kind == "adjective"


def test_a_dropped_subject_is_the_last_one() -> None:
    # Putin habló. Recordó la guerra.
    doc = parsed("Putin/PROPN/2/nsubj habló|hablar/VERB/0/ROOT/Person=3,Number=Sing,VerbForm=Fin ./PUNCT/2/punct ## "
                 "Recordó|recordar/VERB/0/ROOT/Person=3,Number=Sing,VerbForm=Fin la/DET/3/det guerra/NOUN/1/obj ./PUNCT/1/punct")
    assert subject(doc, cast(doc), "Recordó") == ["Vladimir Putin"]


@pytest.mark.parametrize("verb", [
    "Hay|haber/VERB/0/ROOT/Person=3,Number=Sing,VerbForm=Fin",
    "Estamos|estar/VERB/0/ROOT/Person=1,Number=Plur,VerbForm=Fin",
    "Saben|saber/VERB/0/ROOT/Person=3,Number=Plur,VerbForm=Fin",
])
def test_no_subject_without_agreement(verb: str) -> None:
    # Putin habló. Hay / Estamos / Saben …
    doc = parsed(f"Putin/PROPN/2/nsubj habló|hablar/VERB/0/ROOT/Person=3,Number=Sing,VerbForm=Fin ./PUNCT/2/punct ## {verb}")
    assert cast(doc).subject(doc[3]) == ()


@pytest.mark.parametrize(("text", "label", "described", "owner"), [
    # la oposición rusa protestó / la oposición protestó
    ("la/DET/2/det oposición/NOUN/4/nsubj rusa|ruso/ADJ/2/amod protestó|protestar/VERB/0/ROOT",
     "Oposición rusa", "Oposición", "rusia"),
    ("la/DET/2/det oposición/NOUN/3/nsubj protestó|protestar/VERB/0/ROOT", "Oposición", "Oposición", None),
])
def test_a_group_without_a_name_says_whose_it_is(text: str, label: str, described: str, owner: str | None) -> None:
    group = next(actor for actor in cast(parsed(text)).actors if actor.type == "group")
    assert (group.label, group.described, group.of) == (label, described, owner)


def test_a_label_tells_whose_where_the_words_do_not() -> None:
    # Rusia calló. Su rehén habló
    doc = parsed("Rusia/PROPN/2/nsubj calló|callar/VERB/0/ROOT ./PUNCT/2/punct ## Su/DET/2/det rehén/NOUN/3/nsubj "
                 "habló|hablar/VERB/0/ROOT")
    assert label(doc, cast(doc, None), "rehén") == ["Rehén (Rusia)"]


def test_identifiers_are_unique_and_mentions_quote_the_text() -> None:
    doc = parsed(SECRETARY + " ## Moscú/PROPN/2/nsubj pidió|pedir/VERB/0/ROOT ayuda/NOUN/2/obj")
    actors = cast(doc).actors
    assert len({actor.id for actor in actors}) == len(actors)
    assert all(doc.text[m.span.start:m.span.end] == m.span.text for actor in actors for m in actor.mentions)


def test_a_broken_line_of_the_list_is_named(tmp_path: Path) -> None:
    table = tmp_path / "descriptions.tsv"
    table.write_text("# comment\nsingular\tplural\tclass\tnote\nrey|reina\treyes\troyal\t\n", "utf-8")
    with pytest.raises(OntologyError, match=r"descriptions\.tsv:3: unknown class «royal»"):
        nominals.read(table)


def test_every_listed_form_is_found_however_many_words_it_has() -> None:
    forms = nominals.read(nominals.ontology_dir() / "lexicon" / "descriptions.tsv")
    known = nominals.load()
    assert max(len(form.split()) for form in forms) > 4  # «jefes de Estado y de Gobierno»
    assert all(known.at(form.split(), 0) == nouns for form, nouns in forms.items())


def test_closed_lists_have_no_doubles_and_known_kinds() -> None:
    assert set(nominals.determiners().values()) == {"def", "poss", "our", "dem", "both", "indef", "all"}
    folder = nominals.ontology_dir() / "lexicon"
    for name in ("connectors", "former", "before_nouns", "portfolios", "member_states", "place_prepositions",
                 "demonstratives", "neutral_pronouns"):
        rows = [row[0] for _, row in nominals.rows(folder / f"{name}.tsv", ("lemma",))]
        assert rows and len(set(rows)) == len(rows), name
    assert not nominals.folded("former") & nominals.folded("before_nouns")
