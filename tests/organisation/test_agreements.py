"""Faults in promises, duty, holidays, escalation and settling, each with its place and mend."""

import pytest

from tests.organisation.samples import FULL, faults, spoiled

TOP, HK, UK = "", "team “service-hk” → ", "team “service-uk” → "
STEP_1, STEP_2, STEP_3 = (f"escalation number {n} → " for n in (1, 2, 3))
RULE = "rule “refund” → "

# What is replaced, by what, then table, key, problem and mend of the one fault it makes.
Spoilt = tuple[str, str, str, str, str, str]

SETTLING: list[Spoilt] = [
    ('"quorum"', '"quorom"', TOP, "settled_when",
     "“quorom” is not a way to settle a case", "did you mean “quorum”?"),
    ('"quorum"\nquorum = 2', '"some"', TOP, "settled_when",
     "“some” is not a way to settle a case", "use “all”, “lead”, “any” or “quorum”"),
    ('"quorum"\nquorum = 2', '"quorum"', TOP, "settled_when",
     "does not say how many teams", "add quorum = 2, the number of teams that must be done"),
    ('settled_when = "quorum"\nquorum = 2', "quorum = 2", TOP, "quorum",
     'counts only with settled_when = "quorum"', 'take it out, or write settled_when = "quorum"'),
    ("quorum = 2", "quorm = 2", TOP, "quorm",
     "is not a key that belongs here", "did you mean quorum?"),
    ("quorum = 2", "quorum = 0", TOP, "quorum", "is less than 1", "write it like quorum = 2"),
    ("quorum = 2", 'quorum = "2"', TOP, "quorum",
     "is a text, not a whole number without quotes", "write it like quorum = 2"),
    ("quorum = 2", "quorum = true", TOP, "quorum",
     "is true or false, not a whole number without quotes", "write it like quorum = 2"),
]  # fmt: skip

DAYS: list[Spoilt] = [
    ('[2026-12-24, "2026-12-31"]', "7", TOP, "closed",
     "is a number, not a list of dates", "write it like closed = [2026-12-24, 2026-12-31]"),
    ('"2026-12-31"', '"2026-02-30"', TOP, "closed",
     "“2026-02-30” is not a date", "write it like closed = [2026-12-24, 2026-12-31]"),
    ('"2026-12-31"', '"2026-W53-4"', TOP, "closed",
     "“2026-W53-4” is not a date", "write it like closed = [2026-12-24, 2026-12-31]"),
    ("[2026-08-14]", "[2026-08-14T09:00:00]", HK, "closed",
     "is a date or time without quotes, not a date",
     "write it like closed = [2026-12-24, 2026-12-31]"),
    ("[2026-08-14]", "[12]", HK, "closed",
     "is a number, not a date", "write it like closed = [2026-12-24, 2026-12-31]"),
    ('holidays = "HK"', 'holidays = "hk"', HK, "holidays",
     "“hk” is not a country whose holidays we know", "did you mean “HK”?"),
    ('holidays = "HK"', 'holidays = "Atlantis"', HK, "holidays",
     "“Atlantis” is not a country whose holidays we know", 'write it like holidays = "GB-ENG"'),
    ('holidays = "HK"', 'holidays = "country_holidays"', HK, "holidays",
     "“country_holidays” is not a country whose holidays we know",
     'write it like holidays = "GB-ENG"'),
    ('holidays = "HK"', 'holidays = "HK-KLN"', HK, "holidays",
     "“HK-KLN” is not a part of a country whose holidays we know", "did you mean “HK”?"),
    ('"GB-ENG"', '"GB-ENGLAND"', UK, "holidays",
     "“GB-ENGLAND” is not a part of a country whose holidays we know", "did you mean “GB-ENG”?"),
    ('"GB-ENG"', '"GB-"', UK, "holidays",
     "“GB-” is not a part of a country whose holidays we know", "did you mean “GB”?"),
    ('"GB-ENG"', "7", UK, "holidays",
     "is a number, not a text in quotes", 'write it like holidays = "GB-ENG"'),
]  # fmt: skip

