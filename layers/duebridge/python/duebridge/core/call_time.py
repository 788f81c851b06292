"""When a borrower wants to be called, in their own words, to be said back to them.

Our answer repeats these words, so they are built from the words of time below and nothing else: no name, link, markup
or sign can pass. They are not read as a date: the person who calls decides what "after work" is.
"""

import re
from functools import cache

_LENGTH_LIMIT = 1600
_WORDS_LIMIT = 40

_TOMORROW = r"(?:tomorr?ow|tommorr?ow|tmrw|tmr|tmw|tomoz|2mrw|2moro|2morrow)"
_WEEKDAY = (
    r"(?:mon|tues?|weds?|thu|thurs?|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekdays?|"
    r"(?:the )?weekends?)"
)
_DAY = rf"(?:(?:(?:this|next) )?{_WEEKDAY}|today|tonight|tonite|2nite|{_TOMORROW}|(?:the )?day after {_TOMORROW})"
_PART = (
    r"(?:(?:in the |in |this |at |around |during )?(?:early |late |mid )?"
    r"(?:morning?s?|afternoons?|evenings?|night|nights|lunch(?: ?times?| break| hour)?|noon|midday|"
    r"dinner ?time)(?: time)?)"
)
_HOUR_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_HOUR = (
    rf"(?:(?:half (?:past )?|quarter (?:past|to) )?(?:(?:2[0-3]|1[0-9]|0?[1-9])(?::[0-5][0-9])?|{_HOUR_WORD})"
    r"(?: ?(?:am|pm|oclock))?|noon|midday)"
)
_CLOCK = r"(?:(?:2[0-3]|1[0-9]|0?[1-9])(?::[0-5][0-9] ?(?:am|pm)?|(?::[0-5][0-9])? ?(?:am|pm)))"
_BOUND = r"(?:any ?time )?(?:after|before|around|about|from|past|at|by)"
_HOURS = (
    rf"(?:between {_HOUR} (?:and|n|to) {_HOUR}|(?:from )?{_HOUR} (?:to|till|until) {_HOUR}|{_BOUND} {_HOUR}"
    rf"(?: (?:to|till|until) {_HOUR})?(?: onwards)?|{_CLOCK}(?: onwards)?)"
)
_AFTER_SOMETHING = r"(?:(?:after|before|during) (?:work|school|lunch|dinner|breakfast|my shift))"
_ENGLISH_PIECE = rf"(?:{_DAY}|{_HOURS}|{_AFTER_SOMETHING}|{_PART})"
_ENGLISH = (
    rf"(?<![a-z0-9'$£€#.,:/@-])(?:{_ENGLISH_PIECE}(?: (?:or )?{_ENGLISH_PIECE}){{0,3}}|"
    rf"any ?time(?: {_ENGLISH_PIECE})?)"
    r"(?![a-z0-9'@%/]|[.:,-][0-9]| ?(?:days|weeks|kids|times|dollars|pounds|quid|hundred|instal|months|years)\b)"
)

_HAN_NUMBER = r"(?:[0-9]{1,2}|十[一二]?|[一二两兩三四五六七八九])"
_HAN_DAY = (
    r"(?:今天|今日|今晚|明天|明日|明早|明晚|聽日|听日|聽晚|听晚|後天|后天|後日|后日|大后天|大後天|"
    r"[这這本下]?[个個]?(?:周|週|星期|礼拜|禮拜)[一二三四五六日天末]|工作日|平时|平時)"
)
_HAN_PART = r"(?:早上|早晨|上午|中午|下午|下晝|下昼|晏晝|傍晚|晚上|夜晚|晚间|晚間|午休|午休时间|午休時間)"
_HAN_HOUR = rf"(?:{_HAN_NUMBER}(?:点钟|點鐘|点|點)(?:半|[0-5][0-9]分?|[一二三四五]十分?)?|[0-9]{{1,2}}:[0-5][0-9])"
_HAN_AFTER = r"(?:之后|之後|以后|以後|过后|過後|后|後|之前|以前|前|左右|之间|之間)"
_HAN_HOURS = rf"{_HAN_HOUR}(?:(?:到|至){_HAN_PART}?{_HAN_HOUR})?{_HAN_AFTER}?"
_HAN_EVENT = (
    rf"(?:(?:下班|放工|收工|下课|下課|放学|放學|午饭|午飯|晚饭|晚飯|饭|飯){_HAN_AFTER}|随时|隨時|任何时间|任何時間)"
)
_CHINESE = (
    rf"(?:{_HAN_DAY} ?)?(?:{_HAN_PART} ?)?(?:{_HAN_HOURS}|{_HAN_EVENT})|"
    rf"{_HAN_DAY}(?: ?{_HAN_PART}{_HAN_AFTER}?)?|{_HAN_PART}{_HAN_AFTER}?"
)

_CALL = (
    r"\b(?:call|ring|phone|fone|bell|buzz|blower|somebody|someone|speak|talk|telephone|free|available|reach|"
    r"line|contact|"
    r"give me a)(?:ing|back)?\b|"
    r"电话|電話|打给|打給|打返|打俾|打过|打過|打来|打來|打我|来电|來電|回电|回電|回我|回拨|回撥|拨|撥|联系|"
    r"聯繫|聯絡|有空|得閒|得闲|方便|能接|可以接|接电话|打吧|再打|打最好|都行|也行|我在"
)
_NOT_THEN = (
    r"\b(?:don'?t|dont|do not|not|never|can'?t|cant|busy|working|meeting|duty|was|were|paid|pay|promised|said|"
    r"called|rang|due|shift"
    r"|since|till|until|missed)\b|别|別|不要|不能|不方便|没空|沒空|开会|開會|上班|在忙|那会儿|那會兒|还款|還款|"
    r"我先还|我先還|就还|就還|已经|已經|说好|說好|之前打|打了|打你"
)
_QUOTED = r'"[^"\n]{8,400}"|“[^”\n]{8,400}”|(?m:^>.*$)'
_CLAUSE_END = r"[,，。;；!！?？\n]|\.(?= |$)|\b(?:but|because|cos|so)\b|但|因为|因為"


@cache
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.ASCII | re.IGNORECASE)


def call_time_in(text: str) -> str:
    """The borrower's words for when to call, at most 40 characters, or "". "don't call before 9" gives nothing."""
    best, best_score = "", 0
    own_words = _pattern(_QUOTED).sub("\n", text[:_LENGTH_LIMIT])
    for clause in _pattern(_CLAUSE_END).split(own_words):
        asks, refuses = _pattern(_CALL).search(clause), _pattern(_NOT_THEN).search(clause)
        score = 1 + (2 if asks else 0) - (3 if refuses else 0)
        if score <= best_score:
            continue
        time = _pattern(f"{_ENGLISH}|{_CHINESE}")
        # A clause that does not speak of calling is meant so only if it begins with the time: "Afternoons."
        found = time.search(clause) if asks else time.match(clause.lstrip())
        if found and len(found[0]) <= _WORDS_LIMIT:
            best, best_score = found[0], score
    return best
