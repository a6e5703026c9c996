"""The tables of the organisation file and their keys; a key that is not here is a fault."""

from datetime import date, time, timedelta
from re import Pattern
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    create_model,
)

from bot.domain.organisation import Phase, Priority, Rating, Tell
from bot.domain.worktime import WorkWeek
from bot.organisation import calendars, digest_values, routing_values, values

Text = Annotated[str, PlainValidator(values.text)]
MaybeText = Annotated[str, PlainValidator(values.optional(values.text, ""))]
Name = Annotated[str, PlainValidator(values.name)]
Channel = Annotated[str, PlainValidator(values.channel)]
Person = Annotated[str, PlainValidator(values.person)]
Length = Annotated[timedelta, PlainValidator(values.length)]
MaybeLength = Annotated[timedelta | None, PlainValidator(values.maybe_length)]
Expiry = Annotated[timedelta | None, PlainValidator(values.length_or_never)]
Retention = Annotated[timedelta | None, PlainValidator(calendars.retention)]
Day = Annotated[date, PlainValidator(calendars.day)]
Regex = Annotated[Pattern[str], PlainValidator(values.regex)]

_Listed = BeforeValidator(values.as_list)
_Some = AfterValidator(values.not_empty)
Texts = Annotated[list[Text], _Listed]
Names = Annotated[list[Name], _Listed]
People = Annotated[list[Person], _Listed]
Days = Annotated[list[Day], BeforeValidator(calendars.as_days)]
SomeTexts = Annotated[list[Text], _Some, _Listed]
SomeNames = Annotated[list[Name], _Some, _Listed]
SomeRegexes = Annotated[list[Regex], _Some, _Listed]
_Once = AfterValidator(routing_values.each_once)
Word = Annotated[str, PlainValidator(values.name)]
Words = Annotated[list[Word], AfterValidator(routing_values.few_enough), _Some, _Once, _Listed]
Language = Annotated[str, PlainValidator(routing_values.language)]
Spoken = Annotated[str, PlainValidator(routing_values.spoken)]
Evidence = Annotated[routing_values.Evidence, PlainValidator(routing_values.evidence)]