PROMISES: list[Spoilt] = [
    ('"15m", resolve_within = "4h"', '"50m", resolve_within = "4h"', HK, "urgent.claim_within",
     "urgent is promised later than high (line {high})", "promise it sooner"),
    ('"45m", resolve_within = "6h"', '"45m", resolve_within = "2d"', HK, "high.resolve_within",
     "high is promised later than normal (line {resolve})", "promise it sooner"),
    ('"1d", resolve_within = "5d"', '"1d", resolve_within = "8h"', HK, "low.resolve_within",
     "low is promised sooner than normal (line {resolve})", "promise it later"),
    ('urgent = { claim_within = "15m", resolve_within = "4h" }',
     'urgent = { claim_within = "15m" }', HK, "urgent.resolve_within",
     "is missing", 'add urgent.resolve_within = "4h"'),
    ('high = { claim_within = "45m"', 'high = { claim_wihtin = "45m"', HK, "high.claim_wihtin",
     "is not a key that belongs here", "did you mean high.claim_within?"),
    ('low = { claim_within = "1d"', 'low = { claim_within = "300d"', HK, "low.claim_within",
     "“300d” is more than a year of the team's working hours",
     'write it like low.claim_within = "15m"'),
    ('low = { claim_within = "1d", resolve_within = "5d" }', 'low = "1d"', HK, "low",
     "is a text, not a table",
     'write it like low = { claim_within = "1d", resolve_within = "5d" }'),
    ('"3h"', '"soon"', HK, "expires_after",
     "“soon” is not a length of time", 'write it like expires_after = "4h"'),
    ('"30m"\nrota', '"never"\nrota', HK, "answer_within",
     "“never” is not a length of time", 'write it like answer_within = "1h"'),
]  # fmt: skip

DUTY: list[Spoilt] = [
    ('"U0SECOND"]\nrota_since = 2026-01-05', '"U0SECOND"]', HK, "rota",
     "does not say whose week it is",
     "add rota_since = 2026-01-05, the day on which the first person's week begins"),
    ('"U0SECOND"]\nrota_since = 2026-01-05', '"U0SECOND"]\nrota_since = ""', HK, "rota",
     "does not say whose week it is",
     "add rota_since = 2026-01-05, the day on which the first person's week begins"),
    ("rota_since = 2026-01-05", "rota_sinse = 2026-01-05", HK, "rota_sinse",
     "is not a key that belongs here", "did you mean rota_since?"),
    ("rota_since = 2026-01-05", 'rota_since = "Monday"', HK, "rota_since",
     "“Monday” is not a date", "write it like rota_since = 2026-01-05"),
    ('"U0SECOND"', '"second"', HK, "rota", "“second” is not a Slack member ID",
     "use the ID that begins with U or W: in Slack, open the profile, ⋮, Copy member ID"),
    ('cover = ["service-uk"]', 'cover = ["service-ku"]', HK, "cover",
     "“service-ku” is not the key of a team", "did you mean “service-uk”?"),
    ('cover = ["service-uk"]', 'cover = ["service-hk"]', HK, "cover",
     "a team cannot cover for itself", "take it out"),
    ('cover = ["service-uk"]', 'cover = ["mobile"]', HK, "cover",
     "“mobile” is a team of another department (line {mobile})",
     "only a team of the same department can cover"),
    ('resolve_within = "2d"', 'resolve_within = "2d"\ncover = "web"', "team “mobile” → ", "cover",
     "“web” is not the key of a team", "take it out: no other team could cover"),
]  # fmt: skip

