"""Lookups in the actor knowledge base: what a form denotes, who held an office on a date, what is like a name."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from kg import knowledge, titles
from kg.knowledge import Knowledge, Tenure, overlaps
from kg.names import fold, surnames


@pytest.fixture(scope="module")
def kb() -> Knowledge:
    return knowledge.load()


def labels(kb: Knowledge, surface: str, on: str | None = None, how: str | None = None) -> list[str]:
    return [kb.entry(s.key).label for s in kb.senses(surface, on) if how is None or s.how == how]


def held(kb: Knowledge, title: str, body: str, on: str) -> str | None:
    """The likeliest holder's label; `body` is an alpha-3 code or a name."""
    state = kb.state(body)
    key = state.key if state else kb.senses(body)[0].key
    return next((kb.entry(t.person).label for t in kb.holders(title, key, on)), None)


# Names --------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("surface", "label"), [
    ("OTAN", "OTAN"), ("la OTAN", "OTAN"), ("la Alianza Atlántica", "OTAN"),
    ("Organización del Tratado del Atlántico Norte", "OTAN"),
    ("EEUU", "Estados Unidos"), ("EE.UU.", "Estados Unidos"), ("EE. UU.", "Estados Unidos"),
    ("los Estados Unidos", "Estados Unidos"),
    ("Naciones Unidas", "ONU"), ("las Naciones Unidas", "ONU"), ("UE", "Unión Europea"),
    ("Ejecutivo comunitario", "Comisión Europea"),
    ("URSS", "Unión Soviética"), ("RFY", "Yugoslavia"), ("Bosnia-Herzegovina", "Bosnia y Herzegovina"), ("Ceilán", "Sri Lanka"),
    ("Hizbulá", "Hezbolá"), ("Partido de Dios", "Hezbolá"), ("OLP", "Organización para la Liberación de Palestina"),
    ("ELK", "Ejército de Liberación de Kosovo"), ("FINUL", "Fuerza Interina de las Naciones Unidas en el Líbano"),
    ("grupo Wagner", "Grupo Wagner"), ("talibanes", "Talibanes"), ("los hutíes", "Hutíes"), ("Daesh", "Estado Islámico"),
    ("agencia Efe", "EFE"), ("ITAR-TASS", "TASS"), ("Le Monde", "Le Monde"),
    ("TPIY", "Tribunal Penal Internacional para la ex-Yugoslavia"),
    ("Vladímir Putin", "Vladimir Putin"), ("Gadafi", "Muamar el Gadafi"), ("Kadafi", "Muamar el Gadafi"),
    ("Zelensky", "Volodímir Zelenski"),
    ("Isabel II", "Isabel II"), ("Juan Pablo II", "Juan Pablo II"), ("Lula", "Luiz Inácio Lula da Silva"),
    ("Abu Mazen", "Mahmud Abás"),
    ("Tirofijo", "Manuel Marulanda"), ("la comunidad internacional", "Comunidad internacional"), ("CNN", "CNN"),
    ("Acnur", "Acnur"),
    ("OSCE", "Organización para la Seguridad y la Cooperación en Europa"), ("UEO", "Unión Europea Occidental"), ("G-8", "G8"),
])
def test_forms_denote(kb: Knowledge, surface: str, label: str) -> None:
    assert labels(kb, surface)[0] == label


def test_a_capital_letter_that_belongs_to_a_name_is_needed(kb: Knowledge) -> None:
    assert labels(kb, "La Paz") and not labels(kb, "la paz")
    assert labels(kb, "MAS") and not labels(kb, "mas")
    assert labels(kb, "rusos") == labels(kb, "Rusos") == ["Rusia"]


def test_a_form_with_an_everyday_meaning_says_so(kb: Knowledge) -> None:
    assert kb.senses("Podemos")[0].note == "ambiguous"
    assert kb.senses("OTAN")[0].note is None


@pytest.mark.parametrize(("surface", "how"), [
    ("Moscú", "capital"), ("el Kremlin", "metonym"), ("Stoltenberg", "surname"), ("Javier Solana", "name"), ("FMI", "acronym"),
    ("los Quince", "metonym"), ("israelíes", "demonym"), ("Holanda", "alias"),
])
def test_how_a_form_denotes(kb: Knowledge, surface: str, how: str) -> None:
    assert kb.senses(surface)[0].how == how


