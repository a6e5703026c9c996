"""An organisation file that is right, for the tests to spoil."""

from bot.errors import Fault, Misconfigured
from bot.organisation import parse

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


def faults(text: str) -> list[Fault]:
    """Everything that is wrong with *text*."""
    try:
        parse(text)
    except Misconfigured as refusal:
        return refusal.faults
    return []
