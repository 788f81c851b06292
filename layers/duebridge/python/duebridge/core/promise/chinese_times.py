"""Phrases of time in Chinese: simplified (traditional ones are folded), Cantonese and Taiwanese."""

import re
from datetime import date, timedelta

from .days import day_in_month, day_of_year, next_day_number, on_weekday, weekday_in_month
from .mention import Kind, Wording
from .numbers import small_number
from .resolving import after_a_time, end_of_month, end_of_year, full_year, in_days, months_ahead, no_day

_HAN_DAY = (
    "(?:3[01]|[12][0-9]|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|卅一?|[一二三四五六七八九])"
)
_HAN_MONTH = "(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_HAN_WEEK = "(?:周|星期|礼拜)"
_HAN_WEEKDAYS = {c: n for n, c in enumerate("一二三四五六")} | {c: n for n, c in enumerate("123456")}
_HAN_WEEKDAYS |= dict.fromkeys("日天7", 6)
_HAN_COUNT = "(?:[0-9]{1,3}|[一二两三四五六七八九十廿百]{1,4})"
_HAN_UNIT = "(?:个?工作日|个?小时|个?钟头?|分钟|天|日|个月|个?星期|个?礼拜|周)"


def _by_chinese_month(m: re.Match[str], today: date) -> date:
    year = today.year + 1 if m["year"] == "明" else full_year(m["year"])
    return day_of_year(small_number(m["month"]), small_number(m["day"]), today, year)


def _chinese_day_of_month(m: re.Match[str], today: date) -> date:
    return day_in_month(small_number(m["day"]), months_ahead(m["which"]), today)


def _chinese_weekday(m: re.Match[str], today: date) -> date | None:
    weekday = _HAN_WEEKDAYS[m["last"] or m["weekday"]]
    which = m["which"] or ""
    if not which:
        return on_weekday(weekday, today)
    return on_weekday(weekday, today, weeks_ahead=which.count("下"))


def _a_chinese_day_number(m: re.Match[str], today: date) -> date:
    return next_day_number(small_number(m["day"]), today)


def _half_a_month(_match: re.Match[str], today: date) -> date:
    return today + timedelta(15)


def _chinese_weekday_in_month(m: re.Match[str], today: date) -> date:
    ahead = (small_number(m["month"]) - today.month) % 12 if m["month"] else months_ahead(m["which"])
    place = small_number(m["place"]) if m["place"] else -1
    return weekday_in_month(place, _HAN_WEEKDAYS[m["weekday"]], ahead, today)


def _days_after_tomorrow(m: re.Match[str], today: date) -> date:
    return today + timedelta(2 + m[0].count("大"))