class Table(BaseModel):
    """Any table; the examples of its keys are the advice on how to write them."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _targets(claim: str, resolve: str) -> Any:
    example = f'{{ claim_within = "{claim}", resolve_within = "{resolve}" }}'
    return Field(None, examples=[example])


class RoutingTable(Table):
    """The ``[routing]`` table: how far what is learned may go by itself."""

    wrong_at_most: Annotated[float, PlainValidator(routing_values.how_often)] = Field(
        0.1, examples=['"1 in 10"']
    )
    languages: Annotated[list[Language], _Some, _Once, _Listed] = Field(
        [], examples=['["en", "zh-Hant"]']
    )
    outweigh: Annotated[list[Evidence], _Some, _Once, _Listed] = Field(
        list(routing_values.Evidence), examples=['["account", "post", "words", "language"]']
    )
    renamed: Annotated[dict[str, Name], BeforeValidator(routing_values.a_table)] = Field(
        {}, examples=['{ care = "service" }', '"service"']
    )


class TopTable(Table):
    """What stands before the first ``[[…]]``."""

    timezone: Annotated[ZoneInfo, PlainValidator(values.zone)] = Field(examples=['"Europe/London"'])
    triage_channel: Channel = Field(examples=['"#triage"'])
    managers: People = Field([], examples=['["U0123ABCD"]'])
    departments: SomeNames | None = Field(None, examples=['["service", "marketing", "product"]'])
    settled_when: Annotated[values.Settled, PlainValidator(values.settled)] = Field(
        values.Settled.ALL, examples=['"all"']
    )
    quorum: Annotated[int, PlainValidator(values.count)] = Field(0, examples=["2"])
    closed: Days = Field([], examples=["[2026-12-24, 2026-12-31]"])
    retention: Retention = Field(None, examples=['"400 days"'])
    charts: Annotated[digest_values.Charts, PlainValidator(digest_values.charts)] = Field(
        digest_values.Charts.PICTURE, examples=['"picture"']
    )
    routing: RoutingTable = Field(RoutingTable(), examples=['{ wrong_at_most = "1 in 10" }'])
    lexicon: Annotated[dict[str, Words], BeforeValidator(routing_values.a_table)] = Field(
        {}, examples=['{ service = ["warranty", "保養"] }', '["warranty", "保養"]']
    )


class SourceTable(Table):
    """A ``[[source]]``."""

    key: Annotated[str, PlainValidator(values.source_key)] = Field(examples=['"facebook-hk"'])
    connector: Text = Field("webhook", examples=['"webhook"'])
    platform: MaybeText = Field("", examples=['"facebook"'])
    account: MaybeText = Field("", examples=['"brand.hk"'])
    region: MaybeText = Field("", examples=['"HK"'])
    unit: MaybeText = Field("", examples=['"mobile"'])
    language: Language = Field("", examples=['"zh-Hant"'])
    retention: Retention = Field(None, examples=['"400 days"'])


class PromiseTable(Table):
    """The targets of a team for another priority than normal."""

    claim_within: Length = Field(examples=['"15m"'])
    resolve_within: Length = Field(examples=['"4h"'])


class TeamTable(Table):
    """A ``[[team]]``; what a ``1d`` is worth is read from the validation's context, the raw table."""

    key: Annotated[str, PlainValidator(values.team_key)] = Field(examples=['"service-hk"'])
    name: Name = Field(examples=['"Service HK"'])
    department: Name = Field(examples=['"service"'])
    units: Texts = Field([], examples=['["mobile"]'])
    regions: Texts = Field([], examples=['["HK"]'])
    languages: Texts = Field([], examples=['["en", "zh-Hant"]'])
    channel: Channel = Field(examples=['"#service-hk"'])
    lead: Annotated[str, PlainValidator(values.optional(values.person, ""))] = Field(
        "", examples=['"U0123ABCD"']
    )
    members: People = Field([], examples=['["U0123ABCD", "U0456EFGH"]'])
    usergroup: Annotated[str, PlainValidator(values.optional(values.usergroup, ""))] = Field(
        "", examples=['"S0123ABCD"']
    )
    timezone: Annotated[ZoneInfo | None, PlainValidator(values.optional(values.zone, None))] = (
        Field(None, examples=['"Asia/Hong_Kong"'])
    )
    hours: Annotated[WorkWeek, PlainValidator(values.hours)] = Field(
        examples=['"Mon-Fri 09:00-18:00, Sat 10:00-14:00"']
    )
    holidays: Annotated[
        calendars.Calendar | None, PlainValidator(values.optional(calendars.calendar, None))
    ] = Field(None, examples=['"GB-ENG"'])
    closed: Days = Field([], examples=["[2026-12-24, 2026-12-31]"])
    claim_within: Length = Field(examples=['"1h"'])
    resolve_within: Length = Field(examples=['"1d"'])
    urgent: PromiseTable | None = _targets("15m", "4h")
    high: PromiseTable | None = _targets("30m", "8h")
    low: PromiseTable | None = _targets("1d", "5d")
    expires_after: Expiry = Field(None, examples=['"4h"'])
    answer_within: MaybeLength = Field(None, examples=['"1h"'])
    digest_at: Annotated[time | None, PlainValidator(values.optional(values.clock, None))] = Field(
        None, examples=['"09:00"']
    )
    rota: People = Field([], examples=['["U0123ABCD", "U0456EFGH"]'])
    rota_since: Annotated[date | None, PlainValidator(values.optional(calendars.day, None))] = (
        Field(None, examples=["2026-01-05"])
    )
    cover: Texts = Field([], examples=['["service-uk"]'])


class ConditionTable(Table):
    """The ``when`` or ``unless`` of a rule; the defaults mean "not asked about"."""

    text: SomeTexts = Field([], examples=['["refund", "退款"]'])
    regex: SomeRegexes = Field([], examples=["['order \\d{6}']"])
    platform: SomeTexts = Field([], examples=['["facebook"]'])
    language: SomeTexts = Field([], examples=['["en"]'])
    region: SomeTexts = Field([], examples=['["HK"]'])
    unit: SomeTexts = Field([], examples=['["mobile"]'])
    account: SomeTexts = Field([], examples=['["brand.hk"]'])
    author: SomeTexts = Field([], examples=['["a.handle"]'])
    campaign: SomeTexts = Field([], examples=['["spring-launch"]'])
    tag: SomeTexts = Field([], examples=['["press"]'])
    rating: Annotated[Rating | None, PlainValidator(values.rating)] = Field(
        None, examples=['"<=2"']
    )


