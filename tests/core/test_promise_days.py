"""The day and the sum of many more promises, as borrowers word them. Rows: reply | day | sum; "-" is none."""

from datetime import date
from decimal import Decimal

import pytest

from duebridge.core.promise import promise_in

WEDNESDAY = date(2026, 3, 11)

ENGLISH = """
Just transferred the app over, your money lands on the 14th | 03-14 | -
I have a standing order going out on the 1st of each month, you'll get 40 then | 04-01 | 40.00
Cheque's dated the 19th, sending it to you | 03-19 | -
Hubby gets paid on the last Friday of the month, we'll settle up then | 03-27 | -
first thing thursday you'll have it, swear down | 03-12 | -
can you hold off til weds? will deffo pay then | 03-18 | -
hold fire till the 16th pls, payment coming | 03-16 | -
Three days. That's all I need. Then it's paid. | 03-14 | -
gimme till sunday nite n its yours | 03-15 | -
will make the payment on or before 25/03 | 03-25 | -
no later than the 18th, I promise, full amount | 03-18 | -
1st week of April definitely clearing it | - | -
My SSI hits on the 3rd, so I'll send $60 on the 3rd | 04-03 | 60.00
tax refund should be here by 3/24, paying as soon as it does | 03-24 | -
Paying 150 this coming Monday and the same the Monday after | 03-16 | 150.00
Sir kindly wait upto 22nd, i will deposit the EMI | 03-22 | -
EMI of 4,350 will be paid on Saturday itself | 03-14 | 4350.00
Shall pay by tomorrow evening positively madam | 03-12 | -
within this week only i will pay sir | - | -
Salary credited on 7th of every month so 7th I will pay | 04-07 | -
day after tomorow, my mum is lending me 300 so ill pay that | 03-13 | 300.00
I'm good for a tenner on Friday | 03-13 | -
I get my wages in my hand at 5 today and walk straight to the payzone | 03-11 | -
Wont be till after easter sorry. will pay up then | - | -
2wks tmrw is when the bonus drops, paying it all | 03-26 | -
Can only manage 25 this week, rest on the 31st | - | 25.00
£35 goes out by direct debit Thursday 19th | 03-19 | 35.00
Move my payment to the 23rd please I'll pay that day | 03-23 | -
Not gonna happen this week but Tuesday yes 100% | 03-17 | -
ok so I checked, money's in Monday, will send Tuesday | 03-17 | -
my card expired, new one arrives friday so I'll pay saturday | 03-14 | -
the 5th has been and gone I know. 15th instead, promise | 03-15 | -
I was off sick 2 weeks, back Monday, paying $75 on the 27th when I get paid | 03-27 | 75.00
I'm on holiday until Saturday, will sort it out Sunday when I'm back | 03-15 | -
give me 48hrs ill sort it | 03-13 | -
72 hours and it's done | 03-14 | -
10 days max and you'll have the 220 | 03-21 | 220.00
I'll pay on Mar. 30th, 2026 | 03-30 | -
Will remit INR 12,500 on 20-03-2026 | 03-20 | 12500.00
20.03. i will transfer 300 euro | 03-20 | 300.00
you will get 85 bucks from me the day my check clears which is the 20th | 03-20 | 85.00
Paid 40 last Friday, doing another 40 this Friday | 03-13 | 40.00
It's my birthday on the 14th so not then, but the 16th is good for me to pay | 03-16 | -
Court date is March 24 but I'd rather pay it, doing so March 18 | 03-18 | -
your letter dated 9 march said 14 days, I'll pay 22 march | 03-22 | -
i'll pay thursday week | 03-19 | -
a week on Monday alright? I'll pay £90 | 03-23 | 90.00
will pay monday week, 50 quid | 03-23 | 50.00
pay by mid month, 15th at the latest | 03-15 | -
by sunday midnight the payment will reflect | 03-15 | -
end of next week I will have paid it | - | -
next weekend I'll drop it off | - | -
in ten days' time I'll send the lot | 03-21 | -
before the month is out you'll get it | 03-31 | -
before the end of March, that's the best I can do | 03-31 | -
as of the 1st I'm working again and will pay $50 on the 15th of April | 04-15 | 50.00
I can promise 4/10 but not a day earlier | 04-10 | -
Tues or Wed next week I'll pay, not sure which | 03-18 | -
Today or tomorrow, as soon as the bank unlocks my account, I pay | 03-12 | -
stop ringing my work. Paid in full by the 17th | 03-17 | -
tonight after 9 when I finish. 55 dollars | 03-11 | 55.00
will ping it over at lunch | 03-11 | -
paying rn | 03-11 | -
doing it now on the website | 03-11 | -
I'll log in this aft and pay | 03-11 | -
got til friday right? ok paying then | 03-13 | -
Instead of the 12th make it the 20th and I'll pay the whole thing | 03-20 | -
the first monday in april I will start paying | 04-06 | -
the second friday of april, that's when I'll pay | 04-10 | -
the Monday after Easter I will pay | - | -
every 2 weeks starting 3/20 I'll pay 60 | 03-20 | 60.00
split it: $70 on 3/13, $70 on 3/27 | 03-13 | 70.00
£20 now and £80 on the 28th | 03-11 | 20.00
I'll give u 5 hundred on the twentieth | 03-20 | 500.00
can u take payment over phone on monday? will do 65 | 03-16 | 65.00
Friday come hell or high water. | 03-13 | -
ok, Fri. | 03-13 | -
pay Sat/Sun | 03-15 | -
sending $45.00 on St Patrick's day the 17th | 03-17 | 45.00
aiming for the 26th to pay, might be a day late | 03-26 | -
by the time it's the 30th it'll be cleared, my word | 03-30 | -
yuedi huan | 03-31 | -
hou tian zhuan 800 gei ni | 03-13 | 800.00
15 hao huan qian | 03-15 | -
I'll have the cash for you come Friday | 03-13 | -
Rent's due the 1st so I'll pay you the week before, say the 24th | 03-24 | -
Deadline was Monday I get it, but Thursday's when I can do it | 03-12 | -
Sorted by Sunday, promise, 85 quid | 03-15 | 85.00
Pay you 45 a week from Monday | 03-23 | 45.00
Will be transferring ₹8,000 on the 18th sir | 03-18 | 8000.00
I can do half by the 20th and the rest by the 27th | 03-20 | -
next wk tues works, 65 then | 03-17 | 65.00
My brother wires me money each 16th so expect it that evening | 03-16 | -
Put me down for the 23rd | 03-23 | -
hey can we say the 19th? I'll def have it | 03-19 | -
you'll see it in your account by monday morning | 03-16 | -
Could do Wednesday or at worst Thursday next week, I will pay | 03-19 | -
Not today. Not tomorrow. Saturday. | 03-14 | -
I got 3 kids and 2 jobs, be patient, paying on the 21st | 03-21 | -
shift ends at 6, ill pay then | 03-11 | -
In 5 working days the insurance pays me, same day I pay you | 03-18 | -
since I was laid off on the 2nd its been hard, unemployment starts the 25th, I'll pay $40 then | 03-25 | 40.00
Spoke to Karen on Monday she gave me til the 30th, I'll pay it | 03-30 | -
A fortnight from today I'll clear it | 03-25 | -
15 days pls sir then full payment | 03-26 | -
will do gpay by night | 03-11 | -
By 10th April positively, now no funds | 04-10 | -
this month end 5k and next month end 5k | 03-31 | 5000.00
Paying it Apr 1st no joke lol | 04-01 | -
half-term is over monday and I start work, first wage 27th, yours by the 28th | 03-28 | -
gonna pay wen i wake up tmrw | 03-12 | -
I promise by weeks end | - | -
3 wks today you'll get the lot | 04-01 | -
ten days and you have your money | 03-21 | -
will pay w/in 7 days | 03-18 | -
5 more days please, I will pay after that | 03-16 | -
1 week time needed, will pay for sure | 03-18 | -
will pay tuesday (17th) | 03-17 | -
On Tuesday the 24th I'm paying $110 | 03-24 | 110.00
Wed 18 Mar will pay 30 pounds | 03-18 | 30.00
i pay 2moz init | 03-12 | -
tmmrw 4 sure | 03-12 | -
pay u satday | 03-14 | -
thurdsay ill have it | 03-12 | -
Il pay on teh 17th | 03-17 | -
Pls note payment of £132.50 will leave my account 16/3 | 03-16 | 132.50
My account number ending 4471 will be debited 20 March, 95 pounds | 03-20 | 95.00
He said pay by the 12th but realistically the 22nd, that's when I will | 03-22 | -
It's not the money, it's the time. Friday I'm off and I'll go to the bank and pay | 03-13 | -
Money is there on the 15th, if you try before that it will bounce, take it then | 03-15 | -
Wait for the 1st. I will pay. | 04-01 | -
Will pay as soon as payday hits (the 27th) | 03-27 | -
I get paid fortnightly, next one is 19 March, you'll have 75 that day | 03-19 | 75.00
Shukravar ko 2000 de dunga | 03-13 | 2000.00
parso tak ho jayega, 1500 bhejta hu | 03-13 | 1500.00
agle mahine 5 tarikh ko pakka bhar dunga | 04-05 | -
do din mein kar dunga | 03-13 | -
Last day of this month without fail | 03-31 | -
third Thursday of the month is my check day, I'll pay | 03-19 | -
At the beginning of next week, Monday I guess, I will pay | 03-16 | -
pay you in April, the 3rd to be exact | 04-03 | -
Next month. The 6th. I'll pay. | 04-06 | -
early next month, by the 4th, paying in full | 04-04 | -
I'd like to pay $20 this Friday and $20 next Friday | 03-13 | 20.00
20 bucks now, more later, I will pay | 03-11 | 20.00
Tonight 50, tomorrow 50 | 03-11 | 50.00
give us a bell after 4, and I'll pay by card on Monday | 03-16 | -
No chance before the 20th but you have my word for the 21st | 03-21 | -
ok 2pm i transfer | 03-11 | -
I can settle at 60% by the 31st | 03-31 | -
going to the branch Saturday morning with the 240 | 03-14 | 240.00
the cheque was posted yesterday so should be with you by Friday | 03-13 | -
I'll pay when my ship comes in | - | -
whenever the council sorts my benefits ill pay | - | -
will pay once im back on my feet | - | -
cud do a score on friday | 03-13 | -
I will try and pay something towards it Thursday | 03-12 | -
yihou zai huan, yuedi ba | 03-31 | -
xia zhou yi zhuan 600 | 03-16 | 600.00
mingtian yiding huan | 03-12 | -
I'm expecting a parcel on the 14th lol but payment wise, the 17th | 03-17 | -
Let me get through the weekend, Monday I pay | 03-16 | -
Kindly consider, will pay on or around 24th | 03-24 | -
sir my father passed on 2nd, rituals till 14th, will pay on 18th | 03-18 | -
You'll have £20 by close of play Friday | 03-13 | 20.00
EOD tomorrow, 95 | 03-12 | 95.00
cob monday | 03-16 | -
I'm paid weekly on Thursdays so this Thursday 30 quid | 03-12 | 30.00
money hits my account at midnight Friday, will send then | 03-13 | -
sending 1/3 of it on the 20th | 03-20 | -
could pay 4th april if that suits | 04-04 | -
ill pay by the time you open monday | 03-16 | -
its pay day friday so ill ring up and pay over the phone | 03-13 | -
Will send $33.33 on 3/13, 3/27 and 4/10 | 03-13 | 33.33
the week of the 23rd | - | -
not the 15th but the 16th cos the 15th is a sunday, will pay | 03-16 | -
your system says 18th but i told the agent 20th, and 20th it is | 03-20 | -
back from leave on the 23rd and I'll pay on the 24th | 03-24 | -
Got my review on 19/3 and the back pay is due 26/3, will clear then | 03-26 | -
Just been to the cashpoint, no luck. Try again tomorrow n pay | 03-12 | -
febuary was bad, march is better, i pay on the 20th | 03-20 | -
Saterday morning first thing | 03-14 | -
pay on wendesday | 03-18 | -
i will pay tommorow or friday | 03-13 | -
next thrusday | 03-19 | -
will pay 15 th of the month | 03-15 | -
By 5th pls, salary day | 04-05 | -
2nd saturday is bank holiday so monday i will deposit | 03-16 | -
20th march ke pehle kar dunga | 03-20 | -
aaj shaam tak 1000 bhej dunga | 03-11 | 1000.00
ravivar ko de dunga paisa | 03-15 | -
mahine ke end me | 03-31 | -
I shall be clearing the overdue of 9,430 on or before the 28th instant | 03-28 | 9430.00
can u pls give 1 more week, i will pay full | 03-18 | -
need till 22 to arrange, will pay | 03-22 | -
Ok ok! 30th! Happy? | 03-30 | -
pay ya when the eagle flies friday | 03-13 | -
fine. 13th. dont text again till then | 03-13 | -
ok will get it done by saturday, sorry for delay | 03-14 | -
hi can I pay half of it on the 20th and half on the 3rd? | 03-20 | -
Yes I know, payment is going out this Friday from my credit union | 03-13 | -
I'm getting paid on the 13th, you'll have $150 that same day | 03-13 | 150.00
Will pay 3k on Monday and balance after holi | 03-16 | 3000.00
my bad, forgot. doing it tonight when kids are asleep | 03-11 | -
Cant do anything til the 1st of April when my pension comes in, then I'll pay | 04-01 | -
please stop calling, I told you people I'd pay on the 27th | 03-27 | -
Can pay £25 this Friday. Will that do? | 03-13 | 25.00
no problem mam, 16th morning online i will do it | 03-16 | -
Truck broke down, spent everything fixing it. Back on the road Monday, can send 80 by next Friday | 03-20 | 80.00
My son will transfer it on my behalf tomorrow after school run | 03-12 | -
Just need 4 more days to sell the bike then its all yours | 03-15 | -
im between jobs but start at amazon on monday first pay is april 3 will send something then | 04-03 | -
got ur txt. paying 60 thurs | 03-12 | 60.00
You'll get paid when I get paid | - | -
the bank said transfer takes 2 days so should be with you friday | 03-13 | -
can you take the payment on 26th instead of 19th? | 03-26 | -
sending the last 45 on sunday and then we are done | 03-15 | 45.00
Deposit will be made by 2:30 pm today | 03-11 | -
if i get my tax refund by the 25th i'll pay it all off | 03-25 | -
lost my card, new one in 5-7 days, then i'll pay | - | -
I paid $100 on March 1 and will pay the other $100 on March 29 | 03-29 | 100.00
4pm tomorrow i will be at the branch with cash | 03-12 | -
Need 1 month time, will close the loan on 11 april | 04-11 | -
my wedding is on 22nd so pls understand, i will pay on 30th | 03-30 | -
Not this Friday but the Friday after | 03-20 | -
The one after next, 27th, is my pay cheque so 27th | 03-27 | -
Surely by Sunday night sir no more excuses | 03-15 | -
Ill give you 20 quid every fortnight starting on the 20th | 03-20 | 20.00
the last week of March I will pay | - | -
by the end of the year I'll have paid | 12-31 | -
a week from tomorrow I pay | 03-19 | -
paying today week | 03-18 | -
tomorrow week I pay | 03-19 | -
in half an hour I pay | 03-11 | -
this time next week you'll have it | 03-18 | -
"""

