"""Bytes of unknown encoding become text: every candidate decodes strictly, the most plausible Chinese wins.

GB18030 and Big5 share most of their byte pairs, so that both often decode without an error; the wrong one then shows
rare characters. The measure is the share of characters that Chinese writing is full of. Read with the right encoding,
work reports score 0.75 to 0.9; read with the wrong one, below 0.1 (tests/test_readers_encoding.py).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter

from ingest.readers.base import Parsed, shown
from ingest.readers.magic import what_is
from rag.errors import FileError

# The 600 commonest characters of jieba's word list, weighted by its frequencies (77% of its running text), and the
# Traditional forms of 216 of them (opencc s2t).
_COMMON = frozenset(
    "一是人了不在有大中国和为这上他个地年来我会以到时要出的生学说道民家子也成行下们于后就发自之对得主长可过天作分方用多你着部能市等业全"
    "里工公经本都而高政法面门动日进区事代那去心小同北定开产前其军还然起种所如现理机体表力好外与文当两实重新三么只山水关明从化平建又制南"
    "内西没此将员名手最东头者月间无安看见各城十相但已些正口通想度加第她合院物性战由位常点海意场武使次二向治因立数样身情入原问把路被并利"
    "石老教万知级量任江及应省资委务元美特期世湖回系比气汉总展电科金先声提品设或义王社很统处四首共马形己儿司太目基领队直计别女权话少流命"
    "至报米给打变果书清活几州华解议更称程今决张导术府才保交放管结师便走达族反再题色五京河接条规式县白它改风光运信受什组听布百济党指论强"
    "做取技黄神选记斯真却职号界件花类何眼兵传带空干农边据集联古广完质阳难增历史专官每住商即步认车台林必死游举线言皇土团收考求德叫近备研"
    "争非具李众连调感转笑革该持始英克士尔让拉思根格造较际亲单朝红型价校约器字段周亚深候则功属积快图火千准究往极育装许参半令吃观鱼精办像"
    "帝八复影告远群包整构料随划算象容示投势热值夫网望源息语股铁断派速怎需片爱律纪支早况病境证编越局推满且列觉服双未居除乐企引标确织初青"
    "志率项飞球节察龙响药站施均消客失轻存低甚般击曾防请离落显罗营足素视护副食创余照兴占巴虽洲村费易试星木黑左宝置跟央识维采六底宫房音环"
    "案批切斗富乡另倒若按查故突责严"
    "國爲這個來會時學說們於後發對長過業裏經門動進區開產軍還種現機體與當兩實麼關從內沒將員東頭間無見戰點場數樣問並萬級應資務氣漢總電聲設"
    "義統處馬兒領隊計别權話報給變書幾華議稱決張導術結師達題條規縣風運組聽濟黨論強黃選記卻職號類傳帶幹農邊據聯廣質陽難歷專認車臺遊舉線團"
    "備爭衆連調轉該爾讓較際親單紅價約亞則屬積圖準極裝許參喫觀魚辦復遠羣構隨劃勢熱網語鐵斷愛紀況證編滿覺雙樂標確織項飛節龍響藥輕擊請離顯"
    "羅營視護創餘興佔雖費試寶識維採宮環鬥鄉責嚴"
    "為眾裡"  # as Big5 has them, beside opencc's 爲衆裏
    # What reports are punctuated and counted with, beside ASCII.
    "　、。，；：？！“”‘’（）《》〈〉【】〔〕「」『』·—…％～－＋×℃㎡①②③④⑤⑥⑦⑧⑨⑩０１２３４５６７８９"
)

PLAUSIBLE = 0.35
"""Least score of a text in a legacy encoding: between what right and wrong decoding score."""

SURE = 0.66
"""Score of a strictly valid text that no other encoding can be plausible for, so that no more are tried."""

DAMAGED = 0.005
"""Largest share of characters that may be undecodable: a byte lost in saving costs a character or two, not the file."""

BINARY = 0.002
"""Largest share of control characters in text; a program or an image has 10 to 50%."""

SAMPLE = 1 << 16
"""Bytes looked at to choose an encoding, from the first byte that is not ASCII."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 BOM"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),  # before UTF-16, whose BOM it begins with
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)

# Codec and what the person is told; in order of preference where plausibility is equal.
_CANDIDATES = {
    "utf-8": "UTF-8",
    "gb18030": "GB18030",
    "cp950": "Big5",
    "big5hkscs": "Big5",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}

_ASCII = re.compile("[\x00-\x7f]+")
_NOT_ASCII = re.compile(rb"[\x80-\xff]|\x00")
_THREE_BYTES = re.compile("[\u0800-\U0010ffff]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")


