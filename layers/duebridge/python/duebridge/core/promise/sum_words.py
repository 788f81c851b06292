"""The words around sums: which are promised, owed, paid, or no money at all."""

from .numbers import ENGLISH_DIGITS, ENGLISH_TENS

TIME, NUMBER = "\x01", "\x00"
"""Stand for the letters of a phrase of time, and of a number that is no money."""

NO_MONEY = (
    r"(?:#|\b(?:ref(?:erence)?|case|a/?c|account|acct|ending|no\.?|number|id|order|policy|card|mobile|phone|tel|call|"
    r"ext)(?: ?(?:no\.?|number|is|in|id|at|on|me))*[ :#.]{0,3})[a-z-]{0,4}\d[\d -]{0,30}|(?:尾号|单号|编号|卡号|"
    r"合同号?|工号|账号|电话|手机号?|微信)[:： ]?[a-z]{0,4}\d{1,30}|\d{1,2}[:：]\d\d|\d{1,2}(?:\.\d\d)? ?(?:am|pm|"
    r"a\.m|p\.m|o'?clock)|\bat \d{1,2}\b|(?:\d{1,2}|[一二两三四五六七八九十]{1,2})点(?:钟|半|\d{1,2}分?)?(?!钱)|"
    r"\+?\d[\d -]{8,30}\d|(?<!\d)(?:100[018]\d|123\d\d|955\d\d)(?!\d)|[\d.]{1,9} ?(?:%|percent|pct|％)|"
    r"百分之[一二三四五六七八九十\d]{1,6}|\d{1,4}/\d{1,4}(?:/\d{1,4})?|20[2-4]\d年?(?![\d元块,.])|(?:\d{1,9}|"
    r"[一二两三四五六七八九十百]{1,6}) ?(?:个月|期|天|次|岁|分钟|小时|年|周|星期|礼拜|个|人|号|日|月|点|笔|遍|家|条|"
    r"回|分期)|一块(?!钱)|\d{1,9}块(?:砖|地|肉|石)|[一二两三四五六七八九十百千]{1,6}块(?:砖|地|肉|石)|\b(?:\d{1,9}|"
    r"one|two|three|four|five|six|ten|twelve) ?(?:instal\w*|days?|weeks?|wks?|months?|mths?|years?|yrs?|hours?|hrs?|"
    r"mins?|payments?|times|kids|children|emis?|people|parts)\b|\b\d{1,9}(?:st|nd|rd|th)\b"
)
ANY_NUMBER = r"\d|[一二两三四五六七八九百千]|\b(?:hundred|thousand|grand|lakh|lac|bucks?|quid|pounds?|dollars?)"
"""Without one of these there is no sum in a text."""
_CURRENCY = r"(?:us\$|hk\$|nt\$|a\$|rmb|cny|inr|usd|gbp|eur|hkd|twd|rs\.?|₹|¥|£|€|\$|人民币|港币|台币)"
_CURRENCY_BEHIND = (
    r"(?:元|块钱?|圆|蚊|刀|英镑|镑|美金|美元|港币|港纸|台币|卢比|欧元|(?:rmb|cny|usd|dollars?|dolars?|bucks?|quid|"
    r"pounds?|rupees?|rs|euros?|eur|gbp|inr|hkd|yuan|kuai|squid)\b|/-|/=|£|€|\$)"
)
_ENGLISH_NUMBER = "(?:" + "|".join([*ENGLISH_DIGITS[1:], *ENGLISH_TENS, "fourty", "an?"]) + ")"
SUM = (
    rf"(?P<before>{_CURRENCY} ?)?(?:(?P<chinese>(?:\d{1, 9}(?:\.\d{1, 9})?)?"
    r"[零一二两三四五六七八九十百千][零一二两三四五六七八九十百千万\d]{0,20}|\d{1,9}(?:\.\d{1,9})?(?:[万千百]|"
    r"w(?![a-z]))[零一二两三四五六七八九十百千\d]{0,20})|(?P<digits>\d[\d,.']*\d|\d)(?P<scale> ?(?:k|grand|hundred|"
    r"thousand|thou|lakhs?|lacs?)\b)?|"
    rf"\b(?P<english>(?:{_ENGLISH_NUMBER}|(?:a )?couple(?: of)?)(?:[ -]{_ENGLISH_NUMBER})?(?: (?:hundred|thousand|"
    rf"grand|"
    rf"lakhs?)(?:(?: and)? {_ENGLISH_NUMBER}(?:[ -]{_ENGLISH_NUMBER})?(?: hundred)?)?)?(?:(?: and)? "
    rf"{_ENGLISH_NUMBER}(?:[ -]{_ENGLISH_NUMBER})?)?)\b(?! of\b(?! (?:that|it|"
    rf"which)\b)))(?P<behind> ?{_CURRENCY_BEHIND})?"
)
OWED = (
    r"\b(?:owe[sd]?(?! me)|owing|debt|due|arrears|outstanding|balance (?:is|of)|total|bill|out of|of the|of my|"
    r"instead of|rather than|fees?|rent|salary|wages|earn|loan (?:of|for)|borrowed|not|limit|charge[ds]?|says?|"
    r"minimum|interest|can'?t (?:do|pay|afford))\b|欠|本金|总共|总额|一共|逾期|工资|房租|利息|罚息|借了|应还|还剩|"
    r"剩下|不是|费|最低|说是|还差|手续"
)
ASKED = r"[要让叫]我|你们说|\b(?:you|u) (?:said|say|want)\b"
OWED_BEHIND = (
    r" ?(?:is )?(?:what (?:i|we) owe|(?:that )?i owe|my (?:balance|debt)|short|owed|outstanding|overdue|left to pay|"
    r"(?:late )?(?:fee|charge)|debt|down alre?a?dy)|的?(?:利息|罚息|违约金|手续费|欠款|工资|房租)"
)
PAYING_BEHIND = (
    r" ?(?:on it|towards?|on (?:my|the|this) |now\b|for now|to start|先|to begin|of it|off it|then\b|each\b|per\b|"
    r"a (?:week|month)|every|coming|will (?:follow|come|be)|go(?:es|ing)? over|cash|bhej|dunga|from me|"
    rf"(?:is |are )?(?:(?:for|to) (?:you|u|ya)|yours|urs)\b|(?:我|就|会|一次性?|先|一起|马上|{NUMBER})*(?:还|转|给|"
    rf"付|打[款钱过给]|交|汇))"
)
PAYING_JUST_BEFORE = (
    r"(?:\b(?:pay(?:ing)?|send(?:ing)?|transfer(?:ring)?|put(?:ting)?|deposit(?:ing)?|push(?:ing)?|shoot|slide|"
    r"lend(?:ing)? me|ping|pop|fork out|cough up|hand(?:ing)? over|lob|stick|whack|give|giving|make|do|remit|settle|"
    r"clear|manage|afford|spare|chuck|bung|throw|wire|zelle|drop|(?:you|u|ull|can|'ll|ill|will) have|"
    r"(?<!i )(?<!only )get|sort|pass|bring|mail|post|huan|zhuan|amount)(?: (?:you|u|ya|them|it|in|off|another|first|"
    r"just|only|around|about|approx|at least|up to|the|a|some|this|full|whole|other|remaining|amount|of|over|ur|your|"
    r"that|sum|like))* ?[:=]?|\b(?:another|the other|other|missing|w/|with|only|at least) |(?<![应该没未])(?:还|付|"
    r"转|交|给|打|存|汇|凑|缴|补|先|[还付打汇]款|转账|上|进|清|来|俾|数|约|大概|差不多|个|最多|至少|掉|垫|挤|腾|筹|"
    r"掏|拿|回|[还付清](?:本金|欠款))(?:[你您]们?)?(?:(?:剩下?|剩余|余下|欠)的)? ?:?)$"
)
ALONE = (
    r" *(?:整|先|块|现金|吧|啊|哈|呗|行不|成不|cash|only|ok|okay|pls|please|then|max|total|for now|i think it was|"
    r"sir|bro|mate|👍)* *$"
)
INEXACT_BEFORE = r"(?:\bfew|\bseveral|几|\bsome) ?$"
SUM_CLAUSE_END = r"[,，。;；!！?？\n]|\.(?= |$)|\bbut\b|但|(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])"
LEAST_SUM_SCORE = 2.5