def test_capitals_and_metonyms_go_by_date(kb: Knowledge) -> None:
    assert labels(kb, "Belgrado", "2000-05-23", "capital") == ["Yugoslavia"]
    assert labels(kb, "Belgrado", "2022-05-23", "capital") == ["Serbia"]
    assert labels(kb, "Moscú", "1988", "capital") == ["Unión Soviética"]
    assert labels(kb, "Moscú", "2000-05-23", "capital") == ["Rusia"]
    assert labels(kb, "los Quince", "2000-05-23") == ["Unión Europea"] and not labels(kb, "los Quince", "2011")
    assert labels(kb, "Belgrado", None, "name") == ["Belgrado"], "the city itself is always there"


def test_ambiguous_seats_list_what_they_can_be(kb: Knowledge) -> None:
    assert {"Unión Europea", "Bélgica", "Bruselas"} <= set(labels(kb, "Bruselas"))
    assert "also" in (kb.senses("Bruselas")[0].note or "")


def test_demonyms_in_all_forms(kb: Knowledge) -> None:
    for code, forms in {"RUS": "ruso rusa rusos rusas", "FRA": "francés francesa franceses francesas",
                        "LKA": "ceilanés ceilanesa ceilaneses ceilanesas", "YUG": "yugoslavo yugoslava yugoslavos"}.items():
        state = kb.state(code)
        assert state and set(forms.split()) <= set(kb.demonyms(state.key))


# People and surnames ------------------------------------------------------------------------------------------------

def test_people_of_one_surname_stay_apart(kb: Knowledge) -> None:
    found = {kb.entry(key).label for key in kb.surname("Ivanov")}
    assert {"Igor Ivanov", "Serguéi Ivanov"} <= found
    assert {kb.entry(s.key).label for s, _ in kb.similar("Sergei Ivanov", ("person",))} == {"Serguéi Ivanov"}
    bush = {kb.entry(key).label for key in kb.surname("Bush")}
    assert {"George W. Bush", "George H. W. Bush"} <= bush


def test_surnames_with_particles_and_family_name_first(kb: Knowledge) -> None:
    assert "Jaap de Hoop Scheffer" in {kb.entry(k).label for k in kb.surname("De Hoop Scheffer")}
    assert "Humberto de la Calle" in {kb.entry(k).label for k in kb.surname("De la Calle")}
    assert kb.entry(kb.surname("Xi")[0]).label == "Xi Jinping"
    assert surnames("Madonna") == ()


def test_a_second_surname_may_be_left_out_or_added(kb: Knowledge) -> None:
    assert labels(kb, "Bruno Rodríguez")[0] == "Bruno Rodríguez Parrilla"
    assert kb.entry(kb.similar("Josep Borrell Fontelles", ("person",))[0][0].key).label == "Josep Borrell"
    assert not labels(kb, "Juan Manuel"), "given names are nobody"


@pytest.mark.parametrize(("typed", "label"), [
    ("Stoltnberg", "Jens Stoltenberg"), ("Dimitri Peskov", "Dmitri Peskov"), ("Dimitry Peskov", "Dmitri Peskov"),
    ("Volodymir Zelensky", "Volodímir Zelenski"), ("Mijail Gorbachev", "Mijaíl Gorbachov"), ("Saja Kallas", "Kaja Kallas"),
    ("Slobodan Milosevich", "Slobodan Milosevic"), ("Yasir Arafat", "Yaser Arafat"),
    ("Alexander Lukashenka", "Alexandr Lukashenko"),
    ("Hizbolah", "Hezbolá"), ("Anders Fog Rasmussen", "Anders Fogh Rasmussen"), ("Condoleeza Rice", "Condoleezza Rice"),
    ("Muamar al Gaddafi", "Muamar el Gadafi"), ("Angela Merkle", "Angela Merkel"),
])
def test_misspelt_and_transliterated_names_meet(kb: Knowledge, typed: str, label: str) -> None:
    exact = kb.senses(typed)
    found = [s.key for s in exact] or [s.key for s, _ in kb.similar(typed, ("person", "armed_group"))]
    assert found and kb.entry(found[0]).label == label


