"""The event rules on parsed sentences built by hand; each test shows its sentence."""

from __future__ import annotations

import pytest
from spanish_docs import NamedCast, parsed

from kg.events import extract_events
from kg.lexicon import load
from kg.model import Event

FIN = "VerbForm=Fin,Mood=Ind,Tense=Past"
SUB = "VerbForm=Fin,Mood=Sub,Tense=Pres"
FUT = "VerbForm=Fin,Mood=Ind,Tense=Fut"
INF = "VerbForm=Inf"
PART = "VerbForm=Part,Tense=Past"


def events(text: str, cast: NamedCast, date: str | None = None, **switches: bool) -> list[Event]:
    """Events of a hand-built sentence."""
    return list(extract_events(parsed(text), cast, load(), date, **switches))


def edges(found: list[Event]) -> set[tuple[str, str, str | None]]:
    """Source, class, target."""
    return {(e.source, e.cls, e.target) for e in found}


def one(found: list[Event], cls: str) -> Event:
    """The only event of a class."""
    (event,) = [e for e in found if e.cls == cls]
    return event


def test_active() -> None:
    # «Rusia atacó Ucrania.»
    text = f"Rusia/PROPN/2/nsubj atacó|atacar/VERB/0/root/{FIN} Ucrania/PROPN/2/obj ./PUNCT/2/punct"
    (event,) = events(text, NamedCast("Rusia Ucrania"))
    assert (event.source, event.cls, event.target) == ("Rusia", "ASSAULT", "Ucrania")
    assert (event.polarity, event.modality, event.attributed_to) == ("affirmed", "actual", None)
    assert event.evidence.trigger.text == "atacó"
    assert event.evidence.rule == "verb.active"
    assert set(event.evidence.reasons) == {"source", "target", "class", "polarity", "modality", "attribution"}


def test_passive_with_agent() -> None:
    # «Ucrania fue atacada por Rusia.»
    text = (f"Ucrania/PROPN/3/nsubj fue|ser/AUX/3/aux/{FIN} atacada|atacar/VERB/0/root/{PART} por/ADP/5/case "
            "Rusia/PROPN/3/obj ./PUNCT/3/punct")
    assert edges(events(text, NamedCast("Rusia Ucrania"))) == {("Rusia", "ASSAULT", "Ucrania")}


def test_passive_without_agent_has_no_source() -> None:
    # «Ucrania fue atacada.»
    text = f"Ucrania/PROPN/3/nsubj fue|ser/AUX/3/aux/{FIN} atacada|atacar/VERB/0/root/{PART} ./PUNCT/3/punct"
    assert events(text, NamedCast("Rusia Ucrania")) == []


def test_participle_with_agent() -> None:
    # «Ucrania, atacada por Rusia, resistió.»
    text = (f"Ucrania/PROPN/7/nsubj ,/PUNCT/3/punct atacada|atacar/VERB/1/acl/{PART} por/ADP/5/case Rusia/PROPN/3/obl "
            f",/PUNCT/3/punct resistió|resistir/VERB/0/root/{FIN} ./PUNCT/7/punct")
    event = one(events(text, NamedCast("Rusia Ucrania")), "ASSAULT")
    assert (event.source, event.target, event.evidence.rule) == ("Rusia", "Ucrania", "verb.participle")


def test_negation() -> None:
    # «Rusia no atacó Ucrania.»
    text = (f"Rusia/PROPN/3/nsubj no/ADV/3/advmod atacó|atacar/VERB/0/root/{FIN} Ucrania/PROPN/3/obj ./PUNCT/3/punct")
    event = one(events(text, NamedCast("Rusia Ucrania")), "ASSAULT")
    assert event.polarity == "negated"


def test_not_only_affirms() -> None:
    # «Rusia no sólo atacó Ucrania.»
    text = (f"Rusia/PROPN/4/nsubj no/ADV/4/advmod sólo/ADV/4/advmod atacó|atacar/VERB/0/root/{FIN} "
            "Ucrania/PROPN/4/obj ./PUNCT/4/punct")
    assert one(events(text, NamedCast("Rusia Ucrania")), "ASSAULT").polarity == "affirmed"


