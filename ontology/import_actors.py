"""Make the actor knowledge base (Turtle) from tables of facts.

    python ontology/import_actors.py TABLES OUT

`TABLES` is a folder with `states.tsv`, `organisations.tsv`, `memberships.tsv`, `metonyms.tsv` and `officeholders.tsv`;
`ontology/actors/additions/*.tsv` complete and correct them. `OUT` is usually `ontology/actors`. The columns, and what
was
left out and why, are told in `ontology/actors/README.md`. The same tables give the same bytes.
"""

from __future__ import annotations

import csv
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

BASE = "https://geopolitical-kg.example/"
ADDITIONS = Path(__file__).parent / "actors" / "additions"
FIRST_YEAR = "1985"
"""Spells that ended before it are left out, unless somebody added them by hand."""
LAST_CHECK = "2025"
"""A spell without an end is current only where the source looked in this year or later, or a person vouched for it."""
TYPES = {
    "armed_group": "armed_group", "pmc": "armed_group", "political_armed": "armed_group", "party": "party",
    "news_agency": "media", "media": "media", "newspaper": "media", "broadcaster": "media", "company": "company",
}
CLASSES = {
    "person": "Person", "state": "State", "organisation": "Organisation", "armed_group": "ArmedGroup", "party": "Party",
    "media": "Media", "company": "Company", "group": "Group", "place": "Place",
}
ROLES = {"org_head": "head_of_organisation", "deputy_org_head": "deputy_head_of_organisation",
         "assembly_president": "head_of_organisation", "military": "military_commander"}
# Wikidata's English labels are romanised for English; there the Spanish Wikipedia form (first alias) is the better
# label.
OTHER_SCRIPTS = frozenset([
    "AFG", "ARE", "ARM", "AZE", "BGD", "BGR", "BHR", "BLR", "CHN", "DZA", "EGY", "ERI", "ETH", "GEO", "GRC", "IND",
    "IRN", "IRQ", "ISR", "JOR", "JPN", "KAZ", "KGZ", "KHM", "KOR", "KWT", "LAO", "LBN", "LBY", "LKA", "MAR", "MKD",
    "MMR", "MNG", "MRT", "NPL", "OMN", "PAK", "PRK", "PSE", "QAT", "RUS", "SAU", "SDN", "SRB", "SYR", "THA", "TJK",
    "TKM", "TUN", "UKR", "UZB", "YEM", "X-ABK", "X-ART", "X-DNR", "X-LNR", "X-SOS", "X-TRN", "SUN", "YUG", "SCG",
    "X-KRD",
])
CONTINENTS = {
    "africa": """
        AGO BDI BEN BFA BWA CAF CIV CMR COD COG COM CPV DJI DZA EGY ERI ESH ETH GAB GHA GIN GMB GNB GNQ KEN LBR LBY
        LSO MAR MDG MLI MOZ MRT MUS MWI NAM NER NGA RWA SDN SEN SLE SOM SSD STP SWZ SYC TCD TGO TUN TZA UGA X-SML
        ZAF ZAR ZMB ZWE""",
    "america": """
        ABW ARG ATG BHS BLZ BMU BOL BRA BRB CAN CHL COL CRI CUB CUW DMA DOM ECU GRD GTM GUF GUY HND HTI JAM KNA LCA
        MEX NIC PAN PER PRI PRY SLV SUR TTO URY USA VCT VEN""",
    "asia": """
        AFG ARE ARM AZE BGD BHR BRN BTN CHN GEO HKG IDN IND IRN IRQ ISR JOR JPN KAZ KGZ KHM KOR KWT LAO LBN LKA MAC
        MDV MMR MNG MYS NPL OMN PAK PHL PRK PSE QAT SAU SGP SYR THA TJK TKM TLS TWN UZB VNM X-ABK X-ART X-GAZ X-KRD
        X-SOS X-WBK YEM""",
    "oceania": """
        AUS COK FJI FSM GUM KIR MHL NCL NIU NRU NZL PLW PNG PYF SLB TON TUV VUT WSM""",
}
"""Where a state's people are filed; the rest is Europe. Only a way to keep files at a size that editors like."""
ABROAD = frozenset(("envoy", "high_representative", "un_administrator"))
"""Offices that foreigners hold: «alto representante para Bosnia»."""
CYRILLIC = frozenset(("RUS", "UKR", "BLR", "SUN"))
GIVEN = {
    "Sergey": "Serguéi", "Sergei": "Serguéi", "Mikhail": "Mijaíl", "Dmitry": "Dmitri", "Andrey": "Andréi", "Andrei":
    "Andréi",
    "Yevgeny": "Yevgueni", "Nikolay": "Nikolái", "Nikolai": "Nikolái", "Vasily": "Vasili", "Yuriy": "Yuri", "Yury":
    "Yuri",
    "Alexander": "Alexandr", "Aleksandr": "Alexandr", "Aleksander": "Alexandr", "Anatoly": "Anatoli", "Anatoliy":
    "Anatoli",
    "Vyacheslav": "Viacheslav", "Gennady": "Guennadi", "Grigory": "Grigori", "Alexey": "Alexéi", "Alexei": "Alexéi",
    "Aleksey": "Alexéi", "Valery": "Valeri", "Valeriy": "Valeri", "Arkady": "Arkadi", "Georgy": "Gueorgui", "Tatyana":
    "Tatiana",
    "Volodymyr": "Volodímir", "Andriy": "Andrí", "Mykola": "Mikola", "Vitaliy": "Vitali", "Vitaly": "Vitali",
}
"""Given names as the Spanish press writes them; only where all of it agrees."""
Row = dict[str, str]