def test_similar_is_of_the_types_asked_for_and_scored(kb: Knowledge) -> None:
    assert not kb.similar("Stoltnberg", ("state",))
    scores = [score for _, score in kb.similar("Serguei Lavrov", ("person",))]
    assert scores == sorted(scores, reverse=True) and all(0.8 <= s <= 1 for s in scores)
    assert not kb.similar("Xzqwv Brrtk")


# Offices ------------------------------------------------------------------------------------------------------------

def test_secretaries_general_of_nato(kb: Knowledge) -> None:
    nato = kb.senses("OTAN")[0].key
    spells = [(kb.entry(t.person).label, t.start, t.end) for t in kb.tenures(of=nato, role="head_of_organisation")
              if t.office == "secretario general" and (t.start or "") > "1995"]
    assert spells == [
        ("Mark Rutte", "2024-10-01", None), ("Jens Stoltenberg", "2014-10-01", "2024-10-01"),
        ("Anders Fogh Rasmussen", "2009-08-01", "2014-10-01"), ("Jaap de Hoop Scheffer", "2004-01-05", "2009-08-01"),
        ("George Robertson", "1999-10-14", "2003-12-17"), ("Javier Solana", "1995-12-05", "1999-10-06"),
    ]


@pytest.mark.parametrize(("title", "body", "on", "label"), [
    ("secretario general", "OTAN", "2011-06-08", "Anders Fogh Rasmussen"),
    ("secretario general", "OTAN", "2022", "Jens Stoltenberg"),
    ("secretario general", "OTAN", "2025-03", "Mark Rutte"), ("secretario general", "OTAN", "2000-05-23", "George Robertson"),
    ("secretario general", "ONU", "2000-05-23", "Kofi Annan"), ("secretario general", "ONU", "2012", "Ban Ki-moon"),
    ("secretario general", "ONU", "2023", "António Guterres"), ("secretario general", "OEA", "2000-05-23", "César Gaviria"),
    ("presidente", "Comisión Europea", "2000-05-23", "Romano Prodi"),
    ("presidenta", "Comisión Europea", "2022-06", "Ursula von der Leyen"),
    ("presidente", "Consejo Europeo", "2011-06", "Herman Van Rompuy"),
    ("presidente", "Consejo Europeo", "2025-01", "António Costa"),
    ("alto representante", "UE", "2000-05-23", "Javier Solana"), ("jefe de la diplomacia", "UE", "2022-10", "Josep Borrell"),
    ("alta representante", "UE", "2012", "Catherine Ashton"), ("jefa de la diplomacia", "UE", "2025-02", "Kaja Kallas"),
    ("presidente", "USA", "2000-05-23", "Bill Clinton"), ("presidente", "USA", "2022-10-12", "Joe Biden"),
    ("mandatario", "USA", "2011", "Barack Obama"),
    ("presidente", "RUS", "2000-05-23", "Vladimir Putin"), ("presidente", "RUS", "2011-06-08", "Dmitri Medvédev"),
    ("jefe del Estado", "FRA", "2000-05-23", "Jacques Chirac"), ("presidente", "FRA", "2022-10-12", "Emmanuel Macron"),
    ("presidente", "ESP", "2000-05-23", "José María Aznar"), ("jefe del Ejecutivo", "ESP", "2022-10-12", "Pedro Sánchez"),
    ("rey", "ESP", "2000-05-23", "Juan Carlos I"), ("canciller", "DEU", "2000-05-23", "Gerhard Schröder"),
    ("canciller", "DEU", "2022", "Olaf Scholz"),
    ("canciller", "AUT", "2000-05-23", "Wolfgang Schüssel"), ("canciller", "COL", "2000-05-23", "Guillermo Fernández de Soto"),
    ("primer ministro", "GBR", "2000-05-23", "Tony Blair"), ("primera ministra", "EST", "2023-06-28", "Kaja Kallas"),
    ("premier", "ISR", "2000-05-23", "Ehud Barak"), ("primer ministro", "PRT", "2000-05-23", "António Guterres"),
    ("presidente", "CHN", "2022-10-12", "Xi Jinping"), ("presidente", "UKR", "2022-10-12", "Volodímir Zelenski"),
    ("presidente", "YUG", "2000-05-23", "Slobodan Milosevic"),
    ("ministro de Defensa", "YUG", "2000-05-23", "Dragoljub Ojdanic"),
    ("presidenta", "LKA", "2000-05-23", "Chandrika Kumaratunga"), ("presidente", "COL", "2000-05-23", "Andrés Pastrana"),
    ("presidente", "SYR", "2000-05-23", "Hafez al Asad"), ("presidente", "SYR", "2011", "Bachar al Asad"),
    ("presidente", "LBN", "2000-05-23", "Émile Lahoud"),
    ("secretaria de Estado", "USA", "2000-05-23", "Madeleine Albright"),
    ("secretario de Estado", "USA", "2022-10-12", "Antony Blinken"),
    ("jefe del Pentágono", "USA", "2000-05-23", "William Cohen"),
    ("secretario de Defensa", "USA", "2022-10-12", "Lloyd Austin"),
    ("ministro de Exteriores", "RUS", "2000-05-23", "Igor Ivanov"),
    ("ministro de Exteriores", "RUS", "2022-10-12", "Serguéi Lavrov"),
    ("titular de Defensa", "RUS", "2011-06-08", "Anatoli Serdiukov"),
    ("jefe de la diplomacia", "FRA", "2000-05-23", "Hubert Védrine"),
    ("ministro de Asuntos Exteriores", "PRT", "2000-05-23", "Jaime Gama"),
    ("ministro de Asuntos Exteriores", "EGY", "2000-05-23", "Amro Musa"),
    ("portavoz", "OTAN", "2000-05-23", "Jamie Shea"), ("portavoz del Kremlin", "RUS", "2022-10-12", "Dmitri Peskov"),
    ("portavoz de la Presidencia", "RUS", "2023", "Dmitri Peskov"),
    ("portavoz de la Casa Blanca", "USA", "2000-05-23", "Joe Lockhart"),
    ("portavoz del Departamento de Estado", "USA", "1999-06", "James Rubin"), ("papa", "VAT", "2000-05-23", "Juan Pablo II"),
    ("líder", "Hamás", "2000-05", "Ahmed Yasín"), ("secretario general", "Hezbolá", "2006-07", "Hasán Nasrala"),
    ("jefe", "Ejército del Sur del Líbano", "2000-05-23", "Antoine Lahad"),
    ("líder", "Grupo Wagner", "2023-06", "Yevgueni Prigozhin"),
    ("director general", "OIEA", "2022-10", "Rafael Grossi"), ("director gerente", "FMI", "2000-05-23", "Horst Köhler"),
    ("primer ministro", "CAN", "2000-05-23", "Jean Chrétien"),
])
def test_who_held_an_office_on_a_date(kb: Knowledge, title: str, body: str, on: str, label: str) -> None:
    assert held(kb, title, body, on) == label