@pytest.mark.parametrize(("form", "modality"), [
    ("atacará|atacar/VERB/0/root/" + FUT, "future"),
    ("atacaría|atacar/VERB/0/root/VerbForm=Fin,Mood=Cnd", "possible"),
])
def test_tense_and_mood(form: str, modality: str) -> None:
    # «Rusia atacará / atacaría Ucrania.»
    text = f"Rusia/PROPN/2/nsubj {form} Ucrania/PROPN/2/obj ./PUNCT/2/punct"
    assert one(events(text, NamedCast("Rusia Ucrania")), "ASSAULT").modality == modality


def test_modal_auxiliary() -> None:
    # «Rusia puede atacar Ucrania.»
    text = (f"Rusia/PROPN/3/nsubj puede|poder/AUX/3/aux/VerbForm=Fin,Mood=Ind,Tense=Pres atacar/VERB/0/root/{INF} "
            "Ucrania/PROPN/3/obj ./PUNCT/3/punct")
    assert one(events(text, NamedCast("Rusia Ucrania")), "ASSAULT").modality == "possible"


def test_condition() -> None:
    # «Si Rusia ataca Ucrania, Polonia responderá.»
    text = (f"Si/SCONJ/3/mark Rusia/PROPN/3/nsubj ataca|atacar/VERB/7/advcl/{FIN} Ucrania/PROPN/3/obj ,/PUNCT/3/punct "
            f"Polonia/PROPN/7/nsubj responderá|responder/VERB/0/root/{FUT} ./PUNCT/7/punct")
    assert one(events(text, NamedCast("Rusia Ucrania Polonia")), "ASSAULT").modality == "possible"


def test_reported_claim_is_attributed() -> None:
    # «Zelenski afirmó que Rusia atacó Ucrania.»
    text = (f"Zelenski/PROPN/2/nsubj afirmó|afirmar/VERB/0/root/{FIN} que/SCONJ/5/mark Rusia/PROPN/5/nsubj "
            f"atacó|atacar/VERB/2/ccomp/{FIN} Ucrania/PROPN/5/obj ./PUNCT/2/punct")
    event = one(events(text, NamedCast("Zelenski Rusia Ucrania")), "ASSAULT")
    assert event.attributed_to == "Zelenski"
    without = one(events(text, NamedCast("Zelenski Rusia Ucrania"), attribution=False), "ASSAULT")
    assert without.attributed_to is None


def test_denied() -> None:
    # «Rusia negó que atacara Ucrania.» (dropped subject)
    text = (f"Rusia/PROPN/2/nsubj negó|negar/VERB/0/root/{FIN} que/SCONJ/4/mark atacara|atacar/VERB/2/ccomp/{SUB} "
            "Ucrania/PROPN/4/obj ./PUNCT/2/punct")
    found = events(text, NamedCast("Rusia Ucrania", subjects={"atacara": "Rusia"}))
    event = one(found, "ASSAULT")
    assert (event.polarity, event.attributed_to) == ("negated", "Rusia")
    assert one(found, "DENY").source == "Rusia"


def test_dropped_subjects_can_be_switched_off() -> None:
    # «Atacó Ucrania.»
    text = f"Atacó|atacar/VERB/0/root/{FIN} Ucrania/PROPN/1/obj ./PUNCT/1/punct"
    cast = NamedCast("Rusia Ucrania", subjects={"Atacó": "Rusia"})
    assert edges(events(text, cast)) == {("Rusia", "ASSAULT", "Ucrania")}
    assert events(text, cast, dropped_subjects=False) == []


