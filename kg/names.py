"""Names as text: folding, surnames, and likeness of romanisations. Knows no actor.

Forms are compared folded: without case, accents, dots, quotes and hyphens.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator, Sequence

__all__ = [
    "ARTICLES", "CONTRACTIONS", "PARTICLES", "TWO_SURNAMES", "fold", "least_word", "likeness", "neighbours", "sound",
    "surnames", "without_article", "word_likeness",
]

ARTICLES = frozenset(("el", "la", "los", "las"))
CONTRACTIONS = {"al": "a", "del": "de"}
"""Preposition and article in one word → the preposition."""
PARTICLES = frozenset([
    "al", "bin", "ben", "ibn", "abu", "van", "von", "der", "den", "de", "del", "la", "las", "los", "dos", "da",
    "do", "di", "du", "el", "le", "ter", "ten", "mac", "ould",
])
FAMILY_NAME_FIRST = frozenset(("CHN", "TWN", "KOR", "PRK", "VNM", "KHM", "SGP", "HKG", "MAC"))
TWO_SURNAMES = frozenset([
    "ESP", "ARG", "BOL", "CHL", "COL", "CRI", "CUB", "DOM", "ECU", "GTM", "HND", "MEX", "NIC", "PAN", "PER", "PRY",
    "SLV", "URY", "VEN", "GNQ", "AND",
])


@functools.lru_cache(maxsize=100_000)
def fold(surface: str) -> str:
    """`surface` without case, accents, dots, quotes and hyphens; the form under which names are compared.

    >>> fold("EE.UU."), fold("«Al-Qaeda»"), fold("Muamar  el Gadafi"), fold("N'Djamena")
    ('eeuu', 'al qaeda', 'muamar el gadafi', 'ndjamena')
    """
    text = surface.replace("-", " ").replace("–", " ").translate(TRANSLITERATIONS)
    text = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in text if c.isalnum() or c in " +&").split())


TRANSLITERATIONS = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
                                  "ı": "i", "İ": "I", "æ": "ae"})


def without_article(folded: str) -> str:
    """`folded` without a leading article, unless nothing else is left."""
    first, _, rest = folded.partition(" ")
    return rest if first in ARTICLES and rest else folded


SOUNDS: Sequence[tuple[str, str]] = (
    ("sch", "s"), ("tsch", "s"), ("tch", "s"), ("dzh", "y"), ("sh", "s"), ("ch", "s"), ("zh", "y"), ("kh", "j"),
    ("gh", "g"), ("ph", "f"), ("th", "t"), ("qu", "k"), ("ck", "k"), ("x", "ks"), ("c", "k"), ("q", "k"), ("w", "v"),
    ("b", "v"), ("z", "s"), ("h", "j"), ("j", "y"), ("g", "k"),
)
"""Spellings that transliterations exchange: Shevardnadze/Chevardnadze, Kadafi/Gadafi, Jruschov/Khrushchev; after the
vowels and `y` are gone only consonants are compared."""


@functools.lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """A consonant skeleton that romanisations of one name share; a key for candidates, never a proof.

    >>> pairs = ("zelenski", "zelenskyy"), ("gorbachov", "gorbachev"), ("kadafi", "gaddafi")
    >>> [sound(one) == sound(other) for one, other in pairs]
    [True, True, True]
    """
    text = word
    for old, new in SOUNDS:
        text = text.replace(old, new)
    letters: list[str] = []
    for letter in text:
        if letter not in "aeiouy" and (not letters or letters[-1] != letter):
            letters.append(letter)
    return "".join(letters)


def surnames(name: str, country: str | None = None) -> tuple[str, ...]:
    """Folded forms by which an article may call the person of this full name later on.

    >>> surnames("Humberto de la Calle", "COL"), surnames("Xi Jinping", "CHN")
    (('calle', 'de la calle'), ('xi',))
    >>> surnames("José María Aznar López", "ESP")
    ('lopez', 'aznar', 'aznar lopez')
    >>> surnames("Jaap de Hoop Scheffer", "NLD")
    ('scheffer', 'de hoop scheffer', 'hoop scheffer')
    """
    words = fold(name).split()
    if len(words) < 2:
        return ()
    if country in FAMILY_NAME_FIRST and words[0] not in PARTICLES:
        return (words[0],)
    found = [words[-1]]
    if country in TWO_SURNAMES and len(words) > 3 and words[-2] not in PARTICLES:
        found += [words[-2], f"{words[-2]} {words[-1]}"]
    start = next((n for n, w in enumerate(words) if n and w in PARTICLES), None)
    if start is not None and start < len(words) - 1:
        found.append(" ".join(words[start:]))
        bare = next(n for n in range(start, len(words)) if words[n] not in PARTICLES or n == len(words) - 1)
        found.append(" ".join(words[bare:]))
    return tuple(dict.fromkeys(found))


def neighbours(skeleton: str) -> Iterator[str]:
    """The skeleton and, when it is long enough to stay telling, each one with a consonant left out."""
    yield skeleton
    if len(skeleton) >= 4:
        for n in range(len(skeleton)):
            yield skeleton[:n] + skeleton[n + 1:]


@functools.lru_cache(maxsize=1 << 16)
def likeness(one: str, other: str, least: float = 0.0) -> float:
    """Likeness of two folded names, 0–1: word by word when the words pair up, the whole strings otherwise.

    Of the words it is the mean of the worst pair and of all pairs, so that one unlike word decides. 0 where a word shows
    that `least` is out of reach.

    >>> round(likeness("saja kallas", "kaja kallas"), 2), round(likeness("sergei ivanov", "igor ivanov"), 2)
    (0.81, 0.4)
    """
    from rapidfuzz import fuzz

    words, others = one.split(), other.split()
    if len(words) != len(others):
        return fuzz.ratio(one, other) / 100 if abs(len(one) - len(other)) <= 2 else 0.0
    scores: list[float] = []
    for a, b in zip(words, others, strict=True):
        scores.append(word_likeness(a, b))
        if scores[-1] < least_word(least, len(words)):
            return 0.0
    return (min(scores) + sum(scores) / len(scores)) / 2


def least_word(least: float, words: int) -> float:
    """What every word must reach for a `likeness` of `least`, were all the others equal (less what rounding may take).

    >>> round(least_word(0.8, 2), 3), round(least_word(0.8, 1), 3)
    (0.733, 0.8)
    """
    return (2 * least - 1 + 1 / words) / (1 + 1 / words) - 1e-9


@functools.lru_cache(maxsize=100_000)
def word_likeness(one: str, other: str) -> float:
    """Likeness of two folded words, with spellings that transliterations exchange counted as half a change."""
    from rapidfuzz import fuzz

    if one == other:
        return 1.0
    plain = fuzz.ratio(one, other) / 100
    return (plain + 1) / 2 if plain > 0.5 and sound(one) == sound(other) else plain
