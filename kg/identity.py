"""Who is who across articles: actors of different readings become one only on strong evidence, each time with its reason.

Within the knowledge base the key decides. Actors that it lacks have a path of type and normalised name; pairs of such
paths are compared by a table of weighted comparators (`COMPARATORS`): the sum decides whether they are joined (`JOIN`),
become a question to a person (`ASK`), or stay apart. Decisions of a person are kept as JSON lines, are only ever
added to, and override the table in every later build. The result depends on the set of readings and the decisions only.

The scheme is that of Fellegi and Sunter (1969), "A theory for record linkage", with weights set by hand.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Literal

from kg.errors import StoreError
from kg.model import Actor, ActorType, Article, Reading
from kg.names import fold, likeness, sound
from kg.terms import slug

__all__ = [
    "ASK", "COMPARATORS", "JOIN", "ActorIdentity", "Comparator", "Decision", "Profile", "Question", "Verdict",
    "actor_paths", "blocks", "contradiction", "decide", "display_label", "heads", "joinable", "merge_actors",
    "open_questions", "profiles", "questions", "read_decisions",
]

JOIN = 0.75
"""Sum of weights from which two actors are one."""
ASK = 0.5
"""Sum of weights from which a person is asked."""
ALIKE = 0.9
"""Likeness of names that counts as another spelling."""
COMPANY = 3
"""Known actors that two actors are both mentioned with, from which their company counts."""

Verdict = Literal["same", "different"]


@dataclass(frozen=True, slots=True)
class ActorIdentity:
    """Which actor of the graph an actor of a reading is."""

    path: str
    """Key in the knowledge base, `TYPE/name`, or `TYPE/words/of/PATH` or `/in/ARTICLE`; the tail of its IRI."""
    reason: str
    """Plain English."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on two paths."""

    verdict: Verdict
    one: str
    other: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Two actors that could be one; `score` is the sum of the weights in `reasons`."""

    one: str
    other: str
    score: float
    reasons: tuple[str, ...]


@dataclass(slots=True)
class Profile:
    """What all readings together say of one path."""

    path: str
    type: ActorType
    known: bool
    names: set[str] = field(default_factory=set)
    """Folded."""
    countries: set[str] = field(default_factory=set)
    offices: set[tuple[str, str]] = field(default_factory=set)
    """First word of the title, folded, and path of the body."""
    company: set[str] = field(default_factory=set)
    """Paths of known actors that the same articles mention."""

    def add(self, more: Profile) -> None:
        """What other readings say of the same path."""
        self.known |= more.known
        self.names |= more.names
        self.countries |= more.countries
        self.offices |= more.offices
        self.company |= more.company


@dataclass(frozen=True, slots=True)
class Comparator:
    """One piece of evidence: its weight counts when `holds`."""

    name: str
    weight: float
    holds: Callable[[Profile, Profile], bool]


KNOWN = re.compile(r"^(?:\w+/[^/]+/of/)*[^/]+$")
"""A path that comes down to a key of the knowledge base."""


def actor_paths(reading: Reading) -> dict[str, str]:
    """Path of each actor of a reading before any joining, by its id.

    Its key in the knowledge base, or else type and normalised name. Who has no name is told apart by what the text
    gives: whose it is, or else the article, so that the civilians of two wars are not one actor.

    >>> some = (Actor("s", "Siria", "state", key="Q858"), Actor("p", "José Pérez", "person"),
    ...         Actor("r", "Rebeldes sirios", "group", described="rebeldes", of="s"),
    ...         Actor("c", "Civiles", "group", described="civiles"))
    >>> list(actor_paths(Reading(Article("efe-7", "…"), some)).values())
    ['Q858', 'person/jose-perez', 'group/rebeldes/of/Q858', 'group/civiles/in/efe-7']
    """
    actors = {actor.id: actor for actor in reading.actors}
    return {name: _path(name, actors, reading.article.id) for name in actors}


def _path(name: str, actors: Mapping[str, Actor], article: str, above: frozenset[str] = frozenset()) -> str:
    actor = actors[name]
    if actor.key:
        return actor.key
    if actor.described is None or name in above:
        return f"{actor.type}/{slug(actor.label)}"
    owner = _path(actor.of, actors, article, above | {name}) if actor.of is not None and actor.of in actors else ""
    # An owner who is not in the knowledge base may yet turn out to be somebody else.
    place = f"of/{owner}" if KNOWN.search(owner) else f"in/{article}"
    return f"{actor.type}/{slug(actor.described)}/{place}"


def display_label(actor: Actor, article: Article) -> str:
    """What an actor is called where articles are put together: one that is of its article alone with the date.

    >>> display_label(Actor("c", "Civiles", "group", described="civiles"), Article("efe-7", "…", date="2022-10-12"))
    'Civiles (2022-10-12)'
    """
    alone = actor.key is None and actor.described is not None and actor.of is None
    return f"{actor.label} ({article.date or article.id})" if alone else actor.label


# ---------------------------------------------------------------- evidence


def _same_name(one: Profile, other: Profile) -> bool:
    return any(" " in name for name in one.names & other.names)


def _spelling(one: Profile, other: Profile) -> bool:
    pairs = ((a, b) for a in one.names for b in other.names if " " in a and " " in b)
    return not _same_name(one, other) and any(likeness(a, b) >= ALIKE for a, b in pairs)


def _surname(one: Profile, other: Profile) -> bool:
    if one.type != "person" or _same_name(one, other) or _spelling(one, other):
        return False
    ends = ((a, b) for a in one.names for b in other.names)
    return any(a == b or a.endswith(f" {b}") or b.endswith(f" {a}") for a, b in ends)


NAMES: Sequence[Comparator] = (
    Comparator("the same full name", 0.6, _same_name),
    Comparator("another spelling of the name", 0.45, _spelling),
    Comparator("the same surname", 0.3, _surname),
)
"""Of these one holds at most. Spellings take long to compare, so these come last when many pairs are weighed."""

CIRCUMSTANCES: Sequence[Comparator] = (
    Comparator("the same office", 0.4, lambda a, b: bool(a.offices & b.offices)),
    Comparator("the same country", 0.15, lambda a, b: bool(a.countries & b.countries)),
    Comparator("another country", -0.6, lambda a, b: bool(a.countries and b.countries and not a.countries & b.countries)),
    Comparator("the same company", 0.15, lambda a, b: len(a.company & b.company) >= COMPANY),
)

COMPARATORS: Sequence[Comparator] = (*NAMES, *CIRCUMSTANCES)
"""Evidence and its weight. A name alone never joins two actors; name with office or country does."""


def _weigh(one: Profile, other: Profile, least: float) -> tuple[float, tuple[str, ...]]:
    """Sum of the weights with what they are of; 0 for a pair that cannot come to `least` whatever the names."""
    around = [c for c in CIRCUMSTANCES if c.holds(one, other)]
    if sum(c.weight for c in around) + max(c.weight for c in NAMES) < least:
        return 0.0, ()
    held = [*(c for c in NAMES if c.holds(one, other)), *around]
    return round(sum(c.weight for c in held), 2), tuple(c.name for c in held)


def profiles(readings: Iterable[Reading]) -> dict[str, Profile]:
    """What the readings say of each path."""
    found: dict[str, Profile] = {}
    for reading in readings:
        paths = actor_paths(reading)
        known = {paths[a.id] for a in reading.actors if a.key}
        for actor in reading.actors:
            path = paths[actor.id]
            _gather(found.setdefault(path, Profile(path, actor.type, actor.key is not None)), actor, known)
        for office in reading.offices:
            if office.of in paths and office.person in paths:
                title = fold(office.office).split()[:1]
                found[paths[office.person]].offices.add(("".join(title), paths[office.of]))
    return found


def _gather(profile: Profile, actor: Actor, known: set[str]) -> None:
    named = actor.key is not None or actor.described is None  # mere descriptions are alike everywhere
    names = [actor.label, *(m.span.text for m in actor.mentions if m.kind == "name")] if named else []
    profile.known |= actor.key is not None
    profile.names.update(fold(name) for name in names)
    profile.company |= known - {profile.path}
    if actor.country:
        profile.countries.add(actor.country)


# ---------------------------------------------------------------- joining


def merge_actors(readings: Iterable[Reading], decisions: Sequence[Decision] = ()) -> dict[tuple[str, str], ActorIdentity]:
    """Which actor of the graph each (article id, actor id) is.

    Args:
        readings: in any order.
        decisions: of a person, the oldest first; a later one on the same pair replaces an earlier one.
    """
    ordered = sorted(readings, key=lambda r: r.article.id)
    found = heads(profiles(ordered), decisions)
    paths = {(r.article.id, name): path for r in ordered for name, path in actor_paths(r).items()}
    return {(r.article.id, a.id): found.get(path := paths[r.article.id, a.id]) or _alone(a, path)
            for r in ordered for a in r.actors}


def _alone(actor: Actor, path: str) -> ActorIdentity:
    if actor.key:
        return ActorIdentity(path, "its key in the knowledge base")
    if actor.described is None:
        return ActorIdentity(path, "its type and name")
    told = "its words and whose it is" if KNOWN.search(path) else "of this article"
    return ActorIdentity(path, f"described only: {told}")


def heads(found: Mapping[str, Profile], decisions: Sequence[Decision]) -> dict[str, ActorIdentity]:
    """Identity of every path that joins another. Two actors of the knowledge base never become one."""
    ruled = _ruled(decisions)
    known = {path for path, profile in found.items() if profile.known}
    groups: dict[str, set[str]] = {path: {path} for path in found}
    why: dict[str, str] = {}
    for one, other, reason in _joins(found, ruled):
        if groups[one] is groups[other] or _forbidden(groups[one], groups[other], ruled, known):
            continue
        joined = groups[one] | groups[other]
        groups.update(dict.fromkeys(joined, joined))
        why.setdefault(one, reason)
        why.setdefault(other, reason)
    return {path: ActorIdentity(_representative(groups[path], found), why[path]) for path in sorted(why)}


def _ruled(decisions: Iterable[Decision]) -> dict[tuple[str, str], Decision]:
    return {_pair(d.one, d.other): d for d in decisions}


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)


def _joins(found: Mapping[str, Profile], ruled: Mapping[tuple[str, str], Decision]) -> Iterator[tuple[str, str, str]]:
    """Pairs to join with the reason: a person's first, then by evidence, the strongest first."""
    for (one, other), decision in sorted(ruled.items()):
        if decision.verdict == "same" and one in found and other in found:
            yield one, other, f"a person decided so{': ' + decision.why if decision.why else ''}"
    for q in _weighed(found, ruled, JOIN):
        yield q.one, q.other, f"{' and '.join(q.reasons)} ({q.score:.2f})"


