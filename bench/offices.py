"""An invented organisation for the benchmarks: thirty teams in ten markets, and what is said there.

The words are templates with slots in the language of each market, so that no two comments are
quite alike and each language has terms of its own that come and go.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.domain.organisation import Organisation, Priority, Promise, Source, Team
from bot.domain.worktime import WorkWeek, parse_hours

DEPARTMENTS = ("service", "marketing", "product")
UNITS = ("mobile", "audio", "camera", "home")
PLATFORMS = ("facebook", "instagram", "youtube", "forum")
PEOPLE = 8
"""How many people a team has."""


@dataclass(frozen=True, slots=True)
class Market:
    """One region: its zone, the share of all comments that it has, and its languages."""

    region: str
    zone: str
    share: int
    languages: tuple[str, ...]
    hours: str = "Mon-Fri 09:00-18:00"


MARKETS = (
    Market("hk", "Asia/Hong_Kong", 24, ("zh-Hant", "zh-Hant", "en"), "Mon-Sat 09:00-18:00"),
    Market("uk", "Europe/London", 18, ("en",)),
    Market("us", "America/New_York", 15, ("en", "en", "en", "es"), "Mon-Sun 08:00-20:00"),
    Market("de", "Europe/Berlin", 11, ("de", "de", "de", "en")),
    Market("jp", "Asia/Tokyo", 10, ("ja",), "Mon-Fri 09:00-12:30, Mon-Fri 13:30-18:00"),
    Market("fr", "Europe/Paris", 7, ("fr",), "Mon-Fri 09:00-12:30, Mon-Fri 14:00-18:30"),
    Market("es", "Europe/Madrid", 5, ("es",), "Mon-Fri 09:00-14:00, Mon-Fri 16:00-19:00"),
    Market("kr", "Asia/Seoul", 4, ("ko",)),
    Market("br", "America/Sao_Paulo", 4, ("pt",)),
    Market("au", "Australia/Sydney", 2, ("en",)),
)
MARKET_SHARES = [market.share for market in MARKETS]

CAMPAIGNS = tuple(f"{name}-{unit}" for unit in UNITS for name in ("spring", "launch", "thanks"))
"""The campaigns; the first is the largest."""

_SHARED = {
    "good": "😍|👍|❤️|👏|🔥|",
    "bad": "😡|👎|😢|🤦|…|",
}
_SLOTS = {
    "en": {
        "thing": "battery|screen|left earbud|lens cap|charger|hinge|app|speaker|doorbell|strap|box",
        "fault": "died after two days|keeps freezing|is cracked|never connects|overheats|smells odd",
        "want": "a refund|a replacement|an answer|my money back|to talk to a person|a discount",
        "praise": "love it|best one I have had|worth every penny|so light|what a sound",
        "when": "since the update|since Monday|for a week|after the rain|out of the box|again",
    },
    "zh-Hant": {
        "thing": "電池|螢幕|左耳機|鏡頭蓋|充電器|手機殼|應用程式|喇叭|門鐘|錶帶|包裝盒",
        "fault": "用兩日就壞|成日死機|裂咗|連唔到|好熱|有怪味",
        "want": "退款|換貨|一個答覆|真人客服|折扣|維修",
        "praise": "好鍾意|好正|抵買|好輕|音質一流",
        "when": "更新之後|由星期一開始|成個禮拜|落雨之後|一開箱|又嚟",
    },
    "ja": {
        "thing": "バッテリー|画面|左イヤホン|レンズ|充電器|ケース|アプリ|スピーカー|ドアベル|バンド",
        "fault": "二日で壊れた|よく固まる|割れている|つながらない|熱くなる|変なにおいがする",
        "want": "返金|交換|返事|担当者の連絡|割引|修理",
        "praise": "最高です|気に入りました|買ってよかった|軽くて便利|音がきれい",
        "when": "更新の後から|月曜日から|一週間ずっと|雨の後で|開けたときから|また",
    },
    "ko": {
        "thing": "배터리|화면|왼쪽 이어폰|렌즈|충전기|케이스|앱|스피커|초인종|스트랩",
        "fault": "이틀 만에 고장났어요|자꾸 멈춰요|금이 갔어요|연결이 안 돼요|뜨거워요",
        "want": "환불|교환|답변|상담원 연결|할인|수리",
        "praise": "정말 좋아요|최고예요|가성비 좋아요|가볍고 편해요|음질이 좋아요",
        "when": "업데이트 후에|월요일부터|일주일 동안|비 온 뒤에|처음부터|또",
    },
    "de": {
        "thing": "Akku|Bildschirm|linker Ohrhörer|Objektivdeckel|Ladegerät|Gehäuse|App|Türklingel",
        "fault": "ist nach zwei Tagen tot|friert ein|hat einen Riss|verbindet sich nie|wird heiß",
        "want": "mein Geld zurück|Ersatz|eine Antwort|einen Menschen sprechen|einen Rabatt",
        "praise": "bin begeistert|mein bestes bisher|jeden Cent wert|so leicht|toller Klang",
        "when": "seit dem Update|seit Montag|seit einer Woche|nach dem Regen|von Anfang an|wieder",
    },
    "fr": {
        "thing": "batterie|écran|écouteur gauche|bouchon d’objectif|chargeur|coque|appli|enceinte",
        "fault": "est morte en deux jours|plante sans arrêt|est fissurée|ne se connecte pas|chauffe",
        "want": "un remboursement|un échange|une réponse|parler à quelqu’un|une remise",
        "praise": "j’adore|le meilleur que j’aie eu|ça vaut le prix|si léger|quel son",
        "when": "depuis la mise à jour|depuis lundi|depuis une semaine|après la pluie|encore",
    },
    "es": {
        "thing": "batería|pantalla|auricular izquierdo|tapa|cargador|carcasa|aplicación|altavoz",
        "fault": "murió a los dos días|se congela|está rota|nunca se conecta|se calienta",
        "want": "un reembolso|un cambio|una respuesta|hablar con alguien|un descuento",
        "praise": "me encanta|lo mejor que he tenido|vale cada céntimo|tan ligero|qué sonido",
        "when": "desde la actualización|desde el lunes|hace una semana|después de la lluvia|otra vez",
    },
    "pt": {
        "thing": "bateria|tela|fone esquerdo|tampa|carregador|capa|aplicativo|caixa de som",
        "fault": "morreu em dois dias|trava sempre|veio quebrada|nunca conecta|esquenta",
        "want": "reembolso|troca|uma resposta|falar com alguém|um desconto",
        "praise": "adorei|o melhor que já tive|vale cada centavo|tão leve|que som",
        "when": "desde a atualização|desde segunda|há uma semana|depois da chuva|de novo",
    },
}
_FRAMES = {
    "en": "My {unit} {thing} {fault} {when} {bad}|The {thing} {fault}. I want {want}!|"
    "{praise}, but the {thing} {fault} {bad}|{praise} {good}|Nobody answers. I want {want} {when}",
    "zh-Hant": "{unit} 嘅{thing}{fault}{bad}|{when}{thing}{fault}，我要{want}|{praise}{good}|"
    "{praise}，但{thing}{fault}|等咗三日都冇人覆，想要{want}{bad}",
    "ja": "{when}{unit}の{thing}が{fault}{bad}|{thing}が{fault}。{want}をお願いします|"
    "{praise}{good}|{praise}が、{thing}が{fault}|返事がありません。{want}はまだですか",
    "ko": "{when} {unit} {thing} {fault}{bad}|{thing} {fault}. {want} 부탁해요|{praise} {good}|"
    "{praise}. 그런데 {thing} {fault}|답이 없네요. {want} 원해요",
    "de": "{thing} vom {unit} {fault} {when} {bad}|{thing} {fault}. Ich will {want}!|{praise} {good}|"
    "{praise}, aber: {thing} {fault}|Niemand antwortet. Ich will {want}",
    "fr": "La {thing} {unit} {fault} {when} {bad}|{thing} : {fault}. Je veux {want} !|{praise} {good}|"
    "{praise}, mais {thing} {fault}|Personne ne répond. Je veux {want}",
    "es": "La {thing} {unit} {fault} {when} {bad}|¡{thing}: {fault}! Quiero {want}|{praise} {good}|"
    "{praise}, pero {thing} {fault}|Nadie contesta. Quiero {want}",
    "pt": "A {thing} {unit} {fault} {when} {bad}|{thing}: {fault}. Quero {want}!|{praise} {good}|"
    "{praise}, mas {thing} {fault}|Ninguém responde. Quero {want}",
}
_NEWS = ("Aurora", "Nimbus", "Tidal", "Ember", "Quartz", "Willow", "Zephyr", "Onyx", "Saffron")
_FIRST = "Ada|Bo|Chi|Dana|Emi|Finn|Gita|Hugo|Ines|Jun|Kai|Lena|Mei|Noa|Omar|Pia|Rui|Sol|Tara|Yuki"
_LAST = "Adler|Brandt|Chan|Dias|Endo|Fabre|Green|Ho|Ito|Jung|Keller|Lam|Mota|Noel|Park|Ruiz|Wong"


def _split(words: str) -> list[str]:
    return words.split("|")


_READY = {
    language: (
        _split(_FRAMES[language]),
        {name: _split(words) for name, words in {**_SHARED, **slots}.items()},
    )
    for language, slots in _SLOTS.items()
}
_NAMES = [f"{first} {last}" for first in _split(_FIRST) for last in _split(_LAST)]


def say(language: str, unit: str, day: date, dice: Random) -> str:
    """A comment; one in eight names what is in the news that week."""
    frames, slots = _READY[language]
    filled = {name: words[int(dice.random() * len(words))] for name, words in slots.items()}
    said = frames[int(dice.random() * len(frames))].format(unit=unit, **filled).strip()
    if dice.random() < 0.125:
        said += f" ({_NEWS[day.toordinal() // 7 % len(_NEWS)]} {day.isocalendar().week % 5 + 1})"
    return said


def author(platform: str, dice: Random) -> dict[str, str | int]:
    """Who says it; a few say a lot."""
    number = min(int(300 * dice.paretovariate(0.25)), 9_999_999)
    name = _NAMES[number % len(_NAMES)]
    handle = f"{name.split()[0].lower()}{number}"
    return {
        "id": f"{platform}-{number}",
        "name": name,
        "handle": handle,
        "followers": number * 7919 % 5_000,
    }


def organisation() -> Organisation:
    """The teams of all markets, and where comments come from."""
    return Organisation(
        zone=ZoneInfo("Europe/London"),
        triage_channel="C0TRIAGE",
        managers=frozenset({"U0MANAGER"}),
        departments=DEPARTMENTS,
        sources=tuple(
            Source(
                key=f"{platform}:brand-{market.region}",
                platform=platform,
                account=f"@brand.{market.region}",
                region=market.region,
            )
            for market in MARKETS
            for platform in PLATFORMS
        ),
        teams=tuple(_team(dept, market) for market in MARKETS for dept in DEPARTMENTS),
    )


def _team(department: str, market: Market) -> Team:
    key = f"{department}-{market.region}"
    place = key.replace("-", "").upper()
    hours = parse_hours(market.hours)
    return Team(
        key=key,
        name=f"{department.title()} {market.region.upper()}",
        department=department,
        channel=f"C0{place}",
        regions=frozenset({market.region}),
        lead=f"U0{place}0",
        members=frozenset(f"U0{place}{n}" for n in range(PEOPLE)),
        zone=ZoneInfo(market.zone),
        hours=WorkWeek(days=hours.days, closed=frozenset({date(2025, 12, 25), date(2026, 1, 1)})),
        claim_within=timedelta(hours=1 if department == "service" else 3),
        resolve_within=timedelta(hours=9),
        promises={Priority.URGENT: Promise(timedelta(minutes=20), timedelta(hours=3))},
        expires_after=timedelta(hours=12) if department == "service" else None,
        digest_at=time(9),
    )