ESCALATION: list[Spoilt] = [
    ('after = "warning"', 'after = "late"', STEP_1, "after",
     "“late” is not a moment to escalate after", "use “warning” or “breach”"),
    ('after = "warning"\n', "", STEP_1, "after", "is missing", 'add after = "breach"'),
    ('tell = "duty"', 'tell = "dooty"', STEP_2, "tell",
     "“dooty” is not somebody to tell", "use “holder”, “team”, “duty”, “lead” or “managers”"),
    ('tell = "duty"', 'tell = "manager"', STEP_2, "tell",
     "“manager” is not somebody to tell", "did you mean “managers”?"),
    ('wait = "30m"', 'wait = "1d"', STEP_2, "wait",
     "“1d” is not a number of hours and minutes", 'write it like wait = "30m"'),
    ('wait = "30m"', "wait = 30", STEP_2, "wait",
     "is a number, not a text in quotes", 'write it like wait = "30m"'),
    ('wait = "30m"', 'weit = "30m"', STEP_2, "weit",
     "is not a key that belongs here", "did you mean wait?"),
    ('wait = "30m"', 'wait = "2600h"', STEP_2, "wait",
     "is more than a year of a team's working hours (line {hours})", "wait less"),
    ('wait = "30m"\ntell = "duty"', 'wait = "3h 60m"\ntell = "managers"', "escalation number 3", "",
     "is the same step as another one (line {step})", "take one out"),
    ('managers = ["U0MANAGER"]', "managers = []", STEP_3, "tell",
     "there are no managers to tell", 'add managers = ["U0123ABCD"] at the top of the file'),
    ('managers = ["U0MANAGER"]\n', "", STEP_3, "tell",
     "there are no managers to tell", 'add managers = ["U0123ABCD"] at the top of the file'),
    ("managers = [", "mangers = [", TOP, "mangers",
     "is not a key that belongs here", "did you mean managers?"),
    ('then.lead = "service"', 'then.lead = "servcie"', RULE, "then.lead",
     "“servcie” is not a department that a team has", "did you mean “service”?"),
    ('then.lead = "service"', 'then.lead = ["service"]', RULE, "then.lead",
     "is a list, not a text in quotes", 'write it like then.lead = "service"'),
    ('then.lead = "service"', 'lead = "service"', RULE, "lead",
     "is not a key that belongs here", "did you mean then.lead?"),
]  # fmt: skip


def line(text: str, words: str) -> int:
    """The line of *text* that *words* begin in."""
    return text[: text.index(words)].count("\n") + 1


@pytest.mark.parametrize(
    "spoilt",
    SETTLING + DAYS + PROMISES + DUTY + ESCALATION,
    ids=lambda s: f"{s[3]}: {s[1][:20]} {s[4][:40]}",
)
def test_one_mistake_is_one_fault_with_its_place_and_how_to_mend_it(spoilt: Spoilt) -> None:
    old, new, table, key, problem, mend = spoilt
    text = spoiled((old, new), text=FULL)
    told = problem.format(
        high=line(text, "high = "),
        resolve=line(text, 'resolve_within = "1d"'),
        mobile=line(text, 'key = "mobile"'),
        hours=line(text, "hours = "),
        step=line(text, '[[escalation]]\nafter = "breach"'),
    )

    (fault,) = faults(text)

    place = fault.place.partition(" ")[2]
    assert (place, fault.problem, fault.mend) == (f"{table}{key}", told, mend)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("quorum = 2", "quorum = 0", "quorum = 0"),
        ('"2026-12-31"]', '\n"2026-02-30"]', '"2026-02-30"'),
        ('urgent = { claim_within = "15m"', 'urgent = { claim_within = "x"', "urgent ="),
        ('"U0SECOND"', '\n"second"', '"second"'),
        ('tell = "duty"', 'tell = "dooty"', 'tell = "dooty"'),
        ("managers = [", "managers = [] #", 'tell = "managers"'),
    ],
)
def test_a_fault_has_the_line_that_it_stands_in(old: str, new: str, words: str) -> None:
    text = spoiled((old, new), text=FULL)

    (fault,) = faults(text)

    assert fault.place.split()[0] == f"organisation.toml:{line(text, words)}"


def test_faults_of_all_new_kinds_come_together() -> None:
    text = spoiled(
        ("quorum = 2\n", ""),
        ('holidays = "HK"', 'holidays = "HKG"'),
        ('"3h"', '"later"'),
        ("rota_since = 2026-01-05\n", ""),
        ('cover = ["service-uk"]', 'cover = ["mobile"]'),
        ('wait = "30m"', 'wait = "x"'),
        text=FULL,
    )

    assert [fault.place.partition(" ")[2] for fault in faults(text)] == [
        "settled_when",
        f"{HK}holidays",
        f"{HK}expires_after",
        f"{HK}rota",
        f"{HK}cover",
        f"{STEP_2}wait",
    ]