def joinable(one: Profile, other: Profile) -> bool:
    """True when the evidence would make them one actor."""
    return not (one.known and other.known) and _weigh(one, other, JOIN)[0] >= JOIN


def _forbidden(one: set[str], other: set[str], ruled: Mapping[tuple[str, str], Decision], known: set[str]) -> bool:
    if one & known and other & known:
        return True
    pairs = (ruled.get(_pair(a, b)) for a in one for b in other)
    return any(d is not None and d.verdict == "different" for d in pairs)


def _representative(group: set[str], found: Mapping[str, Profile]) -> str:
    """The known one, else the longest name."""
    return min(group, key=lambda path: (not found[path].known, -len(path), path))


def _weighed(
    found: Mapping[str, Profile], ruled: Mapping[tuple[str, str], Decision], least: float = ASK
) -> list[Question]:
    """Pairs worth a thought that nobody has decided, the strongest evidence first."""
    worth = []
    for one, other in _candidates(found):
        if (one, other) not in ruled and not (found[one].known and found[other].known):
            score, reasons = _weigh(found[one], found[other], least)
            if score >= least:
                worth.append(Question(one, other, score, reasons))
    return sorted(worth, key=lambda q: (-q.score, q.one, q.other))


def _candidates(found: Mapping[str, Profile]) -> list[tuple[str, str]]:
    """Pairs of one type whose names end alike by sound; at least one of them is not in the knowledge base."""
    alike: dict[str, set[str]] = defaultdict(set)
    for path, profile in found.items():
        for block in blocks(profile):
            alike[block].add(path)
    open_blocks = (b for b in alike.values() if any(not found[path].known for path in b))
    return sorted({_pair(a, b) for block in open_blocks for a, b in combinations(sorted(block), 2)})