CHINESE_TIMES: tuple[Wording, ...] = (
    # What is past is found first, so that 上周五 is not taken for 周五.
    Wording(
        Kind.PAST,
        rf"昨[天日晚儿夜]?|(?<!不)大?前[天日](?!天)|前[几两][天日]|"
        rf"(?<![晚早马加线])上上?个?{_HAN_WEEK}[一二三四五六日天末]?|(?<![晚早马加线])上个?月(?:{_HAN_DAY}[号日])?|"
        rf"去年(?:\d{{1,2}}月)?|{_HAN_COUNT}(?:天|周|个月|个?星期|个?礼拜)"
        r"(?:之前|以前|前)|寻日|琴日",
        no_day,
        "昨|前|上|去年|寻日|琴日",
    ),
    # Days of the calendar.
    Wording(
        Kind.CALENDAR,
        rf"(?:(?P<year>20\d\d|\d\d|明|今)年)?(?<![\d.])(?P<month>{_HAN_MONTH})月份?的?(?:{_HAN_DAY}[号日]?[-~—到至])?"
        rf"(?P<day>{_HAN_DAY})[号日浩]?(?![\d.]|[天个期次年万千百块元%k])",
        _by_chinese_month,
        "月",
    ),
    Wording(
        Kind.CALENDAR,
        rf"(?P<which>(?:下+|这|本|呢|今|当)个?)月的?(?:{_HAN_DAY}[号日]?[-~—到至])?(?P<day>{_HAN_DAY})"
        r"(?:[号日浩]|(?![\d.]|[天个期次年万千百块元%k月]))",
        _chinese_day_of_month,
        "月",
    ),
    Wording(
        Kind.CALENDAR,
        rf"(?P<which>下+个?)月[^,，。;；!！?？\n\d还月周底初]{{1,6}}(?P<day>{_HAN_DAY})[号日]",
        _chinese_day_of_month,
        "月",
    ),
    Wording(
        Kind.CALENDAR,
        rf"(?:(?P<which>(?:下+|这|本)个?)|(?P<month>{_HAN_MONTH}))月份?的?(?:第(?P<place>[一二三四])|"
        rf"最后一)个?{_HAN_WEEK}(?P<weekday>[一二三四五六日天])",
        _chinese_weekday_in_month,
        "月",
    ),
    Wording(Kind.CALENDAR, rf"每个?月的?(?P<day>{_HAN_DAY})[号日]?(?![\d元块百千万])", _a_chinese_day_number, "每"),
    Wording(
        Kind.CALENDAR,
        rf"(?:(?P<which>(?:下+|这|本|呢|今)个?)|(?P<month>{_HAN_MONTH}))?月份?的?月?(?:底|末(?!端)|尾|最后一[天日])",
        end_of_month,
        "月",
    ),
    Wording(Kind.CALENDAR, r"今?年(?:底|末|尾)", end_of_year, "年"),
    # Days of the week.
    Wording(
        Kind.WEEKDAY,
        rf"(?:(?P<which>(?:下+|这|本|今|呢)个?){_HAN_WEEK}?的?|(?<![一两二三礼])|"
        rf"(?<=[周期拜][一二三]))(?:{_HAN_WEEK}|拜)"
        r"(?P<weekday>[一二三四五六日天]|[1-7](?!\d|[.\-~天号日个点]))(?P<last>(?<=一)二|(?<=二)三|(?<=三)四|"
        r"(?<=四)五|(?<=五)六|(?<=六)[日天])?(?!般|直|定|起|共|样|次|半|些|点|天到晚|拜|[十百千万号个])",
        _chinese_weekday,
        "周|星期|拜",
    ),
    # Counted from today. The vague counts come first: 过两天 names no day, 两天后 does.
    Wording(
        Kind.SOON,
        r"(?:(?:等|再?过|缓|晚|再等|隔|再缓|推)(?:个|上)?(?:几|两|二|三五|三两|一两)[天日](?:后|以后|之后|时间)?|"
        r"(?:再给我?|给我?|宽限我?|缓我?|容我)(?:几|三五|一两|两三)[天日]|[这近未]?(?:几|一两|两三|三四|三五|四五|"
        r"五六|十几|十来|好几|数|1-2|2-3|3-4|3-5|2、3)个?(?:天|日|周|星期|礼拜|月|小时)(?:后|之后|以后|内|之内|以内|"
        r"吧)?|这[两几][天日]|这一?两[天日])",
        no_day,
        "天|日|周|星期|礼拜|月|小时",
    ),
    Wording(
        Kind.RELATIVE,
        rf"(?<![每逾超])(?P<count>{_HAN_COUNT})(?P<unit>{_HAN_UNIT})(?:(?:的?时间)?(?:之后|以后|过后|后|之内|以内|"
        rf"内)(?!天)|(?=的?时间(?!不|没)))",
        after_a_time,
        "后|内|时间",
    ),
    Wording(
        Kind.RELATIVE, r"半个月(?:之后|以后|后|之内|以内|内)|(?:再?过|再?给我?|宽限|缓)半个月", _half_a_month, "半个月"
    ),
    Wording(Kind.RELATIVE, r"半个?(?:小时|钟头?|天)(?:之后|以后|后|之内|以内|内)", in_days(0), "半"),
    Wording(
        Kind.RELATIVE,
        rf"(?:(?<=过)|(?<=给我)|(?<=宽限)|(?<=宽限我)|(?<=缓)|(?<=等)|(?<=再给)|(?<=等我)|(?<=容我)|(?<=多)|"
        rf"(?<=最迟)|(?<=最晚)|(?<=不出)|(?<=超过)|(?<=限))(?P<count>{_HAN_COUNT})"
        r"(?P<unit>天|日|周|个月|个?星期|个?礼拜|个?小时|个?钟头)(?!前)",
        after_a_time,
        "过|给|宽限|缓|等|容我|多|迟|晚|不出|限",
    ),
    Wording(
        Kind.RELATIVE,
        rf"(?<![^,，。;；!！?？\s就要])(?P<count>{_HAN_COUNT})(?P<unit>天|周|个?星期|个?礼拜|"
        rf"个?小时)(?=[吧,，。;；!！?？\s]|$)",
        after_a_time,
        "天|周|星期|礼拜|小时",
    ),
    Wording(Kind.RELATIVE, r"大+后(?:[天日]|儿)", _days_after_tomorrow, "大后"),
    Wording(Kind.RELATIVE, r"明后两?[天日]", in_days(2), "明后"),
    Wording(Kind.RELATIVE, r"今明两?[天日]", in_days(1), "今明"),
    Wording(Kind.RELATIVE, r"现在(?=就?先?[还转付打交][^,，。]{0,4}[\d一二两三四五六七八九])", in_days(0), "现在"),
    Wording(Kind.RELATIVE, r"(?<![以之然背最往])后(?:[天日](?!天)|儿个?)", in_days(2), "后"),
    Wording(Kind.RELATIVE, r"明(?:天|日|儿个?|早|晚|晨|个|朝)|听(?:日|朝|晚|晏)", in_days(1), "明|听"),
    Wording(Kind.RELATIVE, r"今(?:天|日|晚|夜|早|朝|儿个?)", in_days(0), "今"),
    # A number alone.
    Wording(
        Kind.CALENDAR,
        rf"(?<![\d.尾工单账编卡型星房第口周期礼拜月年点/])(?:{_HAN_DAY}[号日]?[-~—到至、/或])?(?P<day>{_HAN_DAY})"
        r"(?:号(?!线|楼|院|店|码|机|房|门|文|子|员|称)|日(?!子|常|报|元|期|夜|系|内|后))",
        _a_chinese_day_number,
        "号|日",
    ),
    # Part of today.
    Wording(
        Kind.PART_OF_DAY,
        r"[上下]午|中午|晚上|傍晚|夜晚|夜里|下昼|晏昼|午后|晚些时候|晚点(?!名)|下班(?:后|之后|以后|了)?|收工(?:后|"
        r"之后)?|放工(?:后|之后)?|一会儿?|待会儿?|等会儿?|等一?下(?![个周月星礼次午班])|阵间|现在|而家|依家|宜家|"
        r"这就|早上",
        in_days(0),
        "午|晚|傍|夜|下|晏|收工|放工|一会|待会|等会|阵间|现在|而家|依家|宜家|这就|早上",
    ),
    # Vague.
    Wording(
        Kind.PERIOD,
        rf"(?:下+|这|本|呢|今)个?{_HAN_WEEK}末?内?|{_HAN_WEEK}末|(?:(?:下+|这|本|呢|今)个?|{_HAN_MONTH})?月(?:初|"
        rf"中旬?|上旬|下旬)|[上中下]旬|(?:下+|这|本|呢|今)个?月内?(?!薪)|(?<![\d.]){_HAN_MONTH}月份?(?!票|供|"
        rf"{_HAN_DAY})|"
        r"正?月?初[一二三四五六七八九十](?!次)|(?<![半一两\d])年[前后]|过年|(?:过完)?(?:春节|国庆|五一|中秋|元宵|"
        r"清明|端午)(?:前后|前|后|之后|之前)?",
        no_day,
        "周|星期|礼拜|月|旬|年|初|节|国庆|五一|中秋|元宵|清明|端午",
    ),
    Wording(
        Kind.EVENT,
        r"(?:我的?|老板|公司|单位)?(?:发了?工资|发薪水?|出粮|出咗粮|领了?工资|领薪水?|开工资|开支|发钱|"
        r"工资(?:一?到账?|发了|下来)|结工资|薪水到账)(?:那天|当天|日|之后|以后|后|了|的时候|时)?|发薪日|工资日|粮期|"
        r"等(?!下|会|一下)[^,，。.;；!！?？\n]{1,14}?(?:(?=就|再|马上|立马|全|[,，。.;；!！?？\n]|$)|了|后)|"
        r"有钱(?:了|的时候|之后|以后)?(?=就|再|马上|立|一定|会)|手头?(?:宽裕?|松|有钱)了?|资金到位后?|回款(?:后|之后|"
        r"了)|到账(?:后|之后|以后|了)|(?<![^,，。;；!！?？\s])[^,，。.;；!！?？\n]{1,8}?(?:了|下来)(?=就|马上|立刻|"
        r"立马)",
        no_day,
        "发|粮|薪|资|开支|等|有钱|手头|到账|回款|到位|了|下来",
    ),
    Wording(
        Kind.SOON,
        r"尽快|尽早|尽量早|马上|立刻|立马|即刻|立即|很快|近期|最近|近日|不久|过阵子?|过段时间|过些(?:天|日子)|改天|"
        r"回头|抽空|有空|稍后|到时候?|早日|半年后|[晚迟](?:[几两][天日]|啲|点|些)",
        no_day,
        "快|早|马上|刻|立马|即|近|不久|过|改天|回头|空|稍|时|半年|晚|迟",
    ),
)
