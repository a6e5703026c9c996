"""An organisation file that is right, for the tests to spoil."""

from datetime import date

from bot.errors import Fault, Misconfigured
from bot.organisation import parse

TODAY = date(2026, 11, 18)

GOOD = """\
timezone = "Europe/London"
triage_channel = "C0TRIAGE"
managers = ["U0MANAGER"]
departments = ["service", "product"]

[[source]]
key = "facebook-hk"
connector = "webhook"
region = "UK"

[[team]]
key = "service-hk"
name = "Service HK"
department = "service"
regions = ["HK"]
channel = "C0SERVICEHK"
lead = "U0LEADHK"
timezone = "Asia/Hong_Kong"
hours = "Mon-Fri 09:00-18:00, Sat 10:00-14:00"
claim_within = "1h"
resolve_within = "1d"
digest_at = "09:00"

[[team]]
key = "mobile"
name = "Product Mobile"
department = "product"
units = ["mobile"]
channel = "#product-mobile"
usergroup = "S0MOBILE"
hours = "Mon-Fri 09:00-17:00"
claim_within = "4h"
resolve_within = "2d"

[[rule]]
name = "refund"
when.text = ["refund", "退款"]
unless.text = "recipe"
then.departments = ["service"]
then.region = "HK"

[[rule]]
name = "screen"
when.regex = '\\bscreen\\b'
when.rating = "<=2"
then.teams = "mobile"
then.unit = "mobile"
then.priority = "high"
"""


def spoiled(*changes: tuple[str, str], text: str = GOOD) -> str:
    """*text* after each change, which must find something to replace, once."""
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    return text


_SETTLING = """\
settled_when = "quorum"
quorum = 2
closed = [2026-12-24, "2026-12-31"]
charts = "native"
"""
_PROMISES = """\
holidays = "HK"
closed = [2026-08-14]
claim_within = "1h"
resolve_within = "1d"
urgent = { claim_within = "15m", resolve_within = "4h" }
high = { claim_within = "45m", resolve_within = "6h" }
low = { claim_within = "1d", resolve_within = "5d" }
expires_after = "3h"
answer_within = "30m"
rota = ["U0LEADHK", "U0SECOND"]
rota_since = 2026-01-05
cover = ["service-uk"]
"""
_MORE = """\
[[team]]
key = "service-uk"
name = "Service UK"
department = "service"
regions = ["UK"]
channel = "C0SERVICEUK"
holidays = "GB-ENG"
hours = "Mon-Fri 08:00-18:00"
claim_within = "2h"
resolve_within = "10h"

[[escalation]]
after = "warning"
tell = "holder"

[[escalation]]
after = "breach"
wait = "30m"
tell = "duty"

[[escalation]]
after = "breach"
wait = "4h"
tell = "managers"

"""
_DIGESTS = """\

[[digest]]
for = "organisation"
every = "week"
on = "Fri"
at = "16:30"
working_days = true
to = "#all-of-us"

[[digest]]
key = "hk-month"
for = "service-hk"
every = "month"
on = 31
at = "08:00"
timezone = "Europe/London"

[[policy]]
on = 2026-11-02
text = "Answer within the hour"
url = "https://wiki.example/answers"
departments = ["service"]

[routing]
wrong_at_most = "1 in 20"
languages = ["en", "zh-Hant"]
outweigh = ["post", "account"]
renamed = { care = "service", gadgets = "product" }

[lexicon]
service = ["courier", "速遞"]
product = "flash"

[[urgency]]
language = ["en", "en-GB"]
words = ["lawsuit", "!!!"]
priority = "urgent"
tags = "angry"

[[urgency]]
words = "🚨"
"""
_MOBILE = '[[team]]\nkey = "mobile"'
FULL = spoiled(
    (
        'departments = ["service", "product"]\n',
        f'departments = ["service", "product"]\n{_SETTLING}',
    ),
    ('claim_within = "1h"\nresolve_within = "1d"\n', _PROMISES),
    (_MOBILE, _MORE + _MOBILE),
    ('then.region = "HK"\n', 'then.region = "HK"\nthen.lead = "service"\n'),
    ('then.priority = "high"\n', f'then.priority = "high"\n{_DIGESTS}'),
)
"""Every key of the file that `GOOD` does without."""


def faults(text: str) -> list[Fault]:
    """Everything that is wrong with *text*."""
    try:
        parse(text, today=TODAY)
    except Misconfigured as refusal:
        return refusal.faults
    return []