def blocks(profile: Profile) -> set[str]:
    """Keys under which an actor is compared with others: its type and how the last words of its names sound."""
    return {f"{profile.type}/{sound(name.split()[-1]) if name else ''}" for name in profile.names}


def open_questions(readings: Iterable[Reading], decisions: Sequence[Decision] = ()) -> tuple[Question, ...]:
    """Pairs of actors that could be one but were not joined, the likeliest first."""
    return questions(profiles(sorted(readings, key=lambda r: r.article.id)), decisions)


def questions(found: Mapping[str, Profile], decisions: Sequence[Decision] = ()) -> tuple[Question, ...]:
    """As `open_questions`, of what is known of each path. Actors that are joined already are asked about once."""
    ruled = _ruled(decisions)
    head = {path: who.path for path, who in heads(found, decisions).items()}
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for path in found:
        groups[head.get(path, path)].add(path)
    known = {path for path, profile in found.items() if profile.known}
    asked: dict[tuple[str, str], Question] = {}
    for q in _weighed(found, ruled):
        one, other = _pair(head.get(q.one, q.one), head.get(q.other, q.other))
        if one != other and not _forbidden(groups[one], groups[other], ruled, known):
            asked.setdefault((one, other), Question(one, other, q.score, q.reasons))
    return tuple(asked.values())