class OutcomeTable(Table):
    """The ``then`` of a rule."""

    departments: Names = Field([], examples=['["service"]'])
    teams: Texts = Field([], examples=['["service-hk"]'])
    unit: Texts = Field([], examples=['"mobile"'])
    region: Texts = Field([], examples=['"HK"'])
    priority: Annotated[Priority | None, PlainValidator(values.priority)] = Field(
        None, examples=['"high"']
    )
    tags: Texts = Field([], examples=['["refund"]'])
    lead: Annotated[str, PlainValidator(values.optional(values.name, ""))] = Field(
        "", examples=['"service"']
    )


class RuleTable(Table):
    """A ``[[rule]]``."""

    name: Name = Field(examples=['"refund or repair"'])
    when: ConditionTable = Field(examples=['{ text = ["refund"] }'])
    unless: ConditionTable | None = Field(None, examples=['{ text = ["recipe"] }'])
    then: OutcomeTable = Field(examples=['{ departments = ["service"] }'])


class UrgencyTable(Table):
    """An ``[[urgency]]``: words and marks that make a comment more pressing, in any department."""

    language: Annotated[list[Spoken], _Listed] = Field([], examples=['"en"'])
    words: Words = Field(examples=['["lawsuit", "!!!"]'])
    priority: Annotated[Priority, PlainValidator(values.priority)] = Field(
        Priority.HIGH, examples=['"high"']
    )
    tags: Texts = Field([], examples=['["angry"]'])


class StepTable(Table):
    """An ``[[escalation]]``."""

    after: Annotated[Phase, PlainValidator(values.phase)] = Field(examples=['"breach"'])
    wait: Annotated[timedelta, PlainValidator(values.wait)] = Field(timedelta(), examples=['"30m"'])
    tell: Annotated[Tell, PlainValidator(values.tell)] = Field(examples=['"lead"'])


class DigestTable(Table):
    """A ``[[digest]]``, but for the key that is a word of Python's."""

    key: Annotated[str, PlainValidator(values.optional(values.team_key, ""))] = Field(
        "", examples=['"evening"']
    )
    every: Annotated[digest_values.Every, PlainValidator(digest_values.every)] = Field(
        examples=['"week"']
    )
    on: Annotated[int | str | None, PlainValidator(values.optional(digest_values.on, None))] = (
        Field(None, examples=['"Mon"'])
    )
    at: Annotated[time, PlainValidator(values.clock)] = Field(examples=['"09:00"'])
    timezone: Annotated[ZoneInfo | None, PlainValidator(values.optional(values.zone, None))] = (
        Field(None, examples=['"Asia/Hong_Kong"'])
    )
    working_days: Annotated[bool | None, PlainValidator(digest_values.yes_or_no)] = Field(
        None, examples=["true"]
    )
    to: Annotated[str, PlainValidator(values.optional(digest_values.place, ""))] = Field(
        "", examples=['"#channel"']
    )


_FOR: dict[str, Any] = {"for": (Text, Field(examples=['"service-hk"']))}
WholeDigestTable = create_model("WholeDigestTable", __base__=DigestTable, **_FOR)
"""A ``[[digest]]``."""


class PolicyTable(Table):
    """A ``[[policy]]``: something new in it."""

    on: Day = Field(examples=["2026-01-05"])
    text: Text = Field(examples=['"Refunds up to 50 need no approval"'])
    url: Annotated[str, PlainValidator(values.optional(digest_values.url, ""))] = Field(
        "", examples=['"https://wiki.example/refunds"']
    )
    departments: Names = Field([], examples=['["service"]'])


SECTIONS: dict[str, type[Table]] = {
    "source": SourceTable,
    "team": TeamTable,
    "escalation": StepTable,
    "rule": RuleTable,
    "digest": WholeDigestTable,
    "policy": PolicyTable,
    "urgency": UrgencyTable,
}