@dataclass
class Node:
    """One subject: its class, then predicate → objects already written as Turtle."""

    iri: str
    cls: str
    facts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, predicate: str, *objects: str) -> None:
        self.facts[predicate].update(o for o in objects if o)


def read(path: Path) -> list[Row]:
    """The rows of a table; an empty list where the file is absent."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [{k: (v or "").strip() for k, v in row.items() if k} for row in rows]


def split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()


def text(value: str, lang: str = "") -> str:
    """A Turtle string; empty for an empty one."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' + (f"@{lang}" if lang else "") if value else ""


def iri(path: str) -> str:
    return f"<{path}>" if path else ""


def date(value: str) -> str:
    """A year, a month or a day with its datatype."""
    kind = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}.get(len(value))
    return f'"{value}"^^{kind}' if kind else ""


class Importer:
    """Collects nodes file by file; `states` and `bodies` map the tables' codes to keys of actors."""

    def __init__(self, tables: Path) -> None:
        self.tables = tables
        self.files: dict[str, dict[str, Node]] = defaultdict(dict)
        self.states: dict[str, str] = {}
        self.bodies: dict[str, str] = {}
        self.country: dict[str, str] = {}
        self.capitals: dict[str, str] = {}

    def table(self, name: str) -> list[Row]:
        return read(self.tables / f"{name}.tsv") + read(ADDITIONS / f"{name}.tsv")

    def node(self, file: str, path: str, cls: str) -> Node:
        return self.files[file].setdefault(path, Node(path, cls))

    def actor(self, file: str, key: str, kind: str) -> Node:
        node = self.node(file, f"actor/{key}", CLASSES[kind])
        if re.fullmatch(r"Q\d+", key):
            node.add("skos:exactMatch", f"wd:{key}")
        return node

    def key(self, code: str) -> str:
        """The key that a code stands for; CAN, CAF and NAM are states first and only then bodies."""
        return self.states.get(code) or self.bodies[code]

    def known(self, code: str) -> bool:
        return code in self.states or code in self.bodies

    def run(self) -> None:
        self.corrections = {(r["table"], r["id"]): r for r in read(ADDITIONS / "corrections.tsv")}
        self.read_states()
        self.read_regions()
        self.read_organisations()
        self.read_memberships()
        self.read_metonyms()
        self.read_people()

    def correct(self, table: str, row: Row, ident: str) -> Row:
        """`row` with what `corrections.tsv` says of it: `set` columns replaced, `drop` strings taken out of lists."""
        found = self.corrections.get((table, ident))
        if not found:
            return row
        result = dict(row)
        for change in split(found["changes"]):
            column, sign, value = re.fullmatch(r"(\w+)([=+-])(.*)", change).groups()  # type: ignore[union-attr]
            if sign == "=":
                result[column] = value.replace("/", "|") if column.startswith("ambiguous") else value
            elif sign == "+":
                result[column] = "|".join([*split(result[column]), value])
            else:
                result[column] = "|".join(v for v in split(result[column]) if v != value)
        return result

    # States ---------------------------------------------------------------------------------------------------------

    def read_states(self) -> None:
        for raw in self.table("states"):
            row = self.correct("states", raw, raw["iso3"])
            code = row["iso3"]
            kind = "place" if row["kind"] == "place" else "state"
            key = row["qid"] or f"{kind}/{slug(row['name_es'])}"
            self.states[code] = key
            self.country[key] = code
            node = self.actor("states", key, kind)
            node.add("skos:prefLabel", text(row["name_es"], "es"), text(row["name_en"], "en"))
            node.add("skos:altLabel", *(text(a, "es") for a in split(row["aliases_es"])))
            node.add("kg:officialName", text(row["official_name_en"], "en"))
            node.add("kg:demonym", *(text(d, "es") for d in split(row["demonyms_es"])))
            node.add("kg:ambiguous", *(text(d, "es") for d in split(row["ambiguous_es"])))
            node.add("kg:iso2", text(row["iso2"]))
            node.add("kg:iso3", text(code))
            node.add("kg:kind", text(row["kind"]))
            if row["un_member"] == "1":
                node.add("kg:unMember", "true")
            self.state_times(node, row)
            self.capital(node, row, code)

    def read_regions(self) -> None:
        for row in self.table("regions"):
            key = row["qid"] or f"place/{slug(row['name_es'])}"
            self.bodies[row["iso3"]] = key
            self.country[key] = row["country"]
            if f"actor/{key}" in self.files["places"]:  # a capital already
                continue
            node = self.actor("places", key, "place")
            node.add("skos:prefLabel", text(row["name_es"], "es"), text(row["name_en"], "en"))
            node.add("skos:altLabel", *(text(a, "es") for a in split(row["aliases_es"])))
            node.add("kg:demonym", *(text(d, "es") for d in split(row["demonyms_es"])))
            node.add("kg:kind", text(row["kind"]))
            if row["country"]:
                node.add("kg:country", iri(f"actor/{self.key(row['country'])}"))

    def state_times(self, node: Node, row: Row) -> None:
        notes = dict(part.split("=", 1) for part in row["notes"].split(";") if part.startswith(("start=", "end=")))
        node.add("kg:from", date(notes.get("start", "")))
        node.add("kg:until", date(notes.get("end", "")))

    def capital(self, node: Node, row: Row, code: str) -> None:
        if not row["capital_es"] or row["capital_qid"] == row["qid"]:
            return
        key = row["capital_qid"] or self.capitals.get(row["capital_es"]) or f"place/{slug(row['capital_es'])}"
        self.capitals[row["capital_es"]] = key
        place = self.actor("places", key, "place")
        place.add("skos:prefLabel", text(row["capital_es"], "es"))
        place.add("skos:altLabel", *(text(a, "es") for a in split(row["capital_aliases_es"])))
        place.add("kg:kind", text("capital"))
        if not place.facts["kg:country"]:  # historical states come later in the table: Belgrade is in Serbia
            place.add("kg:country", iri(f"actor/{self.key(code)}"))
        node.add("kg:capital", iri(f"actor/{key}"))

    # Bodies ---------------------------------------------------------------------------------------------------------

    def read_organisations(self) -> None:
        rows = [self.correct("organisations", r, r["id"]) for r in self.table("organisations")]
        for row in rows:
            kind = row.get("type") or TYPES.get(row["kind"], "organisation")
            self.bodies[row["id"]] = row["qid"] or f"{kind}/{slug(row.get('label') or row['name_es'])}"
        for row in rows:
            self.organisation(row)

    def organisation(self, row: Row) -> None:
        kind = row.get("type") or TYPES.get(row["kind"], "organisation")
        key = self.bodies[row["id"]]
        file = "organisations" if kind == "organisation" else "groups"
        node = self.actor(file, key, kind)
        label = row.get("label") or row["name_es"]
        node.add("skos:prefLabel", text(label, "es"), text(row["name_en"], "en"))
        acronyms = split(row["acronyms"])
        names = [row["name_es"], *split(row["aliases_es"])]
        node.add("skos:altLabel", *(text(n, "es") for n in names if n != label))
        node.add("kg:acronym", *(text(a) for a in acronyms))
        node.add("kg:ambiguous", *(text(a, "es") for a in split(row.get("ambiguous_es", ""))))
        node.add("kg:kind", text(row["kind"]))
        for column, predicate in (("part_of", "kg:partOf"), ("country", "kg:country")):
            if row.get(column):
                node.add(predicate, iri(f"actor/{self.key(row[column])}"))
        node.add("kg:from", date(row.get("start", "")))
        node.add("kg:until", date(row.get("end", "")))
        node.add("dcterms:source", text(row.get("qid_source", "")))
        self.country[key] = row.get("country", "")

    def read_memberships(self) -> None:
        for row in self.table("memberships"):
            known = row["org_id"] in self.bodies and row["iso3"] in self.states
            if not known or (row["end"] and row["end"] < FIRST_YEAR):
                continue
            path = f"membership/{row['org_id']}/{row['iso3']}" + (f"/{row['start']}" if row["start"] else "")
            node = self.node("memberships", path, "Membership")
            node.add("kg:member", iri(f"actor/{self.key(row['iso3'])}"))
            node.add("kg:of", iri(f"actor/{self.bodies[row['org_id']]}"))
            node.add("kg:from", date(row["start"]))
            node.facts["kg:until"] = {max([*node.facts["kg:until"], date(row["end"])], key=len)} - {""}
            node.add("dcterms:source", text(row["source"]))

    def read_metonyms(self) -> None:
        dropped = {r["id"] for r in read(ADDITIONS / "corrections.tsv") if r["table"] == "metonyms"}
        for row in self.table("metonyms"):
            if row["kind"] == "capital" or not self.known(row["denotes"]):
                continue
            form = re.sub(r"^(el|la|los|las) (?=[A-ZÁÉÍÓÚ])", "", row["surface_es"])
            if f"{row['surface_es']}>{row['denotes']}" in dropped:
                continue
            node = self.node("metonyms", f"metonym/{slug(form)}/{row['denotes']}", "Metonym")
            node.add("kg:form", text(form, "es"))
            node.add("kg:denotes", iri(f"actor/{self.key(row['denotes'])}"))
            node.facts["kg:kind"] = {text(row["kind"])}
            if row["note"]:
                node.facts["rdfs:comment"] = {text(row["note"], "en")}
            start, end = self.metonym_times(row)
            node.facts["kg:from"] = {date(start)} - {""}
            node.facts["kg:until"] = {date(end)} - {""}

    def metonym_times(self, row: Row) -> tuple[str, str]:
        note = row["note"]
        if row.get("start") or row.get("end"):
            return row.get("start", ""), row.get("end", "")
        both = re.match(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)", note)
        if both:
            return both[1], both[2]
        until = re.match(r"until (\d{4}-\d\d-\d\d)$", note)
        since = re.match(r"from (\d{4}-\d\d-\d\d)(?:;|$)", note)
        return (since[1] if since else ""), (until[1] if until else "")

    # People ---------------------------------------------------------------------------------------------------------

    def read_people(self) -> None:
        corrections = {r["name"]: r for r in read(ADDITIONS / "people.tsv")}
        people: dict[str, list[Row]] = defaultdict(list)
        dropped = {ident for table, ident in self.corrections if table == "officeholders"}
        rows = [r for r in self.table("officeholders") if f"{r['person']}>{r['of']}>{r['start']}" not in dropped]
        keys = {r["person"]: r["qid"] for r in rows if r["qid"]}
        keys |= {name: r["qid"] for name, r in corrections.items() if r["qid"]}
        for row in rows:
            if not self.known(row["of"]):
                raise ValueError(f"{row['person']}: no body {row['of']!r}")
            if not row["end"] or row["end"] >= FIRST_YEAR or row["source"] == "curated":
                people[row["qid"] or keys.get(row["person"]) or f"person/{slug(row['person'])}"].append(row)
        missing = sorted(corrections.keys() - {r["person"] for r in rows})
        if missing:
            raise ValueError(f"people.tsv corrects people whom no table has: {', '.join(missing)}")
        names = Counter(plain(rows[0]["person"]) for rows in people.values())
        for key, spells in sorted(people.items()):
            found = [corrections[r["person"]] for r in spells if r["person"] in corrections]
            self.person(key, spells, found[0] if found else {}, names)

    def person(self, key: str, rows: list[Row], extra: Row, names: Counter[str]) -> None:
        country = extra.get("country") or self.nationality(rows)
        node = self.actor(self.people_file(country), key, "person")
        english = rows[0]["person"]
        aliases = list(dict.fromkeys(a for r in rows for a in [r["person"], *split(r["aliases_es"])]))
        label = extra.get("label") or self.spanish_name(english, aliases, country)
        node.add("skos:prefLabel", text(label, "es"), text(english, "en"))
        seen = {plain(label)}
        for alias in [*split(extra.get("aliases_es", "")), *aliases]:
            if plain(alias) not in seen and (plain(alias) not in names or alias in split(extra.get("aliases_es", ""))):
                seen.add(plain(alias))
                node.add("skos:altLabel", text(alias, "es"))
        if country:
            node.add("kg:country", iri(f"actor/{self.key(country)}"))
        for row in rows:
            self.tenure(node, key, row)

    def nationality(self, rows: list[Row]) -> str:
        """The state of the person's latest office of a state (or of a body that belongs to one)."""
        states = [(r["start"], r["of"]) for r in rows
                  if self.country.get(self.key(r["of"])) == r["of"] and r["category"] not in ABROAD]
        if states:
            return max(states)[1]
        bodies = [self.country.get(self.key(r["of"]), "") for r in rows]
        return next((b for b in bodies if b), "")

    def spanish_name(self, english: str, aliases: list[str], country: str) -> str:
        """The Spanish Wikipedia form where English romanises or translates; otherwise the name itself."""
        words = english.split()
        for alias in aliases:
            if len(alias.split()) != len(words) or len(words) < 2 or plain(alias) == plain(english):
                continue
            if country in OTHER_SCRIPTS and not re.search(r"[A-Z]{2}|\.", alias):
                return alias
        return self.romanise(english) if country in CYRILLIC else english

    def romanise(self, english: str) -> str:
        """An English romanisation of a Slavic name as Spanish writes it: «Sergey Ryabkov» → «Serguéi Riabkov»."""
        first, *rest = english.split()
        first = GIVEN.get(first, first)
        return " ".join([first, *(re.sub(r"(sk|ts?k)(y|yi|iy|yy)$", r"\1i", w).replace("kh", "j") for w in rest)])

    def people_file(self, country: str) -> str:
        """One file for each continent; `international` for those whose state is not known."""
        if not country:
            return "people-international"
        return "people-" + next((c for c, codes in CONTINENTS.items() if country in codes.split()), "europe")

    def tenure(self, person: Node, key: str, row: Row) -> None:
        role = ROLES.get(row["category"], row["category"])
        name = key.rsplit("/", 1)[-1]
        if row["of"] == "EU" and role == "head_of_organisation":
            role = "foreign_policy_chief"
        path = f"tenure/{name}/{row['of']}/{role}/{row['start'] or 'undated'}"
        file = person_file(self.files, person)
        if path in self.files[file] and text(self.office(row), "es") not in self.files[file][path].facts["kg:office"]:
            path += "/" + slug(self.office(row))
        node = self.node(file, path, "Tenure")
        if node.facts:  # the same spell in another table: the first one stands
            return
        node.add("kg:holder", iri(person.iri))
        node.add("kg:of", iri(f"actor/{self.key(row['of'])}"))
        node.add("kg:role", f"role:{role}")
        node.add("kg:office", text(self.office(row), "es"), text(row["office_en"], "en"))
        node.add("kg:from", date(row["start"]))
        node.add("kg:until", date(row["end"]))
        if not row["end"] and row["asof"][:4] < LAST_CHECK and "curated" not in row["source"]:
            node.add("kg:lastSeen", date(row["asof"] if row["asof"] else ""))
        node.add("dcterms:source", text(row["source"]))
        node.add("kg:verifiedBy", *(text(v) for v in row["verified_by"].split(";")))

    def office(self, row: Row) -> str:
        """The title without its body: «secretario general de la OTAN» → «secretario general»."""
        title = row["office_es"]
        if not self.known(row["of"]) or self.country.get(self.key(row["of"])) == row["of"]:
            return re.sub(r" de (Yugoslavia|Libia|la Unión Soviética|China|Rusia|EE\. UU\.)$", "", title)
        return re.sub(r"\s(?:de|del|de la|de las|de los) [A-ZÁÉ].*$", "", title)


