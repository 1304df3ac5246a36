"""Offices that an article states, on sentences built by hand, with the real knowledge base: no model."""

from __future__ import annotations

from spanish_docs import parsed

from kg import knowledge
from kg.actors import resolve
from kg.model import Office
from kg.offices import find_offices


def offices(text: str, date: str | None = "2022-10-12") -> list[tuple[str, str, str | None, bool]]:
    return [row for row, _ in found(text, date)]


def found(text: str, date: str | None) -> list[tuple[tuple[str, str, str | None, bool], Office]]:
    doc = parsed(text)
    cast = resolve(doc, knowledge.load(), date)
    labels = {actor.id: actor.label for actor in cast.actors}
    return [((labels[o.person], o.office, labels.get(o.of or ""), o.former), o)
            for o in find_offices(doc, cast, knowledge.load(), date)]


def test_office_before_the_name() -> None:
    # El ministro de Exteriores ruso, Sergei Lavrov, habló
    text = ("El/DET/2/det ministro/NOUN/10/nsubj de/ADP/4/case Exteriores/PROPN/2/nmod ruso/ADJ/2/amod ,/PUNCT/7/punct "
            "Sergei/PROPN/2/appos Lavrov/PROPN/7/flat ,/PUNCT/7/punct habló|hablar/VERB/0/ROOT")
    assert offices(text) == [("Serguéi Lavrov", "ministro de Exteriores", "Rusia", False)]


def test_office_after_the_name() -> None:
    # Jens Stoltenberg, secretario general de la OTAN, habló
    text = ("Jens/PROPN/10/nsubj Stoltenberg/PROPN/1/flat ,/PUNCT/4/punct secretario/NOUN/1/appos general/ADJ/4/amod "
            "de/ADP/8/case la/DET/8/det OTAN/PROPN/4/nmod ,/PUNCT/4/punct habló|hablar/VERB/0/ROOT")
    assert offices(text) == [("Jens Stoltenberg", "secretario general", "OTAN", False)]


def test_office_after_a_copula() -> None:
    # Stoltenberg es secretario general de la OTAN; fue
    text = ("Stoltenberg/PROPN/3/nsubj {}/AUX/3/cop/{} secretario/NOUN/0/ROOT general/ADJ/3/amod de/ADP/7/case la/DET/7/det "
            "OTAN/PROPN/3/nmod")
    assert offices(text.format("es|ser", "Tense=Pres")) == [("Jens Stoltenberg", "secretario general", "OTAN", False)]
    past = text.format("fue|ser", "Tense=Past")
    assert offices(past, "2025-03-01") == [("Jens Stoltenberg", "secretario general", "OTAN", True)]


def test_former_office() -> None:
    # El ex presidente francés Jacques Chirac murió
    text = ("El/DET/3/det ex/ADJ/3/amod presidente/NOUN/7/nsubj francés/ADJ/3/amod Jacques/PROPN/3/appos Chirac/PROPN/5/flat "
            "murió|morir/VERB/0/ROOT")
    assert offices(text, "2019-09-26") == [("Jacques Chirac", "presidente", "Francia", True)]


def test_contradiction_with_the_knowledge_base_is_noted() -> None:
    # El presidente francés, Tony Blair, habló
    text = ("El/DET/2/det presidente/NOUN/8/nsubj francés/ADJ/2/amod ,/PUNCT/5/punct Tony/PROPN/2/appos Blair/PROPN/5/flat "
            ",/PUNCT/5/punct habló|hablar/VERB/0/ROOT")
    ((row, office),) = found(text, "2000-05-23")
    assert row == ("Tony Blair", "presidente", "Francia", False)
    assert office.note == "the knowledge base has Jacques Chirac as presidente of Francia in 2000-05-23"


def test_an_office_without_a_name_states_nothing() -> None:
    # El presidente francés habló
    assert offices("El/DET/2/det presidente/NOUN/4/nsubj francés/ADJ/2/amod habló|hablar/VERB/0/ROOT") == []


def test_evidence_quotes_the_article() -> None:
    text = ("El/DET/2/det presidente/NOUN/6/nsubj ruso/ADJ/2/amod Vladímir/PROPN/2/appos Putin/PROPN/4/flat "
            "habló|hablar/VERB/0/ROOT")
    ((_, office),) = found(text, "2022-10-12")
    assert office.evidence.trigger.text == "El presidente ruso"
    assert office.evidence.sentence.text.startswith("El presidente ruso Vladímir Putin")