def decode(data: bytes, name: str, *, declared: str = "") -> Parsed:
    """Text of `data`, with the encoding that was found; `declared` is a codec that a web page names.

    Raises FileError where the bytes are not text (a renamed program, image, archive) or no encoding is plausible.
    """
    _check_magic(data, name)
    parsed = _by_mark(data, name) or _as_utf8(data) or _most_plausible(data, declared)
    if parsed is None and not data.count(0) and _control_share(data.decode("latin-1")) < BINARY:
        raise FileError(f"看不出“{shown(name)}”的文字编码，或内容已损坏", "请用记事本打开，另存为 UTF-8 编码再添加")
    if parsed is None or _control_share(parsed.text) > BINARY:
        hint = "请选择文字版的报告；如果改过扩展名，请改回原来的"
        raise FileError(f"“{shown(name)}”不是文本文件，里面是二进制内容", hint)
    return parsed


def _check_magic(data: bytes, name: str) -> None:
    """Raise FileError where the first bytes tell that a file is no plain text, whatever its name says."""
    if magic := what_is(data):
        hint = f"把扩展名改为 {magic.suffix} 再添加" if magic.suffix else "请选择文字版的报告"
        raise FileError(f"“{shown(name)}”其实是{magic.what}，不是文本文件", hint)


def score(text: str) -> float:
    """Plausibility as Chinese, 0 to 1: share of common characters less that of impossible ones, ASCII left out.

    Where the common ones are few already, the others are not looked at.
    """
    foreign = _ASCII.sub("", text)
    counts = Counter(foreign)
    common = sum(counts[char] for char in counts.keys() & _COMMON)
    if common <= PLAUSIBLE / 3 * len(foreign):
        return common / max(1, len(foreign))
    odd = sum(n for char, n in counts.items() if char not in _COMMON and _is_impossible(char))
    return max(0.0, (common - odd) / len(foreign))


def _is_impossible(char: str) -> bool:
    return char == "\ufffd" or unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs")


def _by_mark(data: bytes, name: str) -> Parsed | None:
    """Text after a byte order mark, which settles the encoding; None without one."""
    for mark, codec, label in _MARKS:
        if data.startswith(mark):
            parsed = _strict(data[len(mark) :], codec, label) or _mended(data[len(mark) :], codec, label)
            if parsed is None:
                raise FileError(
                    f"“{shown(name)}”标明是 {label} 编码，内容却对不上", "文件可能已损坏，请重新另存为 UTF-8"
                )
            return parsed
    return None


def _as_utf8(data: bytes) -> Parsed | None:
    """Text where the bytes are ASCII, or valid UTF-8 with a three-byte character.

    Other encodings pass as UTF-8 by chance only when a few bytes long, and then as two-byte characters (`联通` in
    GB18030).
    """
    parsed = _strict(data, "utf-8", "UTF-8")
    sure = parsed is not None and (parsed.text.isascii() or _THREE_BYTES.search(parsed.text))
    return parsed if sure and b"\0" not in data else None


def _most_plausible(data: bytes, declared: str) -> Parsed | None:
    """Text by the candidate that reads most like Chinese; a strictly valid reading goes before a damaged one."""
    foreign = _NOT_ASCII.search(data)
    begin = foreign.start() & ~1 if foreign else 0  # even, for UTF-16
    sample = data[begin : begin + SAMPLE]
    scores: dict[str, float] = {}
    for codec, label in _CANDIDATES.items():
        scores[codec] = score(_sampled(sample, codec))
        if scores[codec] >= SURE and (parsed := _strict(data, codec, label)):
            return parsed
    ranked = sorted((c for c in _CANDIDATES if scores[c] >= PLAUSIBLE or c == declared), key=lambda c: -scores[c])
    for reading in (_strict, _mended):
        for codec in ranked:
            parsed = reading(data, codec, _CANDIDATES[codec])
            if parsed:
                return parsed
    return None


def _sampled(sample: bytes, codec: str) -> str:
    """The sample's text; a character cut at its end is left out, bad bytes are U+FFFD."""
    return codecs.getincrementaldecoder(codec)("replace").decode(sample)


def _strict(data: bytes, codec: str, label: str) -> Parsed | None:
    try:
        return Parsed(data.decode(codec), label)
    except UnicodeDecodeError:
        return None


def _mended(data: bytes, codec: str, label: str) -> Parsed | None:
    """Text with U+FFFD for undecodable bytes, where these are few."""
    text = data.decode(codec, "replace")
    damaged = text.count("\ufffd")
    return Parsed(text, f"{label}（{damaged} 处损坏）") if damaged <= max(2, DAMAGED * len(text)) else None


def _control_share(text: str) -> float:
    return 1 - len(_CONTROLS.sub("", text)) / max(1, len(text))