CHINESE = """
这个礼拜五之前肯定打过去 | 03-13 | -
等我十五号拿到工钱就给你们转 | 03-15 | -
再宽限我一个礼拜，一定结清 | 03-18 | -
最晚拖到二十二号，绝对还 | 03-22 | -
下个月八号还款日一起还 | 04-08 | -
明天或后天还你 | 03-13 | -
后天中午12点之前还1500 | 03-13 | 1500.00
周六周日休息，周一上班就还 | 03-16 | -
这周日晚上八点我准时还 | 03-15 | -
下周四五吧，能还 | 03-20 | -
20号左右还 | 03-20 | -
18号前后吧，到时候还 | 03-18 | -
月中还，15号 | 03-15 | -
我们厂25号发薪水，25号晚上就还 | 03-25 | -
厂里每月20号开支，开了就还你800 | 03-20 | 800.00
这个月28发工资，28还 | 03-28 | -
老婆13号发工资，让她先还 | 03-13 | -
不用等到月底，20号我就能还 | 03-20 | -
15号没还上是我不对，25号补上 | 03-25 | -
上个月25号就该还了，拖到现在，这个月25号一定还清 | 03-25 | -
昨天忘了，今天马上还 | 03-11 | -
我前天才出院，19号去还款 | 03-19 | -
合同写的10号，实际上我12号还 | 03-12 | -
原定14号，现在改16号还行吗，我一定还 | 03-16 | -
别周五催了，周六我还 | 03-14 | -
要是周五工资没到，就周一还 | 03-16 | -
三天，就三天，还不上你起诉我 | 03-14 | -
给我48小时，一定还 | 03-13 | -
两个礼拜之内搞定，还两千 | 03-25 | 2000.00
过一个星期还500 | 03-18 | 500.00
过十天还 | 03-21 | -
十天半个月吧，会还 | - | -
再过半个月还你们 | 03-26 | -
到4月中旬才有钱还 | - | -
四月十号之前，还四千五 | 04-10 | 4500.00
4月1日愚人节那天还，不骗你 | 04-01 | -
3月最后一天还清 | 03-31 | -
本月最后一个周五还 | 03-27 | -
下个月第一个星期一还 | 04-06 | -
月底最后一天还1200 | 03-31 | 1200.00
30号31号还 | 03-31 | -
26、27号还 | 03-27 | -
24号或25号能到账，到了还 | 03-25 | -
25号到月底之间还 | 03-31 | -
周一到周三之间给你转 | 03-18 | -
今儿晚上我转一千二给你们 | 03-11 | 1200.00
今日下午4時前過數 | 03-11 | -
聽朝即刻轉帳俾你 | 03-12 | -
下星期三出糧，出咗即還$1,500 | 03-18 | 1500.00
拜五晚還 | 03-13 | -
我下禮拜一下班去超商繳2000 | 03-16 | 2000.00
後天領薪水，領完馬上繳 | 03-13 | -
這個月30號以前會匯過去 | 03-30 | -
月底前一定補齊一萬 | 03-31 | 10000.00
工资cardFriday到，Friday还 | 03-13 | -
3-25还3000 | 03-25 | 3000.00
3.25号还3000 | 03-25 | 3000.00
二月二龙抬头那天还 | - | -
下下个星期二还 | 03-24 | -
大大后天还 | 03-15 | -
今天还300，明天还300，后天还清 | 03-11 | 300.00
我欠你们一万二，每月10号还一千，从下个月开始 | 04-10 | 1000.00
还剩2800，分两次，17号还1400，剩下的31号 | 03-17 | 1400.00
利息太高了，我20号还本金5000 | 03-20 | 5000.00
明天早上八点 | 03-12 | -
这两天手头紧，20号吧，20号还 | 03-20 | -
等年终奖发了就还，说是27号发 | 03-27 | -
周3还 | 03-18 | -
下周2之前 | 03-17 | -
下礼拜天前还一半 | 03-22 | -
礼拜4发工资，礼拜5还500 | 03-13 | 500.00
20號出糧，出糧就還你3000蚊 | 03-20 | 3000.00
我后天去存钱，存好跟你说 | 03-13 | -
这个月的22号，一次性结 | 03-22 | -
等26号吧，26号公司结账 | 03-26 | -
25号工资，26号给你转 | 03-26 | -
说好了啊，19号，我转900 | 03-19 | 900.00
下月3号以前一定到位 | 04-03 | -
下个月月底还 | 04-30 | -
下个月发了工资10号还 | 04-10 | -
下个月头几天 | - | -
四月底五月初 | 04-30 | -
周五六吧，能凑够 | 03-14 | -
周末两天我去银行办 | - | -
周六，不骗人 | 03-14 | -
礼拜五晚十点前到账 | 03-13 | -
星期2还钱 | 03-17 | -
下礼拜4 | 03-19 | -
下週六轉5000 | 03-21 | 5000.00
下下周五领工资，还三千 | 03-27 | 3000.00
十二号十二点前还 | 03-12 | -
三月十八，我记着呢，一定还 | 03-18 | -
3月份最后一天 | 03-31 | -
4月3还2000，剩下再说 | 04-03 | 2000.00
4/3號還2000 | 04-03 | 2000.00
3月25-28号之间还清 | 03-28 | -
20号到25号中间给你 | 03-25 | -
估计17、18号能还上 | 03-18 | -
大概十天左右还 | - | -
十天后一定还 | 03-21 | -
一周左右吧 | - | -
给我七天 | 03-18 | -
顶多五天，钱就到你们账上 | 03-16 | -
五个工作日内还 | 03-18 | -
72小时内还清 | 03-14 | -
半小时内搞定 | 03-11 | -
等我下班，六点就还 | 03-11 | -
中午吃饭的时候还 | 03-11 | -
刚到家，马上还 | - | -
今天之内还你400 | 03-11 | 400.00
明天天亮就转 | 03-12 | -
明晚发工资，发了还1600 | 03-12 | 1600.00
后天老公回来给你们还 | 03-13 | -
大后天到期的理财出来就还 | 03-14 | -
不是明天，是后天还 | 03-13 | -
明天还不了，大后天还 | 03-14 | -
今天限额了，明天接着转剩下的3000 | 03-12 | 3000.00
昨天还了1000，今天再还500 | 03-11 | 500.00
上个月没还是因为住院，这个月20号还 | 03-20 | -
2月的欠款3月18号补 | 03-18 | -
你们规定12号，我申请15号还 | 03-15 | -
你短信里说14号之前，我16号才能还 | 03-16 | -
15号催我没用，我22号才发钱，22号还 | 03-22 | -
别打电话了周五我主动还 | 03-13 | -
周四开庭，周五还 | 03-13 | -
我儿子周日结婚，办完下周三还一万 | 03-18 | 10000.00
我妈20号出院，21号还你们2500 | 03-21 | 2500.00
房租10号交完了，20号轮到你们 | 03-20 | -
如果20号房款到不了，25号也一定还 | 03-25 | -
要么周五要么周六，肯定还 | 03-14 | -
快则周五慢则下周一还 | 03-16 | -
先还一千五，周四转，剩下三千五月底 | 03-12 | 1500.00
分三次还，15号500，25号500，月底500 | 03-15 | 500.00
每个月还500，从15号开始 | 03-15 | 500.00
每周五还200 | 03-13 | 200.00
我工号3321，13号发工资还 | 03-13 | -
总欠4200，我后天先还1200 | 03-13 | 1200.00
只能还本金8000，月底还 | 03-31 | 8000.00
聽晚轉帳$1200 | 03-12 | 1200.00
後日出糧，即還三千蚊 | 03-13 | 3000.00
下個月頭還 | - | -
月底先有糧出，出咗先還 | 03-31 | -
星期六日我得閒去便利店俾 | 03-15 | -
禮拜四前匯款3500元 | 03-12 | 3500.00
下禮拜發薪，發薪後繳 | - | -
今仔日還 | - | -
这礼拜天前还 | 03-15 | -
我15号生日，16号还 | 03-16 | -
16号，16号还！ | 03-16 | -
我这边20号有一笔尾款，到了先还你们6000 | 03-20 | 6000.00
别急，就这周五 | 03-13 | -
大概率下周二能还上 | 03-17 | -
今年奖金25号发，发了结清 | 03-25 | -
再等两周，一定还 | 03-25 | -
半个月之内还 | 03-26 | -
清明之前，4月3号吧 | 04-03 | -
明天是15号吗？不是的话我15号还 | 03-15 | -
我15到20号之间随时可能还 | 03-20 | -
尽量周五，最晚下周一 | 03-16 | -
周五之前，也就是13号之前还 | 03-13 | -
本来想今天还，结果卡被冻了，解冻要三天，三天后还 | 03-14 | -
3月25，一分不少还3280 | 03-25 | 3280.00
下月一号 | 04-01 | -
下下个月还 | - | -
四月初三号那天还 | 04-03 | -
我在工地，25号结工钱，结了就打给你们四千 | 03-25 | 4000.00
两三天内，最迟星期六 | 03-14 | -
15號之前一定搞掂 | 03-15 | -
禮拜日帶現金過去俾你哋，2000 | 03-15 | 2000.00
下個月五號發薪，會匯款 | 04-05 | -
月底最後一天匯3600 | 03-31 | 3600.00
後天下午三點半前轉800 | 03-13 | 800.00
星期天我姐来，她帮我还 | 03-15 | -
前天说今天还，对不起，改周五 | 03-13 | -
这礼拜怎么也得还上，周日吧 | 03-15 | -
本周日23点前 | 03-15 | -
等到21号，我卖了猪就还一万五 | 03-21 | 15000.00
下周一之前给你们转过去，别催了 | 03-16 | -
我跟朋友借了，明天中午到账就还 | 03-12 | -
周六发工资，先还你们1000，行不行 | 03-14 | 1000.00
不好意思忘记了，今晚回家就处理 | 03-11 | -
医保报销下来就还，估计20号左右 | 03-20 | -
能不能分两次，15号还一半，30号还一半 | 03-15 | -
我说了月底就月底，催什么催 | 03-31 | -
现在真没钱，等28号发了工资第一时间还 | 03-28 | -
我爸住院花光了，下个月10号之前慢慢还 | 04-10 | -
店里这两天忙，周五我去ATM存 | 03-13 | -
这周五还800，下周五还800，可以吗 | 03-13 | 800.00
昨天银行系统维护没转成，今天再转一次 | 03-11 | -
我老婆说她后天替我还2000 | 03-13 | 2000.00
3月22号项目款下来，一次性还你们 | 03-22 | -
收到，本月25日前处理完毕 | 03-25 | -
已经还了500，剩下的1500下周三还清 | 03-18 | 1500.00
等政府补贴到了再还，听说是4月初 | - | -
今天下午四点前打款 | 03-11 | -
聽日出糧，出咗即刻過數 | 03-12 | -
月尾之前一定還晒俾你 | 03-31 | -
我人在國外，週日回台灣，週一去繳 | 03-16 | -
這禮拜五領薪水先繳3000元 | 03-13 | 3000.00
20号吧，20号之前我肯定想办法凑出来 | 03-20 | -
過兩日還住先 | - | -
五一之前肯定还清 | - | -
给我一星期，七天后要是没还你们随便告 | 03-18 | -
别打给我爸妈，我后天就还 | 03-13 | -
周三周四我都有空，去网点还 | 03-18 | -
我欠的自己清楚，月底先还三分之一 | 03-31 | -
我月中15号发工资，发完转600 | 03-15 | 600.00
明后天给你处理 | 03-13 | -
今明两天转 | 03-12 | -
现在先还200，剩下15号 | 03-11 | 200.00
"""


