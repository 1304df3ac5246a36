"""«este miércoles», «a mediados de noviembre» + publication date → an ISO date, month, year or interval.

Our own rules come first: `dateparser` alone reads fewer than half of the phrases usual in Spanish news, and guesses on
others. It is asked only by `resolve_time`, for whole phrases that no rule knows, never to search in text.

Precision is kept: a month stays `2022-11`, a week is `2022-10-03/2022-10-09` (Monday to Sunday). A phrase that needs
the publication date is unresolved without it. A bare weekday is the nearest in the past, the day of publication
included; a day and month without year lies at most half a year ahead.

The words are data, `ontology/lexicon/dates.tsv`; the rules are regular expressions over text without case and accents.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.errors import OntologyError
from kg.resources import ontology_dir

__all__ = ["find_times", "resolve_time"]

Day = datetime.date
Match = re.Match[str]
_HALF_YEAR = 183


@dataclass(frozen=True, slots=True)
class Published:
    """When the article appeared: year and month, and the day when it is known."""

    year: int
    month: int
    day: int | None

    @property
    def date(self) -> Day | None:
        """The day of publication, None when only the month is known."""
        return Day(self.year, self.month, self.day) if self.day else None


def resolve_time(phrase: str, published: str | None) -> str | None:
    """The ISO value of a whole time expression, or None.

    >>> resolve_time("la semana pasada", "2022-10-12")
    '2022-10-03/2022-10-09'
    >>> resolve_time("el martes", None)
    """
    found = find_times(phrase, published)
    if found:
        return max(found, key=lambda hit: hit[1] - hit[0])[2]
    if _unresolvable(fold(phrase)):
        return None
    return _ask_dateparser(phrase, published)


def find_times(text: str, published: str | None) -> tuple[tuple[int, int, str], ...]:
    """Resolved time expressions of a text as (start, end, ISO value), in order, not overlapping.

    >>> find_times("Lo dijo el martes en Kiev.", "2022-10-12")
    ((8, 17, '2022-10-11'),)
    """
    when = _published(published)
    folded = fold(text)
    hits: list[tuple[int, int, str | None]] = []
    anchors = _anchors(folded)
    windows = {kinds: _windows(anchors, kinds, folded) for kinds in {kinds for kinds, _, _ in _rules()}}
    for kinds, pattern, rule in _rules():
        for start, end in windows[kinds]:
            hits += [(m.start(), m.end(), _value(rule, m, when)) for m in pattern.finditer(folded, start, end)]
    hits.sort(key=lambda hit: (hit[0] - hit[1], hit[0]))
    taken: list[tuple[int, int, str | None]] = []
    for start, end, value in hits:
        if all(end <= s or start >= e for s, e, _ in taken):
            taken.append((start, end, value))
    return tuple(sorted((s, e, v) for s, e, v in taken if v is not None))


_REACH = 100
"""Characters that an expression may stretch to either side of its anchor."""


def _anchors(folded: str) -> dict[str, list[int]]:
    """Where the words stand that expressions need, by kind (`unit`, `month`, `year`…): rules are tried around them only."""
    found: dict[str, list[int]] = {}
    kinds = _anchor_kinds()
    for word in set(_TOKEN.findall(folded)):
        of_word = ("year",) if len(word) == 4 and word.isdigit() else kinds.get(word, ())
        places = list(_places(word, folded)) if of_word else []
        for kind in of_word:
            found.setdefault(kind, []).extend(places)
    return found


def _places(word: str, folded: str) -> Iterator[int]:
    """Where a whole word stands."""
    start = folded.find(word)
    while start >= 0:
        if not _TOKEN.match(folded, start + len(word)) and not (start and _TOKEN.match(folded, start - 1)):
            yield start
        start = folded.find(word, start + 1)


def _windows(anchors: Mapping[str, list[int]], kinds: str, folded: str) -> list[tuple[int, int]]:
    """Stretches of text, apart from each other, that hold every expression with an anchor of one of `kinds`."""
    windows: list[tuple[int, int]] = []
    for place in sorted(place for kind in kinds.split() for place in anchors.get(kind, ())):
        start, end = max(0, place - _REACH), min(len(folded), place + _REACH)
        while end < len(folded) and not folded[end - 1].isspace():
            end += 1  # not in the middle of a word
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    return windows


@lru_cache(maxsize=1)
def _anchor_kinds() -> Mapping[str, tuple[str, ...]]:
    """Kinds of every anchor by the word."""
    kinds: dict[str, tuple[str, ...]] = {}
    fixed = {"semana": "week", "mes": "calendar", "ano": "calendar", "decada": "decade", "anos": "decade", "dia": "day_of"}
    words = [(w, kind) for kind in ("weekday", "month", "month_short", "unit", "day") for w in _words()[kind]]
    for word, kind in (*words, *fixed.items()):
        last = _TOKEN.findall(word)[-1]
        kinds[last] = tuple(dict.fromkeys((*kinds.get(last, ()), kind)))
    return kinds


_TOKEN = re.compile(r"\w+")


def fold(text: str) -> str:
    """Lower case without accents, character for character (offsets stay)."""
    return text.translate({ord(character): _fold_character(character) for character in set(text)})


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    return unicodedata.normalize("NFD", character.lower())[0]


# --- words ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Mapping[str, str]]:
    """Kind → word → value, from `dates.tsv`."""
    path: Path = ontology_dir() / "lexicon" / "dates.tsv"
    kinds: dict[str, dict[str, str]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line or line.startswith(("#", "word\t")):
            continue
        cells = line.split("\t")
        if len(cells) != 3:
            raise OntologyError("expected word, kind, value", where=f"{path.name}:{number}", remedy="separate by tabs")
        kinds.setdefault(cells[1], {})[cells[0]] = cells[2]
    return kinds


def _any(*kinds: str) -> str:
    words = {word for kind in kinds for word in _words()[kind]}
    return "(?:" + "|".join(sorted(map(re.escape, words), key=lambda w: (-len(w), w))) + ")"


def _number(word: str) -> int:
    digits = word.rstrip("º°o")
    return int(digits) if digits.isdecimal() else int(_words()["number"][word])


def _month(word: str) -> int:
    return int(_words()["month"].get(word) or _words()["month_short"][word])


def _is(kind: str, word: str | None) -> bool:
    return word in _words()[kind]


# --- calendar ---------------------------------------------------------------------------------------------------


def _published(text: str | None) -> Published | None:
    if not text:
        return None
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    return Published(year, month or 1, day or None)


def _value(rule: Callable[[Match, Published | None], str | None], match: Match, when: Published | None) -> str | None:
    try:
        return rule(match, when)
    except (ValueError, OverflowError):  # 31 February, year 0
        return None


def _shift_month(year: int, month: int, by: int) -> str:
    index = year * 12 + month - 1 + by
    return f"{index // 12:04}-{index % 12 + 1:02}"


def _week(day: Day, by: int) -> str:
    monday = day - datetime.timedelta(days=day.weekday()) + datetime.timedelta(weeks=by)
    return f"{monday}/{monday + datetime.timedelta(days=6)}"


def _weekday(day: Day, weekday: int, side: str) -> Day:
    """The `weekday` nearest to `day`: `last` strictly before, `next` strictly after, `near` either, `past` until it."""
    back = (day.weekday() - weekday) % 7
    shift = {"past": -back, "last": -(back or 7), "next": 7 - back, "near": -back if back <= 3 else 7 - back}[side]
    return day + datetime.timedelta(days=shift)


def _nearest_year(month: int, day: int, when: Published, side: str | None, weekday: int | None = None) -> Day:
    """The year in which a day and month of a text lie, by the weekday beside it, or by the half-year rule."""
    base = when.date or Day(when.year, when.month, 28)
    years = [Day(year, month, day) for year in (base.year, base.year - 1, base.year + 1) if _exists(year, month, day)]
    if not years:
        raise ValueError("no such day")
    if weekday is not None:
        years = [d for d in years if d.weekday() == weekday] or years
    if side == "last":
        return max((d for d in years if d <= base), default=years[0])
    if side == "next":
        return min((d for d in years if d >= base), default=years[0])
    return years[0] if (years[0] - base).days <= _HALF_YEAR or len(years) == 1 else years[1]


def _exists(year: int, month: int, day: int) -> bool:
    try:
        Day(year, month, day)
    except ValueError:
        return False
    return True


def _side(*words: str | None) -> str | None:
    if any(_is("last", w) for w in words):
        return "last"
    return "next" if any(_is("next", w) for w in words) else None


def _relative_year(phrase: str, when: Published) -> int:
    side = _side(*phrase.split(), "que viene" if "que viene" in phrase else None)
    return when.year + {"last": -1, "next": 1, None: 0}[side]


# --- rules: a match and the publication date → ISO value or None ------------------------------------------------


def _full_date(m: Match, when: Published | None) -> str | None:
    return Day(int(m["year"]), _month_or_number(m["month"]), _number(m["day"])).isoformat()


def _month_or_number(word: str) -> int:
    return int(word) if word.isdigit() else _month(word)


def _day_and_month(m: Match, when: Published | None) -> str | None:
    if when is None:
        return None
    if m["yearphrase"]:
        return Day(_relative_year(m["yearphrase"], when), _month(m["month"]), _number(m["day"])).isoformat()
    weekday = int(_words()["weekday"][m["weekday"]]) if m["weekday"] else None
    side = _side(m["before"], m["after"])
    return _nearest_year(_month(m["month"]), _number(m["day"]), when, side, weekday).isoformat()


def _day_of_month(m: Match, when: Published | None) -> str | None:
    if when is None or when.date is None:
        return None
    past = _is("last", m["side"])
    for by in (0, -1) if past else (0, 1):
        year, month = map(int, _shift_month(when.year, when.month, by).split("-"))
        day = Day(year, month, _number(m["day"]))
        if (day <= when.date) if past else (day >= when.date):
            return day.isoformat()
    return None


def _day_interval(m: Match, when: Published | None) -> str | None:
    end_month = _month(m["month"])
    start_month = _month(m["month1"]) if m["month1"] else end_month
    if m["year"]:
        year = int(m["year"])
        start, end = Day(year, start_month, _number(m["day1"])), Day(year, end_month, _number(m["day"]))
    elif when:
        end = _nearest_year(end_month, _number(m["day"]), when, None)
        start = Day(end.year, start_month, _number(m["day1"]))
    else:
        return None
    return f"{start}/{end}" if start < end else None


def _years(m: Match, when: Published | None) -> str | None:
    return f"{m['first']}/{m['second']}" if m["first"] < m["second"] else None


def _months(m: Match, when: Published | None) -> str | None:
    year = int(m["year"]) if m["year"] else when.year if when else None
    return None if year is None else f"{year}-{_month(m['first']):02}/{year}-{_month(m['second']):02}"


def _weekdays(m: Match, when: Published | None) -> str | None:
    if when is None or when.date is None:
        return None
    end = _weekday(when.date, int(_words()["weekday"][m["second"]]), "past")
    return f"{_weekday(end, int(_words()['weekday'][m['first']]), 'last')}/{end}"


def _one_weekday(m: Match, when: Published | None) -> str | None:
    if when is None or when.date is None:
        return None
    side = _side(m["before"], m["after"]) or ("near" if (m["det"] or "") == "este" else "past")
    return _weekday(when.date, int(_words()["weekday"][m["weekday"]]), side).isoformat()


def _one_week(m: Match, when: Published | None) -> str | None:
    if when is None or when.date is None:
        return None
    side = _side(m["before"], m["after"])
    if m["weekend"]:
        by = {"next": "next", "last": "past", None: "past"}[side]
        sunday = _weekday(when.date, 6, by)
        return f"{sunday - datetime.timedelta(days=1)}/{sunday}"
    if side is None and m["det"] != "esta":
        return None
    return _week(when.date, {"last": -1, "next": 1, None: 0}[side])


def _one_month(m: Match, when: Published | None) -> str | None:
    month = _month(m["month"])
    if m["year"]:
        return f"{m['year']}-{month:02}"
    if when is None:
        return None
    if m["yearphrase"]:
        return f"{_relative_year(m['yearphrase'], when)}-{month:02}"
    side = _side(m["before"], m["after"])
    ahead = (month - when.month) % 12
    by = {"last": (ahead or 12) - 12, "next": ahead or 12, None: month - when.month}[side]
    return _shift_month(when.year, when.month, by - 12 if side is None and by > 6 else by)


def _calendar_unit(m: Match, when: Published | None) -> str | None:
    if when is None:
        return None
    by = {"last": -1, "next": 1, None: 0}[_side(m["before"], m["after"])]
    if m["unit"] == "mes":
        return _shift_month(when.year, when.month, by)
    return f"{when.year + by:04}"


def _year(m: Match, when: Published | None) -> str | None:
    return m["year"]


def _part_of_year(m: Match, when: Published | None) -> str | None:
    size = int(_words()["part_of_year"][m["part"]])
    end = int(_words()["ordinal"][m["ordinal"]]) * size
    return f"{m['year']}-{end - size + 1:02}/{m['year']}-{end:02}" if end <= 12 else None


def _decade(m: Match, when: Published | None) -> str | None:
    first = int(m["year"] or _words()["decade"].get(m["word"] or "", 0) or 1900 + int(m["short"]))
    return f"{first}/{first + 9}"


def _ago(m: Match, when: Published | None) -> str | None:
    if when is None:
        return None
    number = _number(m["number"]) * (-1 if m["ago"] == "hace" else 1)
    unit = _words()["unit"][m["unit"]]
    if unit == "year":
        return f"{when.year + number:04}"
    if unit == "month":
        return _shift_month(when.year, when.month, number)
    if when.date is None:
        return None
    if unit == "week":
        return _week(when.date, number)
    days = number if unit == "day" else round(number / 24)
    return (when.date + datetime.timedelta(days=days)).isoformat()


def _stretch(m: Match, when: Published | None) -> str | None:
    if when is None or when.date is None:
        return None
    number = _number(m["number"]) * (-1 if m["side"].startswith(("ultim", "pasad")) else 1)
    other = _plus(when.date, number, _words()["unit"][m["unit"]])
    return "/".join(sorted((when.date.isoformat(), other.isoformat())))


def _plus(day: Day, number: int, unit: str) -> Day:
    if unit in ("month", "year"):
        months = number * (12 if unit == "year" else 1)
        year, month = map(int, _shift_month(day.year, day.month, months).split("-"))
        return Day(year, month, min(day.day, 28) if not _exists(year, month, day.day) else day.day)
    days = {"hour": number / 24, "day": number, "week": number * 7}[unit]
    return day + datetime.timedelta(days=round(days))


def _day_word(m: Match, when: Published | None) -> str | None:
    if when is None or when.date is None:
        return None
    return (when.date + datetime.timedelta(days=int(_words()["day"][m["word"]]))).isoformat()


Rule = Callable[[Match, Published | None], "str | None"]


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[str, re.Pattern[str], Rule], ...]:
    """Kinds of anchors and patterns over folded text; where two overlap the longer match wins."""
    parts = {
        "wd": _any("weekday"), "mo": _any("month"), "short": _any("month_short"), "side": _any("last", "next"),
        "number": rf"(?:\d+|{_any('number')})", "unit": _any("unit"), "season": _any("season"),
        "decade": _any("decade"),
        "day": rf"(?:\d{{1,2}}(?:º|°|o\b)?|{_any('number')})", "year": r"(?:1[5-9]|20)\d{2}", "word": _any("day"),
        "yearphrase": rf"(?:este|presente|{_any('last', 'next')}) ano|ano (?:en curso|{_any('last', 'next')})",
        "vague": rf"(?:a )?{_any('vague')} de", "ordinal": _any("ordinal"), "part": _any("part_of_year"),
        "hours": r"(?: por la (?:manana|tarde|noche)| de madrugada)?",
    }
    return tuple((kinds, _compile(text, parts), rule) for kinds, text, rule in _PATTERNS)


def _compile(text: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    """`<name>` stands for a part of that name, `<name=part>` for one whose match is kept under `name`."""
    text = re.sub(r"<(\w+)=(\w*)>", lambda m: f"(?P<{m[1]}>{parts.get(m[2], '')})", text)
    text = re.sub(r"(?<!\?P)<(\w+)>", lambda m: f"(?:{parts[m[1]]})", text)
    return re.compile(rf"(?<![\w-])(?:{text})(?!\w)")


def _bare_guard(rule: Rule) -> Rule:
    """A weekday counts only with a determiner or a modifier («los martes», «Domingo» do not)."""
    return lambda m, when: rule(m, when) if m["det"] or m["before"] or m["after"] else None


def _article_guard(rule: Rule) -> Rule:
    """«el mes», «el año» alone name no time; «este mes», «a finales de año», «el mes pasado» do."""

    def guarded(m: Match, when: Published | None) -> str | None:
        return None if m[0] in ("el mes", "el ano") else rule(m, when)

    return guarded


_PATTERNS: tuple[tuple[str, str, Rule], ...] = (
    ("year",
     r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", _full_date),
    ("year",
     r"(?P<day>\d{1,2})[/-](?P<month>\d{1,2})[/-](?P<year>\d{4})", _full_date),
    ("month month_short",
     r"(?:(?:el|del|al) )?(?:<wd>,? )?<day=day> de (?P<month><mo>|<short>) (?:de|del) <year=year>", _full_date),
    ("month",
     r"(?:del|desde el|entre el|los dias|el|dias) <day1=day>(?: de <month1=mo>)? (?:al|y|y el|hasta el) "
     r"<day=day> de <month=mo>(?: (?:de|del) <year=year>)?", _day_interval),
    ("month",
     r"(?:(?:el|del|al) )?(?:<before=side> )?(?:<weekday=wd>,? )?(?:dia )?<day=day> de <month=mo>"
     r"(?: del? <yearphrase=yearphrase>| <after=side>)?", _day_and_month),
    ("month_short",
     r"<before=><weekday=>(?P<day>\d{1,2}) <month=short><after=><yearphrase=>", _day_and_month),
    ("day_of",
     r"(?:el )?<side=side> dia (?P<day>\d{1,2})", _day_of_month),
    ("year",
     r"(?:de|desde|entre) <first=year> (?:a|y|hasta) <second=year>", _years),
    ("month",
     r"(?:de|desde|entre) <first=mo> (?:a|y|hasta) <second=mo>(?: (?:de|del) <year=year>)?", _months),
    ("weekday",
     r"entre el <first=wd> y el <second=wd>", _weekdays),
    ("weekday",
     r"(?:(?P<det>el|este|del|al|hoy,?) )?(?:<before=side> )?<weekday=wd>(?: <after=side>)?<hours>",
     _bare_guard(_one_weekday)),
    ("week",
     r"(?:(?P<det>la|esta) )?(?:<before=side> )?(?:(?P<weekend>fin de semana)|semana)(?: <after=side>)?", _one_week),
    ("month",
     r"(?:<vague>|en|desde|hasta|durante|para|de) (?:el )?(?:<before=side> )?(?:mes de )?<month=mo>"
     r"(?: (?:de|del) <year=year>| del? <yearphrase=yearphrase>| <after=side>)?", _one_month),
    ("month",
     r"(?:el )?<before=side> (?:mes de )?<month=mo><after=><yearphrase=><year=>", _one_month),
    ("calendar",
     r"(?:(?:el|este) (?:<before=side> )?|<vague> (?:este )?)(?P<unit>mes|ano)(?: <after=side>)?",
     _article_guard(_calendar_unit)),
    ("year",
     r"(?:en|desde|hasta|durante|de|<vague>|<season> de) (?:el ano )?<year=year>", _year),
    ("year",
     r"<ordinal=ordinal> <part=part> de <year=year>", _part_of_year),
    ("decade",
     r"(?:la decada de(?: los)?|los anos) (?:(?P<year>1[5-9]\d0|20\d0)|<word=decade>|(?P<short>\d0))", _decade),
    ("unit",
     r"(?P<ago>hace|dentro de) <number=number> <unit=unit>", _ago),
    ("unit",
     r"(?P<side>ultim[oa]s|pasad[oa]s|proxim[oa]s) <number=number> <unit=unit>", _stretch),
    ("day",
     r"(?<!\bla )(?<!\bcada )(?<!\buna )<word=word><hours>", _day_word),
)

# --- what is left -----------------------------------------------------------------------------------------------

_VAGUE = re.compile(r"\b(?:recientemente|proximamente|poco|despues|siguiente|mismo|anterior|ultim[oa]s|antes|luego)\b")


def _unresolvable(folded: str) -> bool:
    """Anchored in the text, too vague, or already seen by a rule that found the publication date missing."""
    return bool(_VAGUE.search(folded)) or any(pattern.search(folded) for _, pattern, _ in _rules())


def _ask_dateparser(phrase: str, published: str | None) -> str | None:
    import dateparser

    when = _published(published)
    if when is None or when.date is None:
        return None
    settings = {
        "RELATIVE_BASE": datetime.datetime.combine(when.date, datetime.time()),
        "PREFER_DATES_FROM": "past",
        "REQUIRE_PARTS": ["day", "month"],
    }
    found = dateparser.parse(phrase, languages=["es"], settings=settings)
    return found.date().isoformat() if found else None
