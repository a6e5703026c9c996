"""The tables of the organisation file and their keys; a key that is not here is a fault."""

from datetime import time, timedelta
from re import Pattern
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

from bot.domain.organisation import Priority, Rating
from bot.domain.worktime import WorkWeek
from bot.organisation import values

Text = Annotated[str, PlainValidator(values.text)]
MaybeText = Annotated[str, PlainValidator(values.optional(values.text, ""))]
Name = Annotated[str, PlainValidator(values.name)]
Channel = Annotated[str, PlainValidator(values.channel)]
Person = Annotated[str, PlainValidator(values.person)]
Length = Annotated[timedelta, PlainValidator(values.length)]
Regex = Annotated[Pattern[str], PlainValidator(values.regex)]

_Listed = BeforeValidator(values.as_list)
_Some = AfterValidator(values.not_empty)
Texts = Annotated[list[Text], _Listed]
Names = Annotated[list[Name], _Listed]
People = Annotated[list[Person], _Listed]
SomeTexts = Annotated[list[Text], _Some, _Listed]
SomeNames = Annotated[list[Name], _Some, _Listed]
SomeRegexes = Annotated[list[Regex], _Some, _Listed]


class Table(BaseModel):
    """Any table; the examples of its keys are the advice on how to write them."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class TopTable(Table):
    """What stands before the first ``[[…]]``."""

    timezone: Annotated[ZoneInfo, PlainValidator(values.zone)] = Field(examples=['"Europe/London"'])
    triage_channel: Channel = Field(examples=['"#triage"'])
    managers: People = Field([], examples=['["U0123ABCD"]'])
    departments: SomeNames | None = Field(None, examples=['["service", "marketing", "product"]'])


class SourceTable(Table):
    """A ``[[source]]``."""

    key: Annotated[str, PlainValidator(values.source_key)] = Field(examples=['"facebook-hk"'])
    connector: Text = Field("webhook", examples=['"webhook"'])
    platform: MaybeText = Field("", examples=['"facebook"'])
    account: MaybeText = Field("", examples=['"brand.hk"'])
    region: MaybeText = Field("", examples=['"HK"'])
    unit: MaybeText = Field("", examples=['"mobile"'])


class TeamTable(Table):
    """A ``[[team]]``; `hours` stands before the lengths because a ``1d`` needs it."""

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
    claim_within: Length = Field(examples=['"1h"'])
    resolve_within: Length = Field(examples=['"1d"'])
    digest_at: Annotated[time | None, PlainValidator(values.optional(values.clock, None))] = Field(
        None, examples=['"09:00"']
    )


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


class RuleTable(Table):
    """A ``[[rule]]``."""

    name: Name = Field(examples=['"refund or repair"'])
    when: ConditionTable = Field(examples=['{ text = ["refund"] }'])
    unless: ConditionTable | None = Field(None, examples=['{ text = ["recipe"] }'])
    then: OutcomeTable = Field(examples=['{ departments = ["service"] }'])


SECTIONS: dict[str, type[SourceTable | TeamTable | RuleTable]] = {
    "source": SourceTable,
    "team": TeamTable,
    "rule": RuleTable,
}