def rows(table: str) -> list[tuple[str, date | None, Decimal | None]]:
    """Replies with the day and the sum that they promise; days are written month-day of the reference year."""
    cases = []
    for line in table.strip().splitlines():
        reply, day, amount = (cell.strip() for cell in line.rsplit("|", 2))
        pay_on = None if day == "-" else date.fromisoformat(f"{WEDNESDAY.year}-{day}")
        cases.append((reply, pay_on, None if amount == "-" else Decimal(amount)))
    return cases


@pytest.mark.parametrize(("reply", "pay_on", "amount"), rows(ENGLISH))
def test_the_day_and_the_sum_are_read_in_english(reply: str, pay_on: date | None, amount: Decimal | None) -> None:
    promise = promise_in(reply, WEDNESDAY)
    assert (promise.pay_on, promise.amount) == (pay_on, amount)


@pytest.mark.parametrize(("reply", "pay_on", "amount"), rows(CHINESE))
def test_the_day_and_the_sum_are_read_in_chinese(reply: str, pay_on: date | None, amount: Decimal | None) -> None:
    promise = promise_in(reply, WEDNESDAY)
    assert (promise.pay_on, promise.amount) == (pay_on, amount)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("I pay on firday ok", "firday"),
        ("will pay tommorrrow", "tommorrrow"),
        ("paying wendesday", "wendesday"),
        ("20th of febuary was hard, paying 3 apirl", "3 apirl"),
        ("pay u satday", "satday"),
        ("I will pay thurzday and no later", "thurzday"),
    ],
)
def test_a_misspelt_day_is_understood_and_quoted_as_it_was_written(reply: str, words: str) -> None:
    promise = promise_in(reply, WEDNESDAY)
    assert promise.pay_on
    assert promise.date_words == words


