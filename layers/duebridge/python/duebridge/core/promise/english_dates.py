"""Days named by the calendar or by the week in English, and what is past."""

import re
from datetime import date, timedelta

from .days import day_in_month, day_of_year, next_day_number, on_weekday, weekday_in_month
from .english_words import (
    COUNT,
    DAY,
    MONTH,
    MONTH_CUES,
    NOT_A_DAY,
    ORDINAL,
    TO_DAY_END,
    UNIT,
    WEEKDAY,
    WEEKDAY_CUES,
    WEEKDAYS,
    english_day,
    month_number,
)  # fmt: skip
from .mention import Kind, Wording
from .resolving import end_of_month, end_of_year, full_year, months_ahead, no_day


def _by_name_of_month(m: re.Match[str], today: date) -> date:
    return day_of_year(month_number(m["month"]), english_day(m["day"]), today, full_year(m["year"]))


def _english_day_of_month(m: re.Match[str], today: date) -> date:
    day, which = english_day(m["day"]), m["which"]
    if months_ahead(which):
        return day_in_month(day, 1, today)
    return day_in_month(day, 0, today) if which.startswith("this") else next_day_number(day, today)


def _weekday_in_month(m: re.Match[str], today: date) -> date:
    place = -1 if m["place"] == "last" else ("1st2nd3rd4th".find(m["place"]) // 3 + 1 or english_day(m["place"]))
    ahead = (month_number(m["month"]) - today.month) % 12 if m["month"] else months_ahead(m["which"])
    return weekday_in_month(place, WEEKDAYS[m["weekday"][:2]], ahead, today)


def _english_weekday(m: re.Match[str], today: date) -> date:
    weekday, which, after = WEEKDAYS[m["weekday"][:2]], m["which"] or "", m["after"] or ""
    if "after next" in after or "after next" in which:
        return on_weekday(weekday, today, weeks_ahead=2)
    if "next" in which or "nxt" in which or "next" in after or "nxt" in after or "following" in which:
        return on_weekday(weekday, today, weeks_ahead=1)
    if after or "week" in which or "fortnight" in which:
        weeks = 2 if re.search("two|2|fortnight", which + after) else 1
        return on_weekday(weekday, today) + timedelta(7 * weeks)
    if "this" in which and "coming" not in which:
        return on_weekday(weekday, today, weeks_ahead=0)
    return on_weekday(weekday, today)


def _pinyin_weekday(m: re.Match[str], today: date) -> date:
    weekday = ("yi", "er", "san", "si", "wu", "liu", "ri", "tian").index(m["weekday"])
    ahead = 1 if m["which"] and m["which"].startswith("xia") else None
    return on_weekday(min(weekday, 6), today, weeks_ahead=ahead)


def _hindi_weekday(m: re.Match[str], today: date) -> date:
    weekday = ("so", "ma", "bu", "gu", "sh", "shan", "ra", "it").index(
        "shan" if m["weekday"] == "shani" else m["weekday"][:2]
    )
    return on_weekday(min(weekday, 6), today)


ENGLISH_DATES: tuple[Wording, ...] = (
    # The two last ones of a month are no past; then what is past, so that "last Friday" is not taken for "Friday".
    Wording(
        Kind.CALENDAR,
        rf"(?:the )?\b(?P<place>first|second|third|fourth|last|1st|2nd|3rd|4th) (?P<weekday>{WEEKDAY}) (?:of|"
        rf"in) (?:(?P<month>{MONTH})|(?:(?:the|this) |(?P<which>next |coming |following ))?(?:month|mth))\b",
        _weekday_in_month,
        "of|in",
    ),
    Wording(Kind.PERIOD, r"(?:the )?last week (?:of|in) (?:the |this |next )?\w+", no_day, "last"),
    Wording(
        Kind.PAST,
        rf"\b(?:yesterday|yday|yest|(?:last|previous) (?:night|week|weekend|month|year|payday|time|{WEEKDAY}\b|"
        rf"{MONTH}\b)|{WEEKDAY} (?:just gone|last)\b|{COUNT} {UNIT} ago|(?:a )?(?:few|couple(?: of)?) {UNIT} (?:ago|"
        rf"back)|since (?:{MONTH}\b|{WEEKDAY}\b|(?:the )?{ORDINAL})|the other day|earlier (?:today|this \w+)|"
        r"zuotian)",
        no_day,
        "yest|yday|last|previous|gone|ago|back|since|other|earlier|zuotian",
    ),
    # A week is no day, though a day names it.
    Wording(
        Kind.PERIOD,
        rf"(?:the )?\b(?:week (?:of|commencing|beginning|starting)|w/c)(?: the)? {DAY}(?: (?:of )?{MONTH})?\b",
        no_day,
        "week|w/c",
    ),
    # Days of the calendar.
    Wording(
        Kind.CALENDAR,
        rf"(?:the )?\b(?P<day>{DAY})(?: day)?[ -]?(?:of )?(?P<month>{MONTH})\b(?:\.?[,-]? ?(?P<year>20\d\d))?"
        r"(?! ?[%$£€])",
        _by_name_of_month,
        MONTH_CUES,
    ),
    Wording(
        Kind.CALENDAR,
        rf"\b(?P<month>{MONTH})\b\.?(?:,? ?the)?[ -]?(?P<day>{DAY})\b(?:,? ?(?P<year>20\d\d))?{TO_DAY_END}(?!,\d)",
        _by_name_of_month,
        MONTH_CUES,
    ),
    Wording(
        Kind.CALENDAR,
        rf"(?:the )?\b(?P<day>{DAY}) ?(?:day )?(?:of |in )?(?P<which>this|next|nxt|the|d|every|each|coming|"
        rf"following) "
        r"(?:coming )?(?:month|mth)\b",
        _english_day_of_month,
        "month|mth",
    ),
    Wording(
        Kind.CALENDAR,
        rf"\b(?P<which>this|next|nxt|coming) (?:month|mth)(?:'?s)?[,.]?(?: probably| around| about| say|"
        rf" maybe)?(?: on)?(?: the)? (?P<day>{DAY}){NOT_A_DAY}{TO_DAY_END}(?! ?(?:{UNIT}|k|rs|dollars|pounds|quid|"
        rf"bucks)\b)",
        _english_day_of_month,
        "month|mth",
    ),
    Wording(
        Kind.CALENDAR,
        rf"\b(?:(?:the )?(?:very )?(?:end|last day|last date|ends|last)(?: of| off)? (?:(?:the|this|d|da|"
        rf"current) )?(?:(?P<which>next|nxt|coming|following) )?(?:month|mth|mnth)(?:'?s end)?|(?:the )?(?:end|"
        rf"last day)(?: of)? (?P<month>{MONTH}))\b",
        end_of_month,
        "end|last",
    ),
    Wording(
        Kind.CALENDAR,
        rf"\b(?:(?:this )?(?:(?P<which>next|nxt|coming) )?(?:month|mth)(?:'?s)?[ -]?(?:end|ending)|eom|yue ?di|"
        rf"(?P<month>{MONTH})"
        r"[ -]end|mahine ke (?:end|aakhir))\b",
        end_of_month,
        "end|eom|yue|mahine",
    ),
    Wording(Kind.CALENDAR, r"\b(?:the )?end of (?:the |this )?year\b|\byear[ -]end\b", end_of_year, "year"),
    Wording(
        Kind.CALENDAR,
        r"\b(?:the |this )(?P<which>next )?(?:month|mth)(?:'?s| is)? (?P<month>)(?:out|over|up|done|ends|finishes)\b",
        end_of_month,
        "month|mth",
    ),
    # Days of the week.
    Wording(
        Kind.PERIOD,
        rf"(?:the )?\b{WEEKDAY} (?:after|before|following) (?:easter|christmas|xmas|diwali|eid|holi|thanksgiving|"
        r"new year|(?:my |the )?(?:pay ?day|holidays?|bank holiday))\b",
        no_day,
        "after|before|following",
    ),
    Wording(
        Kind.WEEKDAY,
        rf"\b(?P<which>(?:this|next|nxt|(?<!is )(?<!are )(?<!'s )coming|following|this coming|the coming|"
        rf"the following|the next)(?: week)?(?:'?s)?(?: on|,)? |(?:a |1 |one |two |2 )?weeks? (?:on|from|this|"
        rf"after)(?: this| next)? |(?:a )?fortnight (?:on|from) |week after next,?(?: on)? )?(?P<weekday>{WEEKDAY})\b"
        r"(?P<after>(?: of| the|,)? (?:next|nxt) (?:week|wk)\b| after next\b| after(?=[,.!?\n]|$)|"
        r" (?:a )?week\b(?! (?:on|from|day))| fortnight\b| in two weeks\b)?",
        _english_weekday,
        WEEKDAY_CUES,
    ),
    Wording(
        Kind.WEEKDAY,
        r"\b(?P<which>xia ?(?:ge ?)?)?(?:zhou|xing ?qi|li ?bai) ?(?P<weekday>yi|er|san|si|wu|liu|ri|tian)\b",
        _pinyin_weekday,
        "zhou|xing|li",
    ),
    Wording(
        Kind.WEEKDAY,
        r"\b(?P<which>agle )?(?P<weekday>som|mangal|budh|guru|shukra?|shani|ravi|it)[vw]a+r\b",
        _hindi_weekday,
        "var|war|vaar|waar",
    ),
)
