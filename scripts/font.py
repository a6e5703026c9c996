"""Make the font that pictures are drawn with: the characters of everyday names, in one small file.

It needs fonttools, and two fonts as Debian's packages fonts-noto-cjk and fonts-noto-core bring them:

    python -m pip install fonttools
    python scripts/font.py NotoSansCJK-Regular.ttc NotoSans-Regular.ttf
"""

import argparse
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTCollection, TTFont

PLACE = Path(__file__).resolve().parent.parent / "bot" / "ui" / "charts" / "fonts" / "names.otf"
FAMILY = "Crosstalk Names"
# Latin with its accents, Greek, Cyrillic, punctuation, money, arrows, shapes.
WESTERN = (
    range(0x20, 0x7F), range(0xA0, 0x250), range(0x370, 0x400), range(0x400, 0x530),
    range(0x1E00, 0x1F00), range(0x2000, 0x2070), range(0x20A0, 0x20C0), range(0x2100, 0x2200),
    range(0x2460, 0x2500), range(0x25A0, 0x2700),
)  # fmt: skip
# Eastern punctuation, kana, full and half widths.
EASTERN = (range(0x3000, 0x3130), range(0x31F0, 0x3200), range(0xFF00, 0xFFF0))
HANGUL = range(0xAC00, 0xD7A4)
CANTONESE = "嘅咗喺啲嚟冇哋佢乜嘢咩攞揾嗰瞓啱嗌嘥孖攰咁咪唔啩噉嘞囉喎喇掂搵氹冚"
# The lead bytes of the commonly used part of Big5.
BIG5_COMMON = range(0xA4, 0xC7)


def characters(codec: str, leads: Iterable[int] = range(0x81, 0xFF)) -> Iterator[int]:
    """The code points that a character set of two bytes can write."""
    for lead in leads:
        for trail in range(0x40, 0xFF):
            try:
                text = bytes((lead, trail)).decode(codec)
            except UnicodeDecodeError:
                continue
            if len(text) == 1 and unicodedata.category(text) != "Co":
                yield ord(text)


def eastern(faces: dict[str, dict[int, str]], without: set[int]) -> dict[int, str]:
    """The glyph of each character, in the shape of the first region that writes it every day."""
    wanted = [
        # Korean writes Western signs as narrow as English does.
        (faces["KR"], (code for block in (*WESTERN, HANGUL) for code in block)),
        (faces["SC"], (code for block in EASTERN for code in block)),
        (faces["SC"], characters("gb2312")),
        (faces["TC"], characters("big5", BIG5_COMMON)),
        (faces["HK"], map(ord, CANTONESE)),
        (faces["JP"], characters("euc_jp")),
    ]
    found: dict[int, str] = {}
    for face, codes in wanted:
        for code in codes:
            if code in face and code not in without:
                found.setdefault(code, face[code])
    return found


def small(font: TTFont, glyphs: dict[int, str]) -> None:
    """Leave nothing in *font* but *glyphs*, and no tables that only finer layouts read."""
    for table in font["cmap"].tables:
        if table.isUnicode() and hasattr(table, "cmap"):
            table.cmap = dict(glyphs)
    options = subset.Options(
        hinting=False,
        layout_features=[],
        drop_tables=["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "DSIG"],
        notdef_outline=True,
        name_IDs=[0, 1, 2, 4, 6, 13, 14],
    )
    worker = subset.Subsetter(options)
    worker.populate(unicodes=glyphs)
    worker.subset(font)


def add(font: TTFont, western: TTFont, codes: Iterable[int]) -> None:
    """Draw the characters *codes* of *western* into *font*, whose glyphs have numbers for names."""
    top: Any = font["CFF "].cff.topDictIndex[0]
    strings, shapes = top.CharStrings, western.getGlyphSet()
    order = font.getGlyphOrder()
    taken = set(order)
    free = (name for number in range(1, 65536) if (name := f"cid{number:05d}") not in taken)
    # Every glyph belongs to a group with widths of its own; that of the box will do for all.
    group = top.FDSelect.gidArray[0]
    private = top.FDArray[group].Private
    named: dict[str, str] = {}
    for code in codes:
        source = western.getBestCmap()[code]
        if source not in named:
            named[source] = name = next(free)
            width, side = western["hmtx"][source]
            pen = T2CharStringPen(width, shapes)
            shapes[source].draw(pen)
            drawn = pen.getCharString(private=private, globalSubrs=top.GlobalSubrs)
            # A width is written as its distance from the group's.
            drawn.program[0] = width - private.nominalWidthX
            strings.charStringsIndex.append(drawn)
            strings.charStrings[name] = len(strings.charStringsIndex) - 1
            top.FDSelect.gidArray.append(group)
            order.append(name)
            font["hmtx"][name] = (width, side)
        for table in font["cmap"].tables:
            if table.isUnicode() and hasattr(table, "cmap"):
                table.cmap[code] = named[source]
    top.charset = order
    font.setGlyphOrder(order)


def main() -> None:
    """Read the two fonts, write the one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collection", type=Path, help="NotoSansCJK-Regular.ttc")
    parser.add_argument("western", type=Path, help="NotoSans-Regular.ttf")
    given = parser.parse_args()
    fonts: list[TTFont] = TTCollection(given.collection).fonts
    named = {font["name"].getDebugName(1): font.getBestCmap() for font in fonts}
    faces = {name.split()[-1]: cmap for name, cmap in named.items() if "Mono" not in name}
    western = TTFont(given.western)
    codes = [code for block in WESTERN for code in block if code in western.getBestCmap()]
    glyphs = eastern(faces, set(codes))
    font = fonts[0]
    font.recalcTimestamp = False
    small(font, glyphs)
    add(font, western, codes)
    notice = f"{font['name'].getDebugName(0)} {western['name'].getDebugName(0)}"
    for number, text in {0: notice, 1: FAMILY, 4: FAMILY, 6: FAMILY.replace(" ", "")}.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font.save(PLACE, reorderTables=None)
    print(
        f"{PLACE.name}: {len(glyphs) + len(codes)} characters, {PLACE.stat().st_size / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main()
