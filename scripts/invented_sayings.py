"""What the customers of the invented weeks write, and how the demo's teams work."""

from typing import NamedTuple

SERVICE, UK_SERVICE, MARKETING = "service-hk", "service-uk", "marketing-hk"


class Saying(NamedTuple):
    """What a customer might write, and where."""

    source: str
    language: str
    text: str
    names: str


class Pace(NamedTuple):
    """How a team works: who, and how many minutes to a claim and from there to the end."""

    people: tuple[str, ...]
    claim: tuple[int, int]
    resolve: tuple[int, int]


_CANTONESE = "Ah Keung,張太,Ka Yan,阿Ben,陳生,Mei Mei,何師奶,Lok Lok,阿樂,Suki"
_MANDARIN = "阿杰在路上,小鱼,木子,晚风,南门吹雪,大橙子"
_JAPANESE = "みなと,はるか,ゆう,こうた"
_ENGLISH = "Priscilla Wu,Jonas Berg,Sam Porter,Anita Rao,Kit,Marcus Lee,Dana Flint,Oli"

HK = tuple(
    Saying(*each)
    for each in (
        ("facebook-hk", "zh-Hant", "訂咗部 Orrin 5 成個星期，送貨仲未到，邊度可以查？", _CANTONESE),
        ("instagram-hk", "zh-Hant", "Pip 左邊突然冇聲，可以換機嗎？", _CANTONESE),
        ("facebook-hk", "zh-Hant", "客服熱線打咗三次都冇人聽。", _CANTONESE),
        ("facebook-hk", "zh-Hant", "Orrin 5 跌親個鏡，維修要幾多日？", _CANTONESE),
        ("instagram-hk", "zh-Hant", "買錯顏色，未拆盒，可唔可以退貨？", _CANTONESE),
        ("weibo-hk", "zh-Hans", "快递显示已签收，但我没有收到，请帮忙查一下。", _MANDARIN),
        ("weibo-hk", "zh-Hans", "Orrin 5 想换货，官网客服一直排队。", _MANDARIN),
        ("facebook-hk", "ja", "Orrin 5 を修理に出して二週間、まだ連絡がありません。", _JAPANESE),
        (
            "instagram-hk",
            "en",
            "The courier left my Orrin 5 with a neighbour I do not have.",
            _ENGLISH,
        ),
        (
            "facebook-hk",
            "en",
            "No reply to two letters about my Orrin 5's warranty. Anybody there?",
            _ENGLISH,
        ),
        ("facebook-hk", "en", "My Hearth speaker cuts out whenever the kettle is on.", _ENGLISH),
    )
)
BATTERY = tuple(
    Saying(*each)
    for each in (
        ("facebook-hk", "zh-Hant", "更新完部 Orrin 5，電池半日就冇電，想維修。", _CANTONESE),
        ("instagram-hk", "zh-Hant", "Orrin 5 電池跌得好快，可以換機嗎？", _CANTONESE),
        (
            "facebook-hk",
            "en",
            "Since Friday's update my Orrin 5's battery is flat by lunch. Repair?",
            _ENGLISH,
        ),
        ("facebook-hk", "zh-Hant", "部手機瞓醒剩返 20%，電池係咪有事？要退款。", _CANTONESE),
        ("weibo-hk", "zh-Hans", "升级后 Orrin 5 电池掉得飞快，想退货。", _MANDARIN),
        (
            "instagram-hk",
            "en",
            "Battery at 30 % before I am at work. I want a replacement.",
            _ENGLISH,
        ),
        ("facebook-hk", "zh-Hant", "電池一日要叉三次，客服冇人覆。", _CANTONESE),
        ("facebook-hk", "en", "I want my money back: this battery is no battery.", _ENGLISH),
        ("instagram-hk", "en", "Is a repair free when an update eats the battery?", _ENGLISH),
        ("facebook-hk", "en", "Still waiting for a word about the battery.", _ENGLISH),
        (
            "facebook-hk",
            "ja",
            "更新後、バッテリーが半日もちません。交換できますか。",
            _JAPANESE,
        ),
    )
)
PRAISE = tuple(
    Saying(*each)
    for each in (
        ("instagram-hk", "zh-Hant", "旺角嗰個廣告好靚，多謝！", _CANTONESE),
        ("weibo-hk", "zh-Hans", "太棒了，朋友都想要。", _MANDARIN),
        ("facebook-hk", "zh-Hant", "學生有冇優惠？", _CANTONESE),
    )
)
VOUCHER = Saying("instagram-hk", "en", "My voucher came without its code.", _ENGLISH)
UK = tuple(
    Saying(*each)
    for each in (
        ("facebook-uk", "en", "Where is my parcel? Ordered on the 2nd.", _ENGLISH),
        ("x", "en", "Two weeks and no reply from support.", _ENGLISH),
        (
            "x",
            "es",
            "Mis auriculares Pip ya no cargan. Quiero un reembolso.",
            "Lucía Ruiz,Iker,Nuria",
        ),
        ("instagram-uk", "en", "The large-text mode is brilliant. Thank you!", _ENGLISH),
        ("youtube", "en", "I am waiting for a discount on the Drift.", _ENGLISH),
        ("youtube", "en", "The camera of the Orrin 5 is amazing at night.", _ENGLISH),
        ("facebook-uk", "en", "Screen cracked on day three. Does the warranty help?", _ENGLISH),
    )
)

PACES = {
    SERVICE: Pace(("U0WING", "U0WING", "U0CHLOE"), (3, 28), (25, 330)),
    UK_SERVICE: Pace(("U0OLIVIA", "U0OLIVIA", "U0TOM"), (4, 40), (40, 210)),
    MARKETING: Pace(("U0CHLOE",), (10, 100), (30, 180)),
    "marketing-uk": Pace(("U0TOM",), (15, 140), (40, 200)),
    "product-mobile": Pace(("U0PRIYA",), (25, 230), (120, 620)),
    "product-audio": Pace(("U0KENJI",), (20, 210), (90, 560)),
}
FACTS = (
    "Known since the last update; the fix comes on Thursday.",
    "The spare part is in stock.",
    "The courier has found it and brings it tomorrow.",
)
