"""The day and the sum of a promise, as borrowers word them. Rows: reply | words of time | day | sum; "-" is none."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.promise import Promise, promise_in

WEDNESDAY = date(2026, 3, 11)

ENGLISH = """
will pay today | today | 03-11 | -
Paying this afternoon | this afternoon | 03-11 | -
il pay tonite for sure | tonite | 03-11 | -
You will have it EOD | EOD | 03-11 | -
on the bus, sending in an hour | in an hour | 03-11 | -
will be done by close of business | close of business | 03-11 | -
will pay tmrw morning | tmrw | 03-12 | -
will pay tmr | tmr | 03-12 | -
paying u tomorow | tomorow | 03-12 | -
tommorrow I send it | tommorrow | 03-12 | -
2mrw without fail | 2mrw | 03-12 | -
tomoz pal, 50 quid | tomoz | 03-12 | 50.00
I'll settle it the day after tomorrow | the day after tomorrow | 03-13 | -
day after tmrw i will do payment sir | day after tmrw | 03-13 | -
in two days | in two days | 03-13 | -
I can pay within 3 days | within 3 days | 03-14 | -
3 days from now I will clear it | 3 days from now | 03-14 | -
give me 5 days and I will pay everything | 5 days | 03-16 | -
I will pay in a week | in a week | 03-18 | -
I'll pay a week today | a week today | 03-18 | -
a week tomorrow you'll get it | a week tomorrow | 03-19 | -
in 2 weeks time i will pay £60 | in 2 weeks time | 03-25 | 60.00
I'll get it to you in a fortnight | in a fortnight | 03-25 | -
will pay in one month | in one month | 04-11 | -
Within 24 hrs I will deposit 5k | Within 24 hrs | 03-12 | 5000.00
within 48 hours it is paid | within 48 hours | 03-13 | -
will pay in 2 working days | in 2 working days | 03-13 | -
I'll pay Friday | Friday | 03-13 | -
i will pay fri | fri | 03-13 | -
Pay u thurs | thurs | 03-12 | -
paying wensday | wensday | 03-18 | -
saterday i pay | saterday | 03-14 | -
this friday I'll pay | this friday | 03-13 | -
next Monday I will pay | next Monday | 03-16 | -
nxt tues 4 sure paying | nxt tues | 03-17 | -
I'll pay next Thursday | next Thursday | 03-19 | -
Friday week I'll have it for you | Friday week | 03-20 | -
paying a week on Friday | a week on Friday | 03-20 | -
will pay Friday next week | Friday next week | 03-20 | -
Monday after next I'll pay | Monday after next | 03-23 | -
Friday the 13th I will pay | Friday the 13th | 03-13 | -
ill pay on the 15th | the 15th | 03-15 | -
will pay frm 15th | 15th | 03-15 | -
by 20th i will pay | 20th | 03-20 | -
will pay on 5 | 5 | 04-05 | -
on the twenty-fifth I'll pay | the twenty-fifth | 03-25 | -
I can pay on the first of next month | the first of next month | 04-01 | -
will pay by 10th of this month... sorry 20th of this month | 20th of this month | 03-20 | -
5th of next month sir i will pay | 5th of next month | 04-05 | -
next month 7th pakka i will pay | next month 7th | 04-07 | -
the 11th is fine, will pay | the 11th | 03-11 | -
31st i will pay | 31st | 03-31 | -
March 20 I'll pay | March 20 | 03-20 | -
20 Mar I'll pay | 20 Mar | 03-20 | -
I'll pay on the 20th of March | the 20th of March | 03-20 | -
paying on 2nd april | 2nd april | 04-02 | -
I will pay May 1 | May 1 | 05-01 | -
pay 4/5 | 4/5 | 04-05 | -
will pay 20/3 | 20/3 | 03-20 | -
I'll pay on 3/20/26 | 3/20/26 | 03-20 | -
paying 2026-03-28 | 2026-03-28 | 03-28 | -
I pay on 28/03/2026 | 28/03/2026 | 03-28 | -
will do it EOM | EOM | 03-31 | -
month end i will pay | month end | 03-31 | -
I will pay it off at the end of April | the end of April | 04-30 | -
by end of next month | end of next month | 04-30 | -
soon | soon | - | -
will pay asap | asap | - | -
I'll pay next week | next week | - | -
at the weekend I'll send 40 | the weekend | - | 40.00
I can pay in a few days | in a few days | - | -
couple of days and I will pay | couple of days | - | -
in 2-3 days i will pay | in 2-3 days | - | -
beginning of next month I pay | beginning of next month | - | -
will pay when my refund lands | when my refund lands | - | -
I will pay this | - | - | -
ok I will pay it | - | - | -
payday is the 25th, will pay then | the 25th | 03-25 | -
I get paid Friday, will pay then | Friday | 03-13 | -
can't pay Friday but Monday yes | Monday | 03-16 | -
cant pay today. can pay on monday | monday | 03-16 | -
not today, tomorrow I'll pay | tomorrow | 03-12 | -
Friday is not possible. I will pay Saturday | Saturday | 03-14 | -
I won't be able to pay until the 28th | the 28th | 03-28 | -
no money until the 28th then I'll pay | the 28th | 03-28 | -
I lost my job last month but will pay on the 20th | the 20th | 03-20 | -
I paid 50 on the 3rd, will pay the rest on the 20th | the 20th | 03-20 | -
paid £100 yesterday and will pay £50 tomorrow | tomorrow | 03-12 | 50.00
It was due on the 5th, I'll pay on the 17th | the 17th | 03-17 | -
call me Friday. I will pay Monday | Monday | 03-16 | -
I know the due date was March 1 but I will pay March 15 | March 15 | 03-15 | -
I was supposed to pay Monday, will pay Friday | Friday | 03-13 | -
you said the 12th but I will pay the 14th | the 14th | 03-14 | -
between the 15th and 20th I will pay | the 15th and 20th | 03-20 | -
Friday or Monday I'll pay | Friday or Monday | 03-16 | -
£50 on Friday and £100 on the 20th | Friday | 03-13 | 50.00
half on Friday and 200 on the 20th | Friday | 03-13 | -
the rest on the 30th, £20 tomorrow I'll pay | tomorrow | 03-12 | 20.00
I will pay you Friday, sorry I mean Monday | Monday | 03-16 | -
Will pay Rs 5,000/- by 20th | 20th | 03-20 | 5000.00
will pay 1 lakh on 25th | 25th | 03-25 | 100000.00
I can put 1.5k on it friday | friday | 03-13 | 1500.00
sending two hundred on Friday | Friday | 03-13 | 200.00
I'll pay two hundred and fifty dollars tomorrow | tomorrow | 03-12 | 250.00
five hundred bucks on the 18th | the 18th | 03-18 | 500.00
will pay $1,200.50 monday | monday | 03-16 | 1200.50
I pay €1.200,50 on the 16th | the 16th | 03-16 | 1200.50
I'll pay £50 | - | - | 50.00
I will pay 75.50 on friday | friday | 03-13 | 75.50
send u 120 tmrw | tmrw | 03-12 | 120.00
I owe 350 but will pay 100 on Friday | Friday | 03-13 | 100.00
My balance is $900, I will pay Friday | Friday | 03-13 | -
you say I owe £350, I'll pay it all Friday | Friday | 03-13 | -
will pay half on friday | friday | 03-13 | -
will pay everything on 15th | 15th | 03-15 | -
I'll pay something Monday | Monday | 03-16 | -
will pay in 3 instalments from 15th | 15th | 03-15 | -
my ref is 48213, paying friday | friday | 03-13 | -
I will pay 20% on friday | friday | 03-13 | -
my number is 07700900123 and I pay friday | friday | 03-13 | -
will pay friday at 5pm | friday | 03-13 | -
will pay by 5pm | by 5pm | 03-11 | -
I will do 2nd payment on the 20th | the 20th | 03-20 | -
kal pay kar dunga | kal | 03-12 | -
15 ko pay karunga | 15 ko | 03-15 | -
Can do 60 quid on the 27th if thats ok | the 27th | 03-27 | 60.00
Mate I'll bung you 30 Saturday | Saturday | 03-14 | 30.00
Got paid yesterday but rent took it. next payday is the 26th, I'll pay then | the 26th | 03-26 | -
I'll have it all paid off by the end of May | the end of May | 05-31 | -
expect payment from me 3/27 | 3/27 | 03-27 | -
will you accept 45 on the 19th? | the 19th | 03-19 | 45.00
my husband gets his check on the 1st and I will mail you $85 | the 1st | 04-01 | 85.00
Will arrange the amount by Monday positively | Monday | 03-16 | -
Pls wait till 18th sir I will clear full dues | 18th | 03-18 | -
salary will credit on 30th, same day I will pay EMI | 30th | 03-30 | -
Thurs is payday so Thurs it is | Thurs | 03-12 | -
I can swing by your office Saturday with 300 cash | Saturday | 03-14 | 300.00
Sorry was in the hospital since Monday. Paying 100 this Friday | this Friday | 03-13 | 100.00
You called me Monday and I told you, Friday I pay | Friday | 03-13 | -
I never got your letter of March 2. I will pay on March 25. | March 25 | 03-25 | -
Autopay is scheduled for the 16th | the 16th | 03-16 | -
set up a payment of $212.40 for 03/20 | 03/20 | 03-20 | 212.40
will send it over in an hour or so | in an hour | 03-11 | -
Give me a couple weeks and I'll sort it | a couple weeks | - | -
I promise ill pay sometime next week | sometime next week | - | -
when i get my bonus ill clear it | when i get my bonus | - | -
Ok. 14th. | 14th | 03-14 | -
the 20th, 350 | the 20th | 03-20 | 350.00
paying off the remaining 240 tonight | tonight | 03-11 | 240.00
I was 5 days late cos of the bank, it'll go through on Tuesday | Tuesday | 03-17 | -
ill try to pay tomorrow, Friday at the latest | Friday | 03-13 | -
by the 15 I'll have $90 for you | the 15 | 03-15 | 90.00
I'll transfer 1,000 rupees on 12th evening | 12th | 03-12 | 1000.00
paying weds as long as the money is in | weds | 03-18 | -
cheque goes in the post first thing Monday | Monday | 03-16 | -
2 weeks from Friday i get my pension and u'll get £25 | 2 weeks from Friday | 03-27 | 25.00
I dont get paid until the 31st. will pay then | the 31st | 03-31 | -
Can't do it before the 24th but on the 24th you will have it | the 24th | 03-24 | -
Please dont call me at work tomorrow, I will pay on the 17th | the 17th | 03-17 | -
My DOB is 12/05/1988 and I will pay 3/19 | 3/19 | 03-19 | -
the 10th was when i should have paid, will do it on the 16th | the 16th | 03-16 | -
I already paid 200 on Monday, another 200 goes Friday | Friday | 03-13 | 200.00
Will pay $25 every Friday starting this Friday | Friday | 03-13 | 25.00
$100 a month from April 1 | April 1 | 04-01 | 100.00
I'll pay three fifty on the first | the first | 04-01 | -
no i wont forget, 22nd march | 22nd march | 03-22 | -
Payment on wed not tues | wed | 03-18 | -
You have my word — the twenty second | the twenty second | 03-22 | -
Ok tomorow at 10am il pay 70 | tomorow | 03-12 | 70.00
I am at work now, will pay when I get home | when I get home | 03-11 | -
I get my settlement in June and will pay then | June | - | -
"""

CHINESE = """
今天还 | 今天 | 03-11 | -
今日内一定转 | 今日 | 03-11 | -
今晚转给你们500 | 今晚 | 03-11 | 500.00
晚上下班了还 | 晚上 | 03-11 | -
下午三点前还清 | 下午 | 03-11 | -
半小时后转 | 半小时后 | 03-11 | -
明天上午还 | 明天 | 03-12 | -
明早打款 | 明早 | 03-12 | -
明儿就还 | 明儿 | 03-12 | -
聽日過數俾你 | 聽日 | 03-12 | -
後日還 | 後日 | 03-13 | -
后天下午还一千 | 后天 | 03-13 | 1000.00
大后天还 | 大后天 | 03-14 | -
大後天還款 | 大後天 | 03-14 | -
三天内还清 | 三天内 | 03-14 | -
两天后还 | 两天后 | 03-13 | -
5天之内处理 | 5天之内 | 03-16 | -
再给我三天时间一定还 | 三天 | 03-14 | -
一周后还 | 一周后 | 03-18 | -
两个星期后还 | 两个星期后 | 03-25 | -
兩個禮拜後還 | 兩個禮拜後 | 03-25 | -
半个月后还 | 半个月后 | 03-26 | -
一个月后还清 | 一个月后 | 04-11 | -
24小时内还款 | 24小时内 | 03-12 | -
过两天还 | 过两天 | - | -
过几天就还 | 过几天 | - | -
这两天还 | 这两天 | - | -
两三天后还 | 两三天后 | - | -
尽快还 | 尽快 | - | -
儘快還清 | 儘快 | - | -
周五还 | 周五 | 03-13 | -
週五還 | 週五 | 03-13 | -
星期天还 | 星期天 | 03-15 | -
禮拜六還 | 禮拜六 | 03-14 | -
礼拜一打给你们 | 礼拜一 | 03-16 | -
这周六还800块 | 这周六 | 03-14 | 800.00
本周五前还款 | 本周五 | 03-13 | -
周三还 | 周三 | 03-18 | -
下周三还 | 下周三 | 03-18 | -
下星期五还 | 下星期五 | 03-20 | -
下個禮拜二還 | 下個禮拜二 | 03-17 | -
下下周一还 | 下下周一 | 03-23 | -
下周还 | 下周 | - | -
周末还 | 周末 | - | -
这周内还 | 这周内 | - | -
15号还 | 15号 | 03-15 | -
十五號還 | 十五號 | 03-15 | -
二十号还两千五 | 二十号 | 03-20 | 2500.00
廿五号还 | 廿五号 | 03-25 | -
5号还 | 5号 | 04-05 | -
11号还 | 11号 | 03-11 | -
31日还 | 31日 | 03-31 | -
下个月5号还300 | 下个月5号 | 04-05 | 300.00
下月10日还 | 下月10日 | 04-10 | -
這個月25號還 | 這個月25號 | 03-25 | -
3月20日还 | 3月20日 | 03-20 | -
三月二十号还 | 三月二十号 | 03-20 | -
4月1号之前还上 | 4月1号 | 04-01 | -
2026年4月2日还 | 2026年4月2日 | 04-02 | -
3.18还 | 3.18 | 03-18 | -
3/18还清 | 3/18 | 03-18 | -
5/4还 | 5/4 | 05-04 | -
月底还 | 月底 | 03-31 | -
月尾出糧還 | 月尾 | 03-31 | -
这个月底一定还 | 这个月底 | 03-31 | -
下月底还 | 下月底 | 04-30 | -
下个月底结清 | 下个月底 | 04-30 | -
4月底还 | 4月底 | 04-30 | -
月初还 | 月初 | - | -
下个月还 | 下个月 | - | -
发工资就还 | 发工资 | - | -
出糧就還 | 出糧 | - | -
等我有钱了就还 | 等我有钱了 | - | -
一定会还的 | - | - | -
我会还钱 | - | - | -
工资15号发，发了就还 | 15号 | 03-15 | -
10号发了工资没来得及，18号还 | 18号 | 03-18 | -
今天没钱，明天还 | 明天 | 03-12 | -
周五还不了，周一还 | 周一 | 03-16 | -
不是周五，是周六还 | 周六 | 03-14 | -
3号已经还了500，20号还剩下的 | 20号 | 03-20 | -
昨天还了200，明天再还300 | 明天 | 03-12 | 300.00
上周失业了，20号还500 | 20号 | 03-20 | 500.00
本来5号要还的，改到16号还 | 16号 | 03-16 | -
你们说12号，我14号还 | 14号 | 03-14 | -
还款日是10号我知道，15号一定还 | 15号 | 03-15 | -
周四打电话给我，周五还款 | 周五 | 03-13 | -
15号到20号之间还 | 15号到20号 | 03-20 | -
15-20号还 | 15-20号 | 03-20 | -
周五或者周六还 | 周五或者周六 | 03-14 | -
周五还500，下周一再还1000 | 周五 | 03-13 | 500.00
先还一半，剩下的月底还 | 月底 | 03-31 | -
周五还，不对，周六还 | 周六 | 03-14 | -
周五还一部分 | 周五 | 03-13 | -
明天还八百块 | 明天 | 03-12 | 800.00
明天还一万二 | 明天 | 03-12 | 12000.00
后天还1.2万 | 后天 | 03-13 | 12000.00
周五先还3k | 周五 | 03-13 | 3000.00
明天还两千零五十 | 明天 | 03-12 | 2050.00
十五号还三百五 | 十五号 | 03-15 | 350.00
明天转1280.50元 | 明天 | 03-12 | 1280.50
明天还￥２００ | 明天 | 03-12 | 200.00
明天先還五百蚊 | 明天 | 03-12 | 500.00
下星期一還壹仟元 | 下星期一 | 03-16 | 1000.00
我欠你们3000，明天先还500 | 明天 | 03-12 | 500.00
总共5000，20号还 | 20号 | 03-20 | -
明天还几百 | 明天 | 03-12 | -
明天全部还清 | 明天 | 03-12 | -
分3期，15号开始还 | 15号 | 03-15 | -
尾号1234，周五还 | 周五 | 03-13 | -
电话13800138000，周五还 | 周五 | 03-13 | -
下周五15号还 | 下周五15号 | 03-15 | -
周五（13号）还 | 周五（13号 | 03-13 | -
mingtian huan 500 | mingtian | 03-12 | 500.00
xia zhou wu huan | xia zhou wu | 03-20 | -
我tomorrow还 | tomorrow | 03-12 | -
Friday还200块 | Friday | 03-13 | 200.00
1️⃣5️⃣号还 | 1️⃣5️⃣号 | 03-15 | -
我21号发工资，发了马上还 | 21号 | 03-21 | -
下个礼拜天之前还清 | 下个礼拜天 | 03-22 | -
礼拜三钱到账，先给你们打2000 | 礼拜三 | 03-18 | 2000.00
最迟月底，一定还 | 月底 | 03-31 | -
星期六我去柜台存1500 | 星期六 | 03-14 | 1500.00
现在在外地，17号回去就还 | 17号 | 03-17 | -
能不能等到25号？25号肯定还 | 25号 | 03-25 | -
麻烦宽限到28号，到时一次还清 | 28号 | 03-28 | -
我今天先还200，剩下的下周三 | 今天 | 03-11 | 200.00
刚才转了300，明天再转700 | 明天 | 03-12 | 700.00
每个月10号发工资，4月10号还 | 4月10号 | 04-10 | -
这个星期五之前会还的，不要再打电话了 | 这个星期五 | 03-13 | -
明天不行，后天吧，一定转 | 后天 | 03-13 | -
等我老公月底发工资还 | 月底 | 03-31 | -
20多号还 | - | - | -
周一周二这两天还 | 周一周二 | 03-17 | -
我清明前还上 | 清明前 | - | -
四月五号还五千 | 四月五号 | 04-05 | 5000.00
下月1号开始每月还800 | 下月1号 | 04-01 | 800.00
我这个星期没空，下星期一去银行还 | 下星期一 | 03-16 | -
昨天银行系统出问题没扣成功，今天下班存进去 | 今天 | 03-11 | -
三月底四月初还 | 三月底 | 03-31 | -
周四晚上8点前转500过去 | 周四 | 03-12 | 500.00
拜三還你兩千 | 拜三 | 03-18 | 2000.00
我下禮拜五領錢，領了就匯3000 | 下禮拜五 | 03-20 | 3000.00
星期日之前过数$800 | 星期日 | 03-15 | 800.00
聽日下晝去銀行入錢 | 聽日 | 03-12 | -
遲兩日還得唔得 | 遲兩日 | - | -
月尾出糧一次過還晒 | 月尾 | 03-31 | -
大概后天能到账，到了就还 | 后天 | 03-13 | -
说了15号还就15号还 | 15号 | 03-15 | -
手机欠费了，10086打不通，周日还款 | 周日 | 03-15 | -
我女儿18号做手术，30号之前我把钱凑齐还你们 | 30号 | 03-30 | -
再缓我五天，五天后一定还清 | 五天后 | 03-16 | -
10天之内还一千五 | 10天之内 | 03-21 | 1500.00
半年后还 | 半年后 | - | -
今晚12点前还 | 今晚 | 03-11 | -
3月15 还 600 | 3月15 | 03-15 | 600.00
这月二十五 还 | 这月二十五 | 03-25 | -
22还 | - | - | -
后天有笔货款3万到账,先还你们8千 | 后天 | 03-13 | 8000.00
工资8000发了就还，15号发 | 15号 | 03-15 | -
我15号打电话给你们，20号还 | 20号 | 03-20 | -
欠款5600我知道，周五还2600，下月还3000 | 周五 | 03-13 | 2600.00
周五还清5600 | 周五 | 03-13 | 5600.00
ok啦，fri还 | fri | 03-13 | -
月底之前陆续还 | 月底 | 03-31 | -
"""


def rows(table: str) -> list[tuple[str, Promise]]:
    """Replies with what they promise; days are written month-day of the reference year."""
    cases = []
    for line in table.strip().splitlines():
        reply, words, day, amount = (cell.strip() for cell in line.rsplit("|", 3))
        pay_on = None if day == "-" else date.fromisoformat(f"{WEDNESDAY.year}-{day}")
        cases.append(
            (reply, Promise("" if words == "-" else words, pay_on, None if amount == "-" else Decimal(amount)))
        )
    return cases


@pytest.mark.parametrize(("reply", "promise"), rows(ENGLISH))
def test_a_promise_in_english_is_read(reply: str, promise: Promise) -> None:
    assert promise_in(reply, WEDNESDAY) == promise


@pytest.mark.parametrize(("reply", "promise"), rows(CHINESE))
def test_a_promise_in_chinese_is_read(reply: str, promise: Promise) -> None:
    assert promise_in(reply, WEDNESDAY) == promise


@pytest.mark.parametrize(
    ("today", "reply", "pay_on"),
    [
        ("2025-12-30", "will pay in 3 days", "2026-01-02"),
        ("2025-12-30", "paying Jan 5", "2026-01-05"),
        ("2025-12-30", "5号还", "2026-01-05"),
        ("2025-12-30", "下个月5号还", "2026-01-05"),
        ("2025-12-30", "下月底还", "2026-01-31"),
        ("2025-12-30", "1/5 i will pay", "2026-01-05"),
        ("2025-12-31", "month end", "2025-12-31"),
        ("2025-12-31", "今天还", "2025-12-31"),
        ("2028-02-28", "tomorrow i pay", "2028-02-29"),
        ("2027-02-28", "明天还", "2027-03-01"),
        ("2028-02-10", "月底还", "2028-02-29"),
        ("2027-02-10", "月底还", "2027-02-28"),
        ("2027-02-10", "pay on the 30th", "2027-02-28"),
        ("2026-04-10", "31号还", "2026-04-30"),
        ("2026-01-31", "in a month i will pay", "2026-02-28"),
        ("2026-04-30", "31st I will pay", "2026-04-30"),
        ("2026-03-16", "Monday I'll pay", "2026-03-23"),
        ("2026-03-16", "this Monday I'll pay", "2026-03-16"),
        ("2026-03-15", "next Monday I'll pay", "2026-03-16"),
        ("2026-03-15", "周日还", "2026-03-22"),
        ("2026-03-15", "下周日还", "2026-03-22"),
        ("2026-03-13", "this wednesday I pay", "2026-03-18"),
        ("2026-03-13", "这周三还", "2026-03-18"),
        ("2026-07-01", "pay 5/7", "2026-07-05"),
        ("2026-07-01", "7.5还款", "2026-07-05"),
        ("2026-12-01", "pay by 01/12/2026", "2026-12-01"),
    ],
)
def test_days_are_counted_from_any_today_over_the_ends_of_months_and_years(today: str, reply: str, pay_on: str) -> None:
    assert promise_in(reply, date.fromisoformat(today)).pay_on == date.fromisoformat(pay_on)


@pytest.mark.parametrize(
    "reply", ["I pay on March 3", "3月3号还", "paying 2026-03-01", "pay on 1/3/2026", "昨天还", "last Friday I pay"]
)
def test_a_day_that_has_passed_is_no_day_of_a_promise(reply: str) -> None:
    assert promise_in(reply, WEDNESDAY).pay_on is None


@pytest.mark.parametrize(
    "reply",
    [
        "> Pay by Friday or call us\nI will pay",
        '"Please pay $500 by March 20 or reply" yes ok I will pay',
        "“请于3月20日前还款500元” 好的我会还",
    ],
)
def test_a_quoted_reminder_promises_nothing(reply: str) -> None:
    assert promise_in(reply, WEDNESDAY) == Promise("", None, None)


def test_invisible_characters_do_not_hide_a_day_and_the_words_stay_as_written() -> None:
    assert promise_in("I pay on Fri\u200bday", WEDNESDAY) == Promise("Fri\u200bday", date(2026, 3, 13), None)


ANY_TEXT = st.text(st.characters(exclude_categories=()))
FRAGMENTS = [
    "pay ", "will ", "Friday ", "next ", "the 31st ", "2/30 ", "99.99 ", "还", "下个月", "31号", "两千", "万", "月底",
    "十", "in ", "99999 ", "days ", "999", "周", "五", "之前", "，", ". ", "$", "£", "k ", "half ", "tomorrow ", "廿",
    "2026-02-30 ", "天后", "个月后", "week ", "today ", "\ud800", "\u202e", "İ", "ß", "ﬁ", "①", "㋀", "Dec ", "2月30",
    "零", "and ", "a ",
]  # fmt: skip
REPLIES = ANY_TEXT | st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join)


@given(REPLIES, st.dates())
def test_any_text_on_any_day_gives_words_of_its_own_and_no_day_before_today(reply: str, today: date) -> None:
    promise = promise_in(reply, today)
    assert promise.date_words in reply
    assert promise.pay_on is None or promise.pay_on >= today
    assert promise.pay_on is None or promise.date_words
    assert promise.amount is None or (promise.amount > 0 and promise.amount.as_tuple().exponent == -2)


@given(st.dates(date(1900, 1, 1), date(2999, 1, 1)))
def test_a_bare_weekday_is_within_a_week_and_never_today(today: date) -> None:
    for reply, weekday in (("will pay Friday", 4), ("周日还", 6)):
        pay_on = promise_in(reply, today).pay_on
        assert pay_on
        assert pay_on.weekday() == weekday
        assert timedelta(1) <= pay_on - today <= timedelta(7)


@given(st.dates(date(1900, 1, 1), date(2999, 1, 1)), st.integers(1, 31))
def test_a_day_of_the_month_is_the_next_one_or_the_last_of_a_shorter_month(today: date, day: int) -> None:
    pay_on = promise_in(f"{day}号还", today).pay_on
    assert pay_on
    assert pay_on.day == day or (pay_on.day < day and (pay_on + timedelta(1)).day == 1)
    assert timedelta(0) <= pay_on - today <= timedelta(31)


@pytest.mark.parametrize(
    "unit", ["the ", "一二三", "千", "1,", "pay 1 ", "(", "等", "when a ", "\n>", '"', "in a ", "月", "-1", " "]
)
def test_sixteen_hundred_characters_of_one_kind_are_read_without_backtracking(unit: str) -> None:
    """A pattern that backtracked would take minutes here and hit the run's own time limit."""
    assert promise_in(unit * (1600 // len(unit)), WEDNESDAY).pay_on is None