def test_a_spell_whose_source_stopped_is_not_taken_for_current() -> None:
    stale = Tenure("Q1", "ministro", "minister", "Q2", "2019-03-01", None, seen="2022-08-03")
    assert stale.on("2022-01-01") and not stale.on("2023") and stale.perhaps_on("2023")


def test_no_certain_spell_begins_after_it_ends(kb: Knowledge) -> None:
    wrong = [t for key in kb for t in kb.tenures(person=key) if t.start and t.end and t.start[:len(t.end)] > t.end]
    assert wrong == []


def test_tenures_need_a_person_or_a_body(kb: Knowledge) -> None:
    with pytest.raises(TypeError, match="person= or of="):
        kb.tenures(on="2000")


def test_dates_of_different_precision() -> None:
    assert overlaps("1998", "2004", "2000-05-23") and overlaps("2004-03-09", None, "2004")
    assert not overlaps("2004-03-09", None, "2003") and overlaps(None, None, "1999-12-31")


# Titles -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("title", "body", "country", "role"), [
    ("ministra de Relaciones Exteriores", "state", "COL", "foreign_minister"),
    ("ministros de Defensa", "state", None, "defence_minister"),
    ("titular de Exteriores", "state", None, "foreign_minister"),
    ("ministro francés de Asuntos Exteriores", "state", "FRA", "foreign_minister"),
    ("secretario de Estado", "state", "ESP", "deputy_minister"), ("ex primer ministro", "state", None, "head_of_government"),
    ("ministro de Agricultura", "state", None, "minister"),
    ("comisario europeo de Relaciones Exteriores", "organisation", None, "commissioner"),
    ("líder", "party", None, "party_leader"), ("líder de la oposición", "state", None, "opposition_leader"),
    ("alcaldesa de París", None, None, "mayor"), ("gobernador", "place", None, "regional_head"),
    ("embajador ante la ONU", "state", None, "un_representative"),
    ("embajadora en Madrid", "state", None, "ambassador"), ("voceros", None, None, "spokesperson"),
    ("enviado especial", "person", None, "envoy"),
])
def test_titles_have_roles(title: str, body: str | None, country: str | None, role: str) -> None:
    assert titles.load().roles(title, body, country)[0] == role