def test_request_and_what_is_asked_for() -> None:
    # «Egipto pidió a Israel que libere a Arafat.»
    text = (f"Egipto/PROPN/2/nsubj pidió|pedir/VERB/0/root/{FIN} a/ADP/4/case Israel/PROPN/2/obj que/SCONJ/6/mark "
            f"libere|liberar/VERB/2/ccomp/{SUB} a/ADP/8/case Arafat/PROPN/6/obj ./PUNCT/2/punct")
    found = events(text, NamedCast("Egipto Israel Arafat", subjects={"libere": "Israel"}))
    assert ("Egipto", "REQUEST", "Israel") in edges(found)
    wanted = one(found, "RETREAT")
    assert (wanted.source, wanted.modality, wanted.attributed_to) == ("Israel", "desired", "Egipto")


def test_object_control() -> None:
    # «Egipto pidió a Israel liberar a Arafat.»
    text = (f"Egipto/PROPN/2/nsubj pidió|pedir/VERB/0/root/{FIN} a/ADP/4/case Israel/PROPN/2/obj "
            f"liberar/VERB/2/xcomp/{INF} a/ADP/7/case Arafat/PROPN/5/obj ./PUNCT/2/punct")
    wanted = one(events(text, NamedCast("Egipto Israel Arafat")), "RETREAT")
    assert (wanted.source, wanted.modality) == ("Israel", "desired")


def test_coordination_of_subjects_and_objects() -> None:
    # «Rusia y China atacaron Ucrania y Polonia.»
    text = (f"Rusia/PROPN/4/nsubj y/CCONJ/3/cc China/PROPN/1/conj atacaron|atacar/VERB/0/root/{FIN} Ucrania/PROPN/4/obj "
            "y/CCONJ/7/cc Polonia/PROPN/5/conj ./PUNCT/4/punct")
    found = events(text, NamedCast("Rusia China Ucrania Polonia"))
    assert len(found) == 4
    assert ("China", "ASSAULT", "Polonia") in edges(found)


def test_coordinated_verbs_share_the_subject() -> None:
    # «Rusia atacó Ucrania y amenazó a Polonia.»
    text = (f"Rusia/PROPN/2/nsubj atacó|atacar/VERB/0/root/{FIN} Ucrania/PROPN/2/obj y/CCONJ/5/cc "
            f"amenazó|amenazar/VERB/2/conj/{FIN} a/ADP/7/case Polonia/PROPN/5/obj ./PUNCT/2/punct")
    assert edges(events(text, NamedCast("Rusia Ucrania Polonia"))) == {
        ("Rusia", "ASSAULT", "Ucrania"), ("Rusia", "THREATEN", "Polonia")}


def test_relative_clause() -> None:
    # «Rusia, que atacó Ucrania, calló.»
    text = (f"Rusia/PROPN/7/nsubj ,/PUNCT/4/punct que/PRON/4/nsubj atacó|atacar/VERB/1/acl/{FIN} Ucrania/PROPN/4/obj "
            f",/PUNCT/4/punct calló|callar/VERB/0/root/{FIN} ./PUNCT/7/punct")
    assert ("Rusia", "ASSAULT", "Ucrania") in edges(events(text, NamedCast("Rusia Ucrania")))


def test_nominal_event() -> None:
    # «Los ataques rusos contra Ucrania continúan.»
    text = ("Los|el/DET/2/det ataques|ataque/NOUN/6/nsubj rusos|ruso/ADJ/2/amod contra/ADP/5/case Ucrania/PROPN/2/nmod "
            f"continúan|continuar/VERB/0/root/{FIN} ./PUNCT/6/punct")
    cast = NamedCast("Rusia Ucrania", adjectives={"rusos": "Rusia"})
    (event,) = events(text, cast)
    assert (event.source, event.cls, event.target) == ("Rusia", "ASSAULT", "Ucrania")
    assert event.evidence.rule == "noun.adj-contra"
    assert events(text, cast, nominal_events=False) == []


def test_light_verb() -> None:
    # «Chirac mantuvo conversaciones con Barak.»
    text = (f"Chirac/PROPN/2/nsubj mantuvo|mantener/VERB/0/root/{FIN} conversaciones|conversación/NOUN/2/obj con/ADP/5/case "
            "Barak/PROPN/2/obl ./PUNCT/2/punct")
    assert edges(events(text, NamedCast("Chirac Barak"))) == {("Chirac", "CONSULT", "Barak")}


