"""Groups with an identity: «los aliados», «los ministros de Defensa de la Alianza», «los rebeldes», «ambos presidentes»."""

from __future__ import annotations

from kg.actors.phrases import Phrases
from kg.actors.register import Record
from kg.mentions import Description
from kg.model import ActorType, Link
from kg.nominals import PERSONS, fold, folded, load

__all__ = ["Groups"]

_NO_GROUP = frozenset({"kin", "place", "land", "document", "side"})
_OWN_GROUP = frozenset({"armed", "collective", "source"})
"""Classes of nouns that make a group without saying whose."""
_PERSON: tuple[ActorType, ...] = ("person",)
_PAIRS: dict[str, tuple[ActorType, ...]] = {
    "body": ("organisation",), "side": ("state", "organisation", "armed_group"), "party": ("party",), "armed": ("armed_group",),
}
_ARTICLES = {"la": "la ", "el": "el ", "los": "los ", "las": "las ", "del": "el ", "al": "el "}


class Groups(Phrases):
    """Links descriptions in the plural and collective nouns."""

    def group(self, d: Description) -> tuple[str, ...]:
        """Groups with an identity: by their words and whose they are."""
        if d.determiner == "both":
            two = self.latest_two(d.start, lambda record: self.may_be_one(record, d))
            if len(two) == 2:
                return two
        found = self.apposed_names(d) or self._armed(d)
        if found:
            return found
        owner = self.owner(d)
        if owner is None and d.word.cls == "office" and not d.modified:
            return self._same_group(d)
        if d.word.cls == "member":
            return self._members(d, owner)
        if d.word.cls == "side" and d.determiner in ("all", "def") and not d.modified:
            return self._new_group(d, None)  # «las partes», «todas las partes»
        if d.word.cls in _NO_GROUP or (owner is None and d.word.cls not in _OWN_GROUP and d.word.note != "own"):
            return ()
        return self._new_group(d, owner)

    def may_be_one(self, record: Record, d: Description) -> bool:
        """Whether «ambos X» can mean this actor and another."""
        return record.type in (_PERSON if d.word.cls in PERSONS else _PAIRS.get(d.word.cls, ()))

    def _armed(self, d: Description) -> tuple[str, ...]:
        """«los talibanes» by name, «los rebeldes» as the armed group spoken of."""
        if d.body or d.demonyms:
            return ()
        known = [s for s in self.knowledge.senses(self.doc[d.noun].text) if s.how in ("name", "alias")]
        if known and self.knowledge.entry(known[0].key).type == "armed_group":
            return (self.known(known[0].key, Link(0.9, f"«{d.word.form}» is a name of it")).id,)
        spoken_of = d.word.note == "armed" and d.word.cls in ("people", "member")
        recent = self.recent(d.start, ("armed_group",)) if spoken_of else None
        return (recent,) if recent else ()

    def _members(self, d: Description, owner: str | None) -> tuple[str, ...]:
        """«los países miembros», «los mercenarios de Wagner», «miembros del Gobierno»."""
        if not d.word.plural and d.determiner not in ("all", "indef"):
            return ()
        owner = owner or self.recent(d.start, ("organisation",))
        of_band = isinstance(d.body, Description) and d.body.word.cls in ("armed", "party")
        if owner and (of_band or self.records[owner].type in ("armed_group", "party")):
            return (owner,)
        return self._new_group(d, owner)

    def _new_group(self, d: Description, owner: str | None) -> tuple[str, ...]:
        label = self._group_label(d, owner)
        kind: ActorType = "armed_group" if d.word.cls == "armed" else "group"
        if d.word.note == "one" and not (owner or d.modified):
            record = self.new(label, kind)  # «la comunidad internacional»
        else:
            record = self.describe(label, kind, label if d.word.cls == "side" else self._title(d), owner)
        record.plural = True
        if d.word.cls == "office" and not record.offices:
            record.offices.append((self.singular(d), owner))
        return (record.id,)

    def _title(self, d: Description) -> str:
        """«rebeldes»; «países miembros» for «los aliados» and «los socios» too."""
        states = d.word.cls == "member" and fold(d.word.form).split()[0] in folded("member_states")
        return "Países miembros" if states else d.title[:1].upper() + d.title[1:]

    def _same_group(self, d: Description) -> tuple[str, ...]:
        """«los ministros» after «los ministros de Defensa de la OTAN»."""
        first = fold(d.word.form)
        alike = {r.id for r in self.records.values() if r.plural and fold(r.label).startswith(first)}
        found = self.latest(d.start, alike) if d.determiner == "def" else None
        return (found,) if found else ()

    def singular(self, d: Description) -> str:
        """«ministro de Defensa» for «ministros de Defensa»."""
        form = load().singular_of(d.word)
        return f"{form.form if form else d.word.form}{d.title[len(d.word.form):]}"

    def _group_label(self, d: Description, owner: str | None) -> str:
        """«Ministros de Defensa de la OTAN» for «los ministros de Defensa de la Alianza», and for «los ministros aliados»."""
        if d.word.cls == "side":
            article = "las" if fold(self.doc[d.start].text).endswith("as") else "los"
            return f"{'Todas ' if article == 'las' else 'Todos '}{article} {d.word.form}" if d.determiner == "all" else (
                f"{article.capitalize()} {d.word.form}")
        body = self.records[owner] if owner else None
        if body is None or body.type != "organisation":
            return self.whose(d, owner)
        return f"{self._title(d)} de {self._article(body)}{body.label}".replace(" de el ", " del ")

    def _article(self, record: Record) -> str:
        """The article that the text puts before the name of a body: «la » in «la OTAN»."""
        for mention in record.mentions:
            before = self.text[: mention.span.start].rsplit(maxsplit=1)[-1:]
            if before and before[0].lower() in _ARTICLES:
                return _ARTICLES[before[0].lower()]
        return "la " if record.label.isupper() else ""