def person_file(files: dict[str, dict[str, Node]], person: Node) -> str:
    return next(name for name, nodes in files.items() if nodes.get(person.iri) is person)


HEADER = """@base <{base}> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix kg: <{base}ontology#> .
@prefix role: <{base}role/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ORDER = ["skos:prefLabel", "skos:altLabel", "kg:acronym", "kg:holder", "kg:role", "kg:office", "kg:of", "kg:from",
         "kg:until"]


def write_node(node: Node) -> Iterator[str]:
    yield f"\n<{node.iri}> a kg:{node.cls} ;"
    facts = sorted(((p, o) for p, o in node.facts.items() if o),
                   key=lambda f: (ORDER.index(f[0]) if f[0] in ORDER else len(ORDER), f[0]))
    for n, (predicate, objects) in enumerate(facts):
        yield f"    {predicate} {', '.join(sorted(objects))} {'.' if n + 1 == len(facts) else ';'}"


def label_key(node: Node) -> tuple[str, str]:
    """Actors are filed by their state (people only), then by Spanish label."""
    state = min(node.facts.get("kg:country", {""})) if node.cls == "Person" else ""
    label = min((o for o in node.facts["skos:prefLabel"] if o.endswith("@es")), default="")
    return state, plain(label)


def sort_key(labels: dict[str, tuple[str, str]], node: Node) -> tuple[tuple[str, str], str, str]:
    """A person's tenures follow the person; nodes without a label go by IRI."""
    holder = next(iter(node.facts.get("kg:holder", ())), f"<{node.iri}>")
    return labels.get(holder, ("", "")), holder, "" if holder == f"<{node.iri}>" else node.iri


def write(files: dict[str, dict[str, Node]], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, nodes in files.items():
        labels = {f"<{n.iri}>": label_key(n) for n in nodes.values() if "skos:prefLabel" in n.facts}
        ordered = sorted(nodes.values(), key=lambda n: sort_key(labels, n))
        lines: Iterable[str] = (line for node in ordered for line in write_node(node))
        (out / f"{name}.ttl").write_text(HEADER.format(base=BASE) + "\n".join(lines) + "\n", encoding="utf-8")


def main(tables: str, out: str) -> None:
    importer = Importer(Path(tables))
    importer.run()
    write(importer.files, Path(out))


if __name__ == "__main__":
    main(*sys.argv[1:3])
