"""What the outcomes teach: what went wrong how often, and the file that a person would change to mend it.

Read by the lender's own people only, and yet nobody can be singled out: what borrowers did or said is told only where
at least `FEWEST` of them did. What fewer did is told over all texts together, or not at all.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from .content import Content
from .errors import ContentError
from .outcome import NTH_TEXT, ROOT_CAUSE, DayCounts, OutcomeKind
from .unread import Unread, shared_words

FEWEST = 10
"""Borrowers, tickets or numbers below which nothing is told."""
OFTEN = 4
"""Texts to one borrower within a month from which on they are counted as many."""
ALL_TEXTS = ""
"""The name of no template: what single texts have too little of, over all of them."""


class LessonKind(StrEnum):
    """What a lesson is about, and which `values` it has."""

    ROOT_CAUSE = "root_cause"
    """Tickets closed with one cause, by the text that the borrower had before, of all that were closed with any:
    `cause` (see ROOT_CAUSES), `template`, `language`."""
    DISPLEASED = "displeased"
    """Texts that were answered with displeasure, of all that went: `template`, `language`."""
    NOT_UNDERSTOOD = "not_understood"
    """Numbers that wrote the same words in replies that nobody understood, of all whose reply nobody understood:
    `words`, `language`."""
    LONG_TEXT = "long_text"
    """A text that may cost two parts, counted in the parts that were billed: `template`, `locale`, `parts`."""
    TEXTED_OFTEN = "texted_often"
    """Borrowers who were texted so often within 31 days, of all that were texted once: `texts`, `country`."""


class Lesson(Struct, frozen=True):
    """One thing to mend. The words around it are the report's."""

    kind: LessonKind
    values: Mapping[str, str]
    """By name, as its kind says; `template` is empty where no single text stands out."""
    count: int
    of: int
    """Out of how many of the same sort; 0 where there is nothing to compare with."""
    file: str
    """To change, from the project's folder."""


def lessons(days: Iterable[DayCounts], content: Content, unread: Iterable[Unread] = ()) -> tuple[Lesson, ...]:
    """From the days that are looked at and the replies that nobody understood in them; of each kind the weightiest
    first."""
    by_place = _by_place(days)
    return (
        *_of_causes(by_place, content),
        *_of_displeasure(by_place, content),
        *_of_words(unread),
        *_of_long_texts(by_place, content),
        *_of_borrowers(by_place, content),
    )


class _Place(Struct, frozen=True):
    """A text as it was sent to one country: a country may have its own form of it, in a file of its own."""

    template: str
    language: str
    country: str


_ByPlace = Mapping[_Place, Mapping[str, int]]


def _by_place(days: Iterable[DayCounts]) -> _ByPlace:
    """The days' counts put together. Every fact stands once without an experiment, and again in each of its own."""
    found: dict[_Place, Counter[str]] = {}
    for day in days:
        for cell, kinds in day.cells.items():
            if not cell.experiment:
                place = _Place(cell.template, cell.language, cell.country)
                found.setdefault(place, Counter()).update(kinds)
    return found


class _Told(Struct, frozen=True):
    """What may be told of one file, or of all texts whose own figures are too small."""

    values: Mapping[str, str]
    count: int
    places: frozenset[_Place]
    file: str


def _told(by_place: _ByPlace, kind: str, content: Content) -> list[_Told]:
    """How often something happened after each text, the most often first; what is rare, over all texts together."""
    by_file: dict[tuple[str, str, str], set[_Place]] = {}
    for place, kinds in by_place.items():
        if kinds.get(kind):
            locale = _locale_of(place, content)
            file = f"templates/sms/{locale}/{place.template}.txt" if locale else "templates/sms"
            named = (place.template, place.language) if locale else (ALL_TEXTS, "")
            by_file.setdefault((*named, file), set()).add(place)

    def count(places: Iterable[_Place]) -> int:
        return sum(by_place[place].get(kind, 0) for place in places)

    single = {key: places for key, places in by_file.items() if count(places) >= FEWEST and key[0] != ALL_TEXTS}
    rest: dict[str, set[_Place]] = {}
    for key, places in by_file.items():
        if key not in single:
            for place in places:
                rest.setdefault(place.language, set()).add(place)
    told = [
        _Told({"template": template, "language": language}, count(places), frozenset(places), file)
        for (template, language, file), places in single.items()
    ]
    told.sort(key=lambda each: (-each.count, each.file))
    for language, places in sorted(rest.items()):
        if language and count(places) >= FEWEST:
            values = {"template": ALL_TEXTS, "language": language}
            told.append(_Told(values, count(places), frozenset(places), "templates/sms"))
    return told