# ---------------------------------------------------------------- decisions of a person


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """The decisions of a file of JSON lines, the oldest first; none when there is no file.

    Raises:
        StoreError: a line is not a decision.
    """
    if not path.exists():
        return ()
    lines = path.read_text("utf-8").splitlines()
    return tuple(_decision(line, f"{path}:{n}") for n, line in enumerate(lines, 1) if line.strip())


def _decision(line: str, where: str) -> Decision:
    try:
        data = json.loads(line)
        decision = Decision(data["verdict"], data["actors"][0], data["actors"][1], data.get("why", ""))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise StoreError("not a decision", where=where, remedy=_REMEDY) from error
    if decision.verdict not in ("same", "different"):
        raise StoreError(f"unknown verdict «{decision.verdict}»", where=where, remedy=_REMEDY)
    return decision


_REMEDY = 'write {"verdict": "same" or "different", "actors": [A, B]}, one to a line'


def contradiction(decisions: Iterable[Decision], new: Decision, known: Collection[str] = ()) -> str | None:
    """What in earlier decisions forbids a new one, in plain English; None when nothing does.

    A decision on the same pair forbids nothing: the new one replaces it. `known` are paths in the knowledge base, of
    which no two can be one.

    >>> contradiction([Decision("same", "a", "c"), Decision("same", "c", "b")], Decision("different", "a", "b"))
    'a and b are the same by earlier decisions on a, b, c'
    """
    ruled = {pair: d for pair, d in _ruled(decisions).items() if pair != _pair(new.one, new.other)}
    one, other = _declared_same(new.one, ruled), _declared_same(new.other, ruled)
    if new.verdict == "different":
        through = ", ".join(sorted(one))
        return f"{new.one} and {new.other} are the same by earlier decisions on {through}" if new.other in one else None
    apart = sorted(pair for a in one for b in other if (d := ruled.get(pair := _pair(a, b))) and d.verdict == "different")
    if apart:
        return "{} and {} are different by an earlier decision".format(*apart[0])
    both = sorted((one | other) & set(known))
    return f"{both[0]} and {both[1]} are two actors of the knowledge base" if len(both) > 1 else None


def _declared_same(path: str, ruled: Mapping[tuple[str, str], Decision]) -> set[str]:
    """The path and all that persons declared to be the same, in any number of steps."""
    found, waiting = {path}, [path]
    while waiting:
        at = waiting.pop()
        new = {end for pair, d in ruled.items() if d.verdict == "same" and at in pair for end in pair} - found
        found |= new
        waiting += sorted(new)
    return found


def decide(path: Path, decision: Decision) -> None:
    """Add a decision to the file; what stands there is never changed."""
    data = {"verdict": decision.verdict, "actors": [decision.one, decision.other], "why": decision.why}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(data, ensure_ascii=False) + "\n")
