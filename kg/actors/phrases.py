"""What stands beside a description: the name in apposition, and whose it is («de la OTAN», «ruso», «su»)."""

from __future__ import annotations

from kg.actors.naming import Naming
from kg.mentions import Description, Name
from kg.model import Link
from kg.nominals import PERSONS, fold, only_bodies

__all__ = ["Phrases"]


class Phrases(Naming):
    """Reads the surroundings of descriptions."""

    def described(self, d: Description) -> tuple[str, ...]:
        """Identifiers of what a description denotes."""
        raise NotImplementedError

    # --- names in apposition

    def apposed(self, d: Description) -> str | None:
        """The name beside the description: «el ministro ruso, Sergei Lavrov», «Lavrov, ministro ruso»."""
        if isinstance(d.body, Description) and d.body.word.cls in PERSONS:
            before = self._name_before(d)
            if before:
                return before
            return self._name_at(d, self._after_name(d.body))  # «el portavoz del presidente Putin, Dmitri Peskov»
        following = self._continued(d)
        if following is not None:
            return self.apposed(following)
        return self._name_at(d, d.end) or self._name_before(d)

    def _after_name(self, d: Description) -> int:
        """Where to go on after a description and the name that belongs to it."""
        name = self.mentions.name_at.get(d.end)
        return name.end if name else d.end

    def _continued(self, d: Description) -> Description | None:
        """«ministro de Exteriores portugués *y presidente de turno de la UE*»."""
        if d.end + 1 >= len(self.doc) or self.doc[d.end].lower_ not in ("y", "e"):
            return None
        found = self.mentions.description_at.get(d.end + 1) or self.mentions.description_at.get(d.end + 2)
        return found if found and found.word.cls in PERSONS and not found.word.plural else None

    def _name_at(self, d: Description, place: int) -> str | None:
        if place < len(self.doc) and self.doc[place].text in (",", "(", "—", "-"):
            place += 1
        if place >= len(self.doc) or place not in self.mentions.name_at or self.doc[place].is_sent_start:
            return None
        found = self.at.get(place, ("",))[0]
        return found if found and self._is_like(d, found) else None

    def apposed_names(self, d: Description) -> tuple[str, ...]:
        """«sus presidentes, Vladimir Putin y Joe Biden»: the people named after an office in the plural."""
        found: dict[str, None] = {}
        place = d.end + (d.end < len(self.doc) and self.doc[d.end].text == ",")
        while d.word.cls in PERSONS and place < len(self.doc) and not self.doc[place].is_sent_start:
            name = self.mentions.name_at.get(place)
            if name and self.at.get(place) and self.records[self.at[place][0]].type == "person":
                found[self.at[place][0]] = None
                place = name.end
            elif found and self.doc[place].text in (",", "y", "e"):
                place += 1
            else:
                break
        return tuple(found) if len(found) > 1 else ()

    def _name_before(self, d: Description) -> str | None:
        before = d.start - 1
        if before <= 0 or self.doc[before].text not in (",", "(", "—", "-") or d.determiner not in ("", "def"):
            return None
        found = self.at.get(before - 1, ("",))[0] if before - 1 in self.mentions.name_at else ""
        return found if found and self._is_like(d, found) else None

    def _is_like(self, d: Description, name: str) -> bool:
        kind = self.records[name].type
        return (kind == "person") == (d.word.cls in PERSONS) and kind not in ("place", "state")

    # --- owners

    def owner(self, d: Description) -> str | None:
        """Whose: a demonym, «de X», or a possessive."""
        for token in d.demonyms:
            return self.demonyms[token]
        if d.determiner == "poss" and d.word.cls == "troops":  # «sus tropas de Gaza»: where they are, not whose
            return self.recent(d.start, ("state", "organisation"))
        if isinstance(d.body, Name):
            found = self.at.get(d.body.start)
            return found[0] if found else None
        if isinstance(d.body, Description):
            if d.body.word.cls == "ministry" and d.word.cls in PERSONS:
                return self._ministry(d.body)
            inner = self.at.get(d.body.noun) or self.described(d.body)
            return self._body_of(inner[0]) if inner else None
        if d.determiner == "poss" and d.word.cls != "peer":
            return self.recent(d.start, ("state", "organisation"))
        only = only_bodies().get(fold(d.word.form))
        return self.known(only, Link(1.0, f"«{d.word.form}» is said of it alone")).id if only else None

    def _ministry(self, d: Description) -> str | None:
        """«portavoz del Ministerio francés de Exteriores»: here the ministry is a body of its own."""
        owner = self.owner(d)
        state = self.records[owner] if owner else None
        if state is None or " " not in d.title:
            return owner
        record = self.new(f"{d.title} de {state.label}", "organisation")
        record.country = state.country
        self.at[d.noun] = (record.id,)
        return record.id

    def _body_of(self, owner: str) -> str:
        """«el portavoz del presidente Putin» serves Russia."""
        record = self.records[owner]
        state = self.knowledge.state(record.country) if record.type == "person" and record.country else None
        return self.known(state.key, Link(0.8, f"of {record.label}")).id if state else owner

    def says_whose(self, d: Description) -> bool:
        """Whether the words themselves name the owner, unlike «su presidente» and «el portavoz del Ministerio»."""
        return bool(d.demonyms) or isinstance(d.body, Name)

    def whose(self, d: Description, owner: str | None) -> str:
        """A label that tells whose: «Oposición venezolana», «Presidente (Serbia)» for «su presidente»."""
        words = self.capitalised(d)
        return words if owner is None or self.says_whose(d) else f"{words} ({self.records[owner].label})"

    def capitalised(self, d: Description) -> str:
        words = self.doc.span(d.noun, d.end).text
        return words[:1].upper() + words[1:]
