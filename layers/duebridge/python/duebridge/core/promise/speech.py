"""How borrowers speak of paying, of money to come, of dues and of the past; what such words say about a time.

Each pattern is a list of ways to say one thing, English before Chinese.
"""

from .letters import pattern

PAYS, MONEY_COMES, SILENT, WEAKLY_AGAINST, AGAINST = 3.0, 1.0, 0.0, -1.0, -4.0

CLAUSE_END = (
    r"[,，。;；!！?？\n、…]|\.(?= |$|\.)|\b(?:but|however|because|becoz|bcoz|bcz|cos|cuz|coz|(?<!do )(?<!doing )so|"
    r"though|although|instead(?! of)|bt)\b|但是?|不过|可是|因为|所以|只是|而是| - |(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])"
)
PAYING = (
    r"\b(?:pay(?:ing|in|n|ment)?|py|send(?:ing)?|transfer(?:ring)?|settl\w{1,5}|clear(?:ing)?|sort(?:ing)?|"
    r"put(?:ting)?|deposit\w{0,3}|remit|zelle|venmo|wire|cover|catch(?:ing)? up|square|bring(?:ing)?|give|make|"
    r"making|drop(?:ping)?|submit|done|(?:do|doing) (?:it|that|this|the|so)|have it|get it|get u|get you|giving|"
    r"hand over|chuck|bung|throw|debit|process|pass|mail|post|go(?:es|ing)? (?:thru|through|out|over)|"
    r"(?:stop(?:ping)?|swing|drop|come) by|pop in(?:to)?|come in|will come|upi|neft|gpay|bhej\w{0,6}|kar ?d(?:unga|"
    r"ungi|enge|ega)|de ?d(?:unga|ungi|enge|ega)|dunga|dungi|jama|promise|finish|complete|(?:you|u)(?:'?ll| will|"
    r" can)? (?:have|get|see|receive)|ull (?:have|get)|(?:ill|'ll|will) have (?:a|the|your|\d)|huan|zhuan|up to date|"
    r"(?<!.)it is|push(?:ing)?|shoot(?:ing)?|ping(?:ing)? (?:it|the|\d|you (?:it|the|\d))|tak(?:e|ing) care|"
    r"cough(?:ing)? up|fork(?:ing)? o\w+|(?:yours|urs)|(?:in|into) your account|with you|reach(?:es)? you|chip|spare|"
    r"scrape|afford|manage|hit(?:s|ting)? your)\b|还(?!没|是|有|在|差|剩|真|算|会|不|能|未|需|要)|还会还|付|转(?!眼)|"
    r"交(?!通)|给(?!我)|清|结(?!婚|果|束)|处理|打(?:钱|款|过|给你|进|入|卡|到|$|[0-9一二两三四五六七八九])|存(?!款)|"
    r"划|补|缴|搞定|解决|弄|凑|汇|入账|入数|俾|比你|找数|过数|搞掂|扣|安排|垫(?!了)|挤|腾|筹|掏|兑现|了结|"
    r"[回拿](?=钱|\d|[一二两三四五六七八九十])"
)
REFUSING = (
    r"\b(?:can'?t|cannot|can not|won'?t be able|won'?t (?:have|get|make|manage)|not able|unable|no money|no funds|"
    r"no cash|nothing|do?n'?t have|hav(?:e)?n'?t got|didn'?t|couldn'?t|impossible|not possible|not have|"
    r"not going to (?:be|have)|isn'?t|skint|broke|never|(?<!if )(?<!or )not(?: on| by| for| before| until|"
    r" till)?$)(?:\b|$)|还不|付不|不能(?!再)|没钱|没有钱|没法|没办法|不行|无法|不可能|来不及|做不到|唔得|唔掂|冇|"
    r"没发|身无分文|不够|拿不出|不出来|不了|不起|没得|没到"
)
_NOT_REFUSING = (
    r"\bnot (?:a problem|ignoring|trying to|refusing|avoiding|dodging|running|gonna lie)|can'?t not|no problem|"
    r"得唔得|行不行|能不能|可不可以|好不好|跑不了|少不了|忘不了|冇问题"
)
_TO_BE_PAID = (
    r"\b(?:will|ill|[a-z]{1,4}'ll|gonna|going to|have it|have that|get it|to be|can be)\b(?: [a-z]+){0,3} (?:paid|"
    r"cleared|settled|sent|transferred|posted|made)\b|\bpaid(?: in full| off| up)? (?:by|before)(?: the)?$"
)
_WAGES_PAID = (
    r"\b(?:(?:first|next|my|back) )?(?:pay|wages?|salary|refund|benefits?|money|pension|che(?:ck|que)|bonus|"
    r"payout) (?:is |are )?due\b|\b(?:first|next|my|back) pay\b|\b(?:get|gets|getting|got|am|i'm|im|be|is|are|was|"
    r"been) paid\b"
)
_PAID = (
    r"\b(?:paid|sent|settled|cleared|transferred|lost|laid off|started|had|happened|died|went|came|bounced|declined|"
    r"told|spoke|talked|gave|rang|got your|received|saw|made|posted|called me|rang me|was|were|been|missed|failed|"
    r"took|changed|texted|alre?a?dy(?! (?:set|arranged|scheduled|booked)))\b|已经?(?:还|付|转|交|打|存|缴|扣)|"
    r"刚(?:还|付|转|交)|失业|被裁|住院|收到(?:你|短信|消息)|垫了"
)
_PAID_IN_CHINESE = r"(?:还|付|转|交|打|存|缴|汇|扣)(?:过去|进去|清)?(?:了|过(?!去|来)|咗|掉了|完了)"
_INTENDED_IN_CHINESE = r"就|会|再|将|把|肯定|一定|要|能|可以|准备|争取|保证|必|打算|先|才"
DUE = (
    r"\b(?:due(?! to\b)|supposed|meant|deadline|original(?:ly)?|was going|overdue|you (?:told|want)|u told|(?:you|u|"
    r"he|she|they) (?:said|say|asked|told|want\w*)(?: me| us| i)?(?: to| must| should)? pay|cancel|forget|scrap|"
    r"instead of|rather than|(?:text|letter|message|email|app|bill|system|website) says?|statement|expires?|cut ?off|"
    r"late)\b|(?<!存款)(?<!定期)(?<!理财)(?<!保单)(?<!基金)到期|还款日|应还|该还|本来|原本|原来|原定|截止|最后期限|"
    r"账单|逾期|短信(?:说|写)|上面写|以为"
)
SAID = r"\b(?:you|u|i|he|she|they|agent|lady|letter|text) sa(?:id|ys?)\b|[你您]们?(?:说|写|发)"
OUR_SAVINGS = r"(?:存款|定期|理财|保单|基金)[^,，。]{0,4}$"
_CALLING = (
    r"\b(?:call|ring|phone|speak|talk|contact|text|email|reach(?! you)|message|ping(?! (?:it|the|\d|you (?:it|the|"
    r"\d))))(?:ing)?\b|电话|打给我|联系|来电|回电|打来|找我|打俾我|再说|联络|发短信"
)
_INCOME = (
    r"\b(?:paid|wages?|salary|payday|pay ?che(?:ck|que)|refund|money|funds|bonus|check|cheque|loan|credited|pension|"
    r"benefits?|income)\b|工资|发薪|出粮|到账|到期|回款|货款|领|开支|发了|钱|奖金|退税|薪|结账|结款"
)
REMAINDER = (
    r"\b(?:rest|remaining|remainder|balance|other half|second half)\b|剩下|剩余|剩的|别的|余的|余下|其余|尾款|余款|"
    r"另一半|另外"
)
TENTATIVE = r"\b(?:try|trying|hopefully|hope|maybe|might|possibly)\b|尽量|争取|可能|也许|看看"
ESTIMATING = r"应该|大概|估计|大约|\b(?:probably|should be|around|about|say|it'?ll be)\b"
AT_LATEST = r"\b(?:latest|at most)\b|最迟|最晚"
CORRECTING = (
    r"\b(?:i mean|i meant|no wait|wait no|scratch that|make that|correction|sorry,? (?:i )?meant?)\b|不对|说错|"
    r"对不起|抱歉|改(?!天|善|变)|改成|更正|搞错"
)
_START_OF_A_SENTENCE = (
    r"\b(?:[a-z]{1,5}'ll|i|we|ill|will|wil|gonna|(?<!not )going to|can|she|he|my|they|u|you|could|would|shall|then|"
    r"and|n|plz|pls|please|pay ?day|wages|salary|lol|lmao|haha)\b"
)


