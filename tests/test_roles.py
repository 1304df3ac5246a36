"""The second opinion on subjects and objects: what it sees, what it changes, and its training from trees to weights."""

from __future__ import annotations

import lzma
import random
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from kg import language
from kg.roles import ROLES, Preferences, Roles, Weights, arguments
from kg.training import roles as training

NOUNS = ["consenso", "riesgo", "acuerdo", "motivo", "plan", "dato"]


def only(role: str, weight: float) -> list[float]:
    return [weight if name == role else 0.0 for name in ROLES]


def clause(verb: str, noun: str, role: str) -> Doc:
    """«No existe consenso.», «No firma acuerdo.»"""
    return Doc(
        spacy.blank("es").vocab, words=["No", verb, noun, "."], heads=[1, 1, 1, 1], deps=["advmod", "ROOT", role, "punct"],
        pos=["ADV", "VERB", "NOUN", "PUNCT"], lemmas=["no", verb, noun, "."],
        morphs=["", "Number=Sing|Person=3|VerbForm=Fin", "Number=Sing", ""],
    )  # fmt: skip


@pytest.fixture(scope="module")
def trained() -> Roles:
    draw = random.Random(7)
    picked = [(draw.choice([("existe", "nsubj"), ("firma", "obj")]), draw.choice(NOUNS)) for _ in range(200)]
    docs = [clause(verb, noun, role) for (verb, role), noun in picked]
    roles = Roles()
    roles.set(roles.preferences, training.fit(training.examples(roles, docs)))
    return roles


def test_a_wrong_role_is_changed_and_a_right_one_stays(trained: Roles) -> None:
    for verb, role in (("existe", "nsubj"), ("firma", "obj")):
        for parsed in ("nsubj", "obj", "obl"):
            assert trained(clause(verb, "plan", parsed))[2].dep_ == role


def test_only_roles_are_looked_at(trained: Roles) -> None:
    doc = trained(clause("existe", "plan", "appos"))
    assert [t.dep_ for t in doc] == ["advmod", "ROOT", "appos", "punct"]
    assert [t.head.i for t in doc] == [1, 1, 1, 1]


def test_without_weights_the_parse_stays_as_it_is() -> None:
    assert Roles()(clause("existe", "plan", "obj"))[2].dep_ == "obj"
    assert len(Roles(weights=Weights.of({"case=-": [1.0] * len(ROLES)}))(Doc(spacy.blank("es").vocab))) == 0


def test_no_predicate_gets_a_second_subject(trained: Roles) -> None:
    """«Nadie existe consenso.»"""
    doc = Doc(
        spacy.blank("es").vocab, words=["Nadie", "existe", "consenso"], heads=[1, 1, 1], deps=["nsubj", "ROOT", "obj"],
        pos=["PRON", "VERB", "NOUN"], lemmas=["nadie", "existe", "consenso"],
    )  # fmt: skip
    assert [t.dep_ for t in trained(doc)].count("nsubj") == 1


def test_the_surest_change_comes_first_and_the_other_sees_it() -> None:
    """«Ninguna ha roto el pacto»: two subjects, of which only one may become the object."""
    said = {"others=nsubj<": only("obj", 9.0), "others=nsubj>": only("obj", 2.0), "others=obj>": only("nsubj", 5.0)}
    roles = Roles(weights=Weights.of(said))
    doc = Doc(
        spacy.blank("es").vocab, words=["Ninguna", "ha", "roto", "el", "pacto"], heads=[2, 2, 2, 4, 2],
        deps=["nsubj", "aux", "ROOT", "det", "nsubj"], pos=["PRON", "AUX", "VERB", "DET", "NOUN"],
        lemmas=["ninguno", "haber", "romper", "el", "pacto"],
    )  # fmt: skip
    assert [(t.text, t.dep_) for t in roles(doc) if t.dep_ in ROLES] == [("Ninguna", "nsubj"), ("pacto", "obj")]


def test_features_tell_preposition_agreement_and_preferences() -> None:
    """«Los países cuentan con él.»"""
    doc = Doc(
        spacy.blank("es").vocab, words=["Los", "países", "cuentan", "con", "él"], heads=[1, 2, 2, 4, 2],
        deps=["det", "nsubj", "ROOT", "case", "obl"], pos=["DET", "NOUN", "VERB", "ADP", "PRON"],
        morphs=["", "Number=Plur", "Number=Plur|Person=3|VerbForm=Fin", "", "Number=Sing"],
        lemmas=["el", "país", "contar", "con", "él"],
    )  # fmt: skip
    (subject, first), (complement, second) = arguments(Roles(Preferences({"contar": "0123"}, {"contar con": "500"}, {})), doc)
    assert (subject, complement) == (1, 4)
    assert {"key=NOUN<-", "agrees==<-", "det=the<-", "V0=0<bare-"} <= set(first)
    assert {"verb,case=contar con", "P0=5", "agrees=≠>con", "others=nsubj<"} <= set(second)


def test_what_is_written_is_read_back(trained: Roles, tmp_path: Path) -> None:
    trained.to_disk(tmp_path / "roles")
    again = Roles().from_disk(tmp_path / "roles")
    assert again.to_bytes() == trained.to_bytes()
    assert again(clause("existe", "plan", "obj"))[2].dep_ == "nsubj"


def test_preferences_are_counted_in_parsed_text(tmp_path: Path) -> None:
    (tmp_path / "silver").mkdir()
    sentence = "existe\texistir\tVMIP3S0\t0\tS\t_\n{}\t=\tNCMS000\t-1\tsuj\t_\ncon\t=\tSPS00\t-2\tcreg\t_\n\n"
    rows = "# doc\n" + "".join(map(sentence.format, NOUNS))
    (tmp_path / "silver" / "nc11_es_silver.conll.xz").write_bytes(lzma.compress(rows.encode()))
    found = training.preferences(tmp_path)
    assert found == Preferences({"existir": "500?"}, {"existir con": "500"}, {})


def test_a_pipeline_can_have_it_or_not() -> None:
    nlp = spacy.blank("es")
    nlp.add_pipe("kg_roles", name="roles")
    assert nlp.pipe_names == ["roles"]
    assert "kg_roles" in language.load().factory_names