def test_parenthetical_speech() -> None:
    # «Rusia atacó Ucrania, según dijo Zelenski.»
    text = (f"Rusia/PROPN/2/nsubj atacó|atacar/VERB/0/root/{FIN} Ucrania/PROPN/2/obj ,/PUNCT/6/punct según/SCONJ/6/mark "
            f"dijo|decir/VERB/2/advcl/{FIN} Zelenski/PROPN/6/nsubj ./PUNCT/2/punct")
    assert one(events(text, NamedCast("Rusia Ucrania Zelenski")), "ASSAULT").attributed_to == "Zelenski"


def test_according_to() -> None:
    # «Rusia atacó Ucrania, según Zelenski.»
    text = (f"Rusia/PROPN/2/nsubj atacó|atacar/VERB/0/root/{FIN} Ucrania/PROPN/2/obj ,/PUNCT/6/punct según/ADP/6/case "
            "Zelenski/PROPN/2/obl ./PUNCT/2/punct")
    assert one(events(text, NamedCast("Rusia Ucrania Zelenski")), "ASSAULT").attributed_to == "Zelenski"


def test_quote_with_inverted_subject_taken_for_an_object() -> None:
    # «"Rusia atacó Ucrania", dijo Zelenski.»
    text = (f'"/PUNCT/3/punct Rusia/PROPN/3/nsubj atacó|atacar/VERB/7/ccomp/{FIN} Ucrania/PROPN/3/obj "/PUNCT/3/punct '
            f",/PUNCT/3/punct dijo|decir/VERB/0/root/{FIN} Zelenski/PROPN/7/obj ./PUNCT/7/punct")
    assert one(events(text, NamedCast("Rusia Ucrania Zelenski")), "ASSAULT").attributed_to == "Zelenski"


def test_quote_over_two_sentences() -> None:
    # «"Rusia atacó Ucrania. Rusia amenaza a Polonia", dijo Zelenski.»
    text = (f'"/PUNCT/3/punct Rusia/PROPN/3/nsubj atacó|atacar/VERB/0/root/{FIN} Ucrania/PROPN/3/obj ./PUNCT/3/punct ## '
            f"Rusia/PROPN/2/nsubj amenaza|amenazar/VERB/7/ccomp/{FIN} a/ADP/4/case Polonia/PROPN/2/obj "
            f'"/PUNCT/2/punct ,/PUNCT/2/punct dijo|decir/VERB/0/root/{FIN} Zelenski/PROPN/7/nsubj ./PUNCT/7/punct')
    found = events(text, NamedCast("Rusia Ucrania Polonia Zelenski"))
    assert {e.attributed_to for e in found if e.cls in ("ASSAULT", "THREATEN")} == {"Zelenski"}


def test_duty_becomes_a_request() -> None:
    # «Gama dijo que Bosnia debe negociar.»
    text = (f"Gama/PROPN/2/nsubj dijo|decir/VERB/0/root/{FIN} que/SCONJ/6/mark Bosnia/PROPN/6/nsubj debe|deber/AUX/6/aux/{FIN} "
            f"cambiar/VERB/2/ccomp/{INF} ./PUNCT/2/punct")
    event = one(events(text, NamedCast("Gama Bosnia")), "REQUEST")
    assert (event.source, event.target, event.evidence.rule) == ("Gama", "Bosnia", "speech.duty")


def test_time() -> None:
    # «Rusia atacó Ucrania el martes.»
    text = (f"Rusia/PROPN/2/nsubj atacó|atacar/VERB/0/root/{FIN} Ucrania/PROPN/2/obj el/DET/5/det martes/NOUN/2/obl "
            "./PUNCT/2/punct")
    cast = NamedCast("Rusia Ucrania")
    assert one(events(text, cast, "2022-10-12"), "ASSAULT").time == "2022-10-11"
    assert one(events(text, cast), "ASSAULT").time is None