def _locale_of(place: _Place, content: Content) -> str:
    """Whose file the text came from; empty for one that is not there any more."""
    try:
        return content.template(place.template, f"{place.language}-{place.country}").locale
    except ContentError:
        spoken = sorted(locale for name, locale in content.templates if name == place.template)
        return next((locale for locale in spoken if locale.split("-")[0] == place.language), "")


def _of_causes(by_place: _ByPlace, content: Content) -> list[Lesson]:
    kinds = sorted({kind for counts in by_place.values() for kind in counts if kind.startswith(ROOT_CAUSE)})
    found = []
    for kind in kinds:
        cause = kind.removeprefix(ROOT_CAUSE)
        for told in _told(by_place, kind, content):
            closed = sum(number for place in told.places for name, number in by_place[place].items() if name in kinds)
            values = {"cause": cause, **told.values}
            found.append(Lesson(LessonKind.ROOT_CAUSE, values, told.count, closed, _file_of(cause, told, content)))
    return sorted(found, key=lambda lesson: -lesson.count)


def _file_of(cause: str, told: _Told, content: Content) -> str:
    """A wrong figure is no fault of the text that repeated it."""
    match cause:
        case "too_many_texts" | "payment_delay" | "hardship":
            return f"templates/strategies/{content.lender.family}.yaml"
        case "wrong_data":
            return f"templates/lenders/{content.lender.file}"
        case _:
            return told.file


def _of_displeasure(by_place: _ByPlace, content: Content) -> Iterator[Lesson]:
    for told in _told(by_place, OutcomeKind.DISPLEASED, content):
        went = sum(by_place[place].get(OutcomeKind.CONTACT, 0) for place in told.places)
        yield Lesson(LessonKind.DISPLEASED, told.values, told.count, went, told.file)


def _of_words(unread: Iterable[Unread]) -> Iterator[Lesson]:
    replies = [reply for reply in unread if reply.has_words]
    numbers = Counter(language for language, _ in {(reply.language, reply.phone) for reply in replies})
    for (language, words), number in shared_words(replies, FEWEST).items():
        values, file = {"words": words, "language": language}, f"templates/replies/{language}.yaml"
        yield Lesson(LessonKind.NOT_UNDERSTOOD, values, number, numbers[language], file)


def _of_long_texts(by_place: _ByPlace, content: Content) -> Iterator[Lesson]:
    """By what they may cost at most, which the catalogue states and linting holds; the ones that were sent."""
    billed: Counter[tuple[str, str]] = Counter()
    for place, kinds in by_place.items():
        if (locale := _locale_of(place, content)) and kinds.get(OutcomeKind.SEGMENTS):
            billed[place.template, locale] += kinds[OutcomeKind.SEGMENTS]
    for (name, locale), parts in sorted(billed.items(), key=lambda each: (-each[1], each[0])):
        most = content.templates[name, locale].segments
        if most > 1 and parts >= FEWEST:
            values = {"template": name, "locale": locale, "parts": str(most)}
            yield Lesson(LessonKind.LONG_TEXT, values, parts, billed.total(), f"templates/sms/{locale}/{name}.txt")


def _of_borrowers(by_place: _ByPlace, content: Content) -> Iterator[Lesson]:
    """How often a borrower had the fourth text of a month, the fifth, and so on."""
    reached: dict[str, Counter[int]] = {}
    for place, kinds in by_place.items():
        for kind, number in kinds.items():
            if kind.startswith(NTH_TEXT):
                reached.setdefault(place.country, Counter())[int(kind.removeprefix(NTH_TEXT))] += number
    for country, by_texts in sorted(reached.items()):
        policies = content.policies.get(country, ())
        file = f"templates/policies/{policies[0].jurisdiction if policies else country}.yaml"
        for texts, number in sorted(by_texts.items(), reverse=True):
            if texts >= OFTEN and number >= FEWEST:
                values = {"texts": str(texts), "country": country}
                yield Lesson(LessonKind.TEXTED_OFTEN, values, number, by_texts[1], file)