def test_an_unknown_title_has_no_role(kb: Knowledge) -> None:
    assert titles.load().roles("violinista") == ()
    assert kb.role("violinista") is None and kb.role("premier") == "head_of_government"


# The whole ----------------------------------------------------------------------------------------------------------

def test_it_is_as_large_as_promised(kb: Knowledge) -> None:
    entries = [kb.entry(key) for key in kb]
    of = {kind: sum(e.type == kind for e in entries) for kind in ("organisation", "armed_group", "party", "media", "person")}
    states = [e for e in entries if e.type == "state"]
    assert sum(e.kind == "state" for e in states) == 193 and len(states) >= 210
    assert of["organisation"] >= 80 and of["armed_group"] + of["party"] + of["media"] >= 40
    assert sum(bool(kb.tenures(person=e.key)) for e in entries if e.type == "person") >= 3000


def test_every_state_has_a_qid_and_most_have_demonyms(kb: Knowledge) -> None:
    states = [kb.entry(key) for key in kb if kb.entry(key).kind == "state"]
    assert all(e.wikidata and e.label_en and e.country for e in states)
    assert all(kb.demonyms(e.key) for e in states)


def test_members_go_by_date(kb: Knowledge) -> None:
    nato, eu = (kb.senses(name)[0].key for name in ("OTAN", "UE"))
    assert [len(kb.members(nato, on)) for on in ("2000", "2011", "2024-06")] == [19, 28, 32]
    assert [len(kb.members(eu, on)) for on in ("2000", "2022")] == [15, 27]


def test_names_of_countries_agree_with_cldr(kb: Knowledge) -> None:
    babel = pytest.importorskip("babel")
    spanish = babel.Locale("es").territories
    differing = {e.label for e in _states(kb) if e.country and (code := _alpha2(kb, e.key)) and fold(spanish[code]) not in
                 {fold(name) for name in _names(kb, e.key)}}
    assert len(differing) <= 3, differing


def _states(kb: Knowledge) -> Iterator[knowledge.Entry]:
    return (kb.entry(key) for key in kb if kb.entry(key).kind == "state")


def _alpha2(kb: Knowledge, key: str) -> str | None:
    from kg import ontology

    facts = _names.__dict__.setdefault("facts", ontology.read_facts([f for f in ontology.actor_files() if f.stem == "states"]))
    return facts.one(f"{ontology.BASE}actor/{key}", ontology.KG + "iso2")


def _names(kb: Knowledge, key: str) -> list[str]:
    from kg import ontology

    facts = _names.__dict__["facts"]
    subject = f"{ontology.BASE}actor/{key}"
    return [*facts.values(subject, ontology.SKOS + "prefLabel"), *facts.values(subject, ontology.SKOS + "altLabel")]


def test_it_loads_in_a_moment_and_answers_in_microseconds(kb: Knowledge) -> None:
    knowledge.load.cache_clear()
    start = time.perf_counter()
    again = knowledge.load()
    assert time.perf_counter() - start < 3  # 0.1 s on an idle core
    start = time.perf_counter()
    for _ in range(1000):
        again.senses("la OTAN")
    assert time.perf_counter() - start < 1  # 5 µs each
    assert again.digest == kb.digest