def last_sentence(left: str) -> str:
    """The last sentence before a place, from who does it or how."""
    starts = list(pattern(_START_OF_A_SENTENCE).finditer(left))
    return left[starts[-1].start() :] if starts else left


def signal(words: str) -> float:
    """Whether words speak of paying, of money coming, of neither, or against it."""
    plain = pattern(_NOT_REFUSING).sub("", words).strip()
    plain = pattern(_WAGES_PAID).sub("wages", pattern(_TO_BE_PAID).sub("pay", plain))
    if not plain:
        return SILENT
    pays = bool(pattern(PAYING).search(plain))
    if pattern(REFUSING).search(plain):
        return AGAINST
    if pattern(DUE).search(plain):
        return WEAKLY_AGAINST if pays else AGAINST
    if is_done(plain):
        return AGAINST
    if pattern(_CALLING).search(plain):
        return WEAKLY_AGAINST if pays else AGAINST
    if pays:
        return PAYS
    return MONEY_COMES if pattern(_INCOME).search(plain) else SILENT


def is_done(words: str) -> bool:
    """A payment that was made already, or another thing of the past."""
    if pattern(_PAID).search(words):
        return True
    return bool(pattern(_PAID_IN_CHINESE).search(words)) and not pattern(_INTENDED_IN_CHINESE).search(words)
