"""How the page of a digest looks: by day and by night, on a phone, and on paper."""

from bot.ui.charts import palette

_COLOURS = """
:root{color-scheme:light dark;--ground:#f5f4f2;--card:#fff;--text:#1d1c1d;--quiet:#5d5a61;
--line:#e3e0dd;--accent:#0067a3;--late:#b3261e;--late-soft:#fdecea;--warned:#8a5300;
--warned-soft:#fdf3dc;--good:#18703f;--soft:#efedea}
"""
_NIGHT = """
--ground:#141316;--card:#1e1d21;--text:#eceaf0;--quiet:#aba7b3;--line:#36343c;--accent:#7cc0ee;
--late:#ff9d93;--late-soft:#3a2020;--warned:#f2bd5c;--warned-soft:#352a15;--good:#76d49d;
--soft:#29272d
"""
_SHAPES = """
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--text);line-height:1.5;
font:1rem/1.5 system-ui,-apple-system,"Segoe UI","Noto Sans","Noto Sans CJK SC","Noto Sans CJK JP",
"Noto Sans CJK KR",sans-serif;overflow-wrap:anywhere}
main,header,footer{max-width:66rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2.75rem}
h1{font-size:1.05rem;font-weight:600;color:var(--quiet);margin:0}
.headline{font-size:1.9rem;line-height:1.22;font-weight:650;letter-spacing:-.015em;
margin:.3rem 0 .7rem;overflow-wrap:normal}
.headline span{display:inline-block}
.when{color:var(--quiet);margin:0 0 1.75rem;font-size:.925rem}
h2{font-size:1.02rem;margin:0 0 .9rem;font-weight:650}
h2 small{font-weight:400;color:var(--quiet);font-size:.85rem;margin-left:.4rem}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;
padding:1.25rem 1.4rem;margin:0 0 1rem;min-width:0}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:1rem;align-items:stretch}
.pair section{margin:0}.pair{margin:0 0 1rem}
.pair>:only-child{grid-column:1/-1}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.2rem,1fr));gap:1px;margin:0;
background:var(--line);border:1px solid var(--line);border-radius:14px;overflow:hidden}
.tiles div{background:var(--card);padding:.95rem 1.15rem 1rem;display:flex;
flex-direction:column}
.tiles dt{order:2;font-size:.875rem}
.tiles dd{margin:0;order:1;font-size:1.95rem;line-height:1.15;font-weight:650;
font-variant-numeric:tabular-nums;letter-spacing:-.02em}
.tiles dd.beside{order:3;font-size:.8rem;font-weight:400;color:var(--quiet);line-height:1.4;
letter-spacing:0}
.tiles .late{background:var(--late-soft)}.tiles .late dd:not(.beside){color:var(--late)}
.tiles .warned{background:var(--warned-soft)}.tiles .warned dd:not(.beside){color:var(--warned)}
.label{font-size:.8rem;color:var(--quiet);margin:0 0 .4rem .2rem;font-weight:600}
.numbers .label~.label{margin-top:1.15rem}
.numbers{margin:0 0 1rem}
.further{list-style:none;margin:.7rem 0 0;padding:0 .2rem;display:flex;flex-wrap:wrap;
gap:.1rem 1.4rem;font-size:.9rem;color:var(--quiet)}
.further b{color:var(--text);font-weight:600}
.scroll{overflow-x:auto;margin:0 -.4rem;background:
linear-gradient(to right,var(--card) 45%,transparent) local 0 0/2.5rem 100% no-repeat,
linear-gradient(to left,var(--card) 45%,transparent) local 100% 0/2.5rem 100% no-repeat,
linear-gradient(to right,var(--line),transparent) 0 0/.9rem 100% no-repeat,
linear-gradient(to left,var(--line),transparent) 100% 0/.9rem 100% no-repeat}
.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:6px}
table{border-collapse:collapse;width:100%;font-size:.925rem;font-variant-numeric:tabular-nums;
overflow-wrap:break-word}
caption{text-align:left;font-size:.8rem;color:var(--quiet);caption-side:bottom;
padding:.7rem .4rem 0}
th,td{padding:.5rem .4rem;text-align:right;vertical-align:baseline;
border-top:1px solid var(--line)}
thead th{border-top:0;font-size:.8rem;font-weight:500;color:var(--quiet);padding-top:0;
vertical-align:bottom;overflow-wrap:normal}
td{white-space:nowrap}
th:first-child,td.text,th.text{text-align:left;white-space:normal;min-width:4.6rem}
tbody th,tfoot th{font-weight:500}
tfoot th,tfoot td{font-weight:650}
td small{display:block;color:var(--quiet);font-size:.78rem;line-height:1.3}
td.late{color:var(--late);font-weight:650}
.cases{list-style:none;margin:0;padding:0}
.cases li{padding:.8rem 0 .85rem;border-top:1px solid var(--line)}
.cases li:first-child{border-top:0;padding-top:0}
.cases li:last-child{padding-bottom:0}
.cases p{margin:0}
.about{font-size:.925rem}
.about b{font-weight:650}
.said{margin:.2rem 0 0;padding:0;quotes:"“" "”"}
.by{color:var(--quiet);font-size:.85rem}
.tag{display:inline-block;padding:.02rem .55rem;border-radius:99px;background:var(--soft);
font-size:.8rem;font-weight:550;margin:0 .15rem;white-space:nowrap}
.tag.late{background:var(--late-soft);color:var(--late)}
.tag.waiting{background:var(--warned-soft);color:var(--warned)}
.bars{list-style:none;margin:0;padding:0;display:grid;gap:.75rem}
.bars div{display:flex;justify-content:space-between;gap:1rem;font-size:.925rem}
.bars div b{font-variant-numeric:tabular-nums;font-weight:650}
.bars svg{display:block;width:100%;height:9px;margin-top:.25rem;border-radius:5px;
background:var(--soft)}
.bars rect{fill:var(--accent)}
.bars small{color:var(--quiet);font-weight:400}
.note{margin:.9rem 0 0;font-size:.9rem;color:var(--quiet)}
.note.warned{color:var(--warned);background:var(--warned-soft);padding:.6rem .8rem;
border-radius:9px}
.list{margin:0;padding:0;list-style:none;display:grid;gap:.5rem;font-size:.95rem}
.list small{color:var(--quiet);font-size:.85rem}
q{quotes:"“" "”"}
a{color:var(--accent)}
figure{margin:0;text-align:center}
figure svg{width:100%;max-width:30rem;height:auto;display:block;margin:0 auto}
.aloud{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.quiet{font-size:1.05rem;margin:0}
footer{color:var(--quiet);font-size:.85rem;padding-top:.6rem;padding-bottom:3rem}
footer p{margin:.2rem 0}
@media (max-width:46rem){
main,header,footer{padding-left:.85rem;padding-right:.85rem}
header{padding-top:1.5rem}
.headline{font-size:1.5rem}
.pair{grid-template-columns:1fr}
section{padding:1.05rem 1rem}
.tiles{grid-template-columns:repeat(2,1fr)}
.tiles.three{grid-template-columns:repeat(3,1fr)}
.tiles div{padding:.75rem .8rem .8rem}
.tiles dd{font-size:1.6rem}
th,td{padding:.45rem .22rem}
.wide{display:none}
table{font-size:.85rem}
thead th{font-size:.72rem}
}
@media print{
@page{margin:14mm}
:root{color-scheme:light}
body{background:#fff;font-size:10pt}
main,header,footer{padding:0;max-width:none}
header{padding-top:0}
.headline{font-size:17pt}
section,.tiles{break-inside:avoid;border-color:#ccc}
section{padding:.8rem 1rem}
.scroll{overflow:visible;background:none}
tr,li{break-inside:avoid}
a{color:inherit}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
"""
# The drawings have colours for a white ground; the night changes all but those of the numbers.
_DRAWINGS_AT_NIGHT = f"""
figure rect[fill="{palette.GROUND}"]{{fill:var(--card)}}
figure text[fill="{palette.TEXT}"]{{fill:var(--text)}}
figure text[fill="{palette.QUIET}"]{{fill:var(--quiet)}}
figure text[stroke]{{stroke:var(--card)}}
figure line[stroke="{palette.GRID}"]{{stroke:var(--line)}}
figure line[stroke="{palette.TEXT}"]{{stroke:var(--quiet)}}
"""

STYLE = (
    _COLOURS
    + _SHAPES
    + f"@media screen and (prefers-color-scheme:dark){{:root{{{_NIGHT.strip()}}}{_DRAWINGS_AT_NIGHT}}}\n"
)