@pytest.mark.parametrize("word", ["moneys", "fortnightly", "member", "fiddly", "saturated", "mayday", "toast"])
def test_a_word_that_only_resembles_a_day_is_none(word: str) -> None:
    assert promise_in(f"i will pay {word}", WEDNESDAY).pay_on is None


STORY = "and then the boiler broke and my mother fell ill "


def test_of_a_very_long_text_the_beginning_and_the_end_are_read() -> None:
    assert promise_in("I will pay Friday. " + STORY * 40, WEDNESDAY).pay_on == date(2026, 3, 13)
    assert promise_in(STORY * 30 + ". I will pay Friday", WEDNESDAY).pay_on == date(2026, 3, 13)
    assert promise_in(STORY * 15 + ". I will pay Friday. " + STORY * 15, WEDNESDAY).pay_on is None


@pytest.mark.parametrize(
    "unit",
    [
        "pay Friday 100, ",
        "周五还500，",
        "mon tue wed thu ",
        "5/4 ",
        "soon ",
        "明天后天",
        "when a b ",
        "1.",
        "tomorro ",
        "「",
    ],
)
def test_a_text_full_of_times_and_sums_is_read_as_far_as_it_is_weighed(unit: str) -> None:
    whole = unit * (1600 // len(unit))
    assert promise_in(whole, WEDNESDAY).date_words in whole
