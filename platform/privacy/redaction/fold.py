"""Spellings made alike, one code point for one code point.

Every view of a text has exactly as many code points as the text, so that an offset found in
one of them holds in all. Unicode NFKC as a whole does not promise that (one ligature becomes
two letters), hence only the mappings from one code point to one are taken from it.
Reference: Unicode Standard Annex 15.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MASK: Final = "\ufffc"
"""Stands for text that is out of bounds (a placeholder): no pattern may match across it."""

INVISIBLE: Final = "\u200b"
"""All zero-width characters and the parts of keycap emoji become this one."""

HAN_DIGITS: Final[dict[str, str]] = {
    **dict(zip("零〇○一二三四五六七八九", "000123456789", strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖幺", "1234567891", strict=True)),
    **dict(zip("貳參陸", "236", strict=True)),
}
"""Han numerals that people write for single digits; 幺 is the spoken 1, 大写 are the bank's."""

_RANGES: Final = (
    (0x00A0, 0x0100),  # no-break space, superscripts
    (0x2000, 0x2100),  # spaces, superscripts and subscripts
    (0x2460, 0x24EB),  # circled letters and digits
    (0x3000, 0x3001),  # ideographic space
    (0xFE10, 0xFE70),  # small and vertical forms
    (0xFF01, 0xFFEF),  # full-width ASCII
    (0x1D7CE, 0x1D800),  # mathematical digits
)
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_CIRCLED_ZERO_AND_DINGBATS: Final = {
    "⓪": "0",
    **{chr(0x2776 + i): str(i + 1) for i in range(9)},
    **{chr(0x2780 + i): str(i + 1) for i in range(9)},
    **{chr(0x278A + i): str(i + 1) for i in range(9)},
}
_ZERO_WIDTH: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0e\ufe0f\u20e3"


def _fold_table() -> dict[int, str]:
    table: dict[int, str] = {}
    for low, high in _RANGES:
        for point in range(low, high):
            folded = unicodedata.normalize("NFKC", chr(point))
            if len(folded) == 1 and folded != chr(point):
                table[point] = folded
    table.update({ord(dash): "-" for dash in _DASHES})
    table.update({ord(char): digit for char, digit in _CIRCLED_ZERO_AND_DINGBATS.items()})
    table.update({ord(char): INVISIBLE for char in _ZERO_WIDTH})
    return table


_FOLD: Final = _fold_table()
# Characters of cue words, addresses and surnames only: the rules are written in simplified ones.
_TRADITIONAL: Final = dict(
    zip(
        map(
            ord,
            "電話機號碼聯繫絡寄發貨員戶帳賬單訂編運遞證護轉撥傳簡據銀儲網學師聽這裡個們還沒從為過說請給寫實"
            "車牌門樓層棟幢區縣鄉鎮鐵東灣龍廣場園號蘇滬貴遼贛魯閩陝內陳張劉楊黃趙吳孫馬鄭謝許韓馮鄧蕭蔣"
            "葉呂盧薑譚陸範賈韋鄒薛閻顧龔萬錢嚴湯莊魯歐倫關蘭賴羅寶連鍾齊龐顏紀費藍駱華竇黨應衛買賣"
            "訊詢務庫體倉驗簽購屬樂點圖視頻記憶時間後達來嗎麼與動產邊國壓縣圍脖紅書貼訪問圓順郵豐際開維權導購閨鄰醫彌頭當題",
        ),
        "电话机号码联系络寄发货员户帐账单订编运递证护转拨传简据银储网学师听这里个们还没从为过说请给写实"
        "车牌门楼层栋幢区县乡镇铁东湾龙广场园号苏沪贵辽赣鲁闽陕内陈张刘杨黄赵吴孙马郑谢许韩冯邓萧蒋"
        "叶吕卢姜谭陆范贾韦邹薛阎顾龚万钱严汤庄鲁欧伦关兰赖罗宝连钟齐庞颜纪费蓝骆华窦党应卫买卖"
        "讯询务库体仓验签购属乐点图视频记忆时间后达来吗么与动产边国压县围脖红书贴访问圆顺邮丰际开维权导购闺邻医弥头当题",
        strict=True,
    )
)
# Only A-Z: str.lower() makes two code points of some letters (U+0130).
_LOWER: Final = {point: chr(point + 32) for point in range(ord("A"), ord("Z") + 1)} | _TRADITIONAL
SIMPLE: Final = _LOWER
"""From `folded` to `lower`."""
LOOK_ALIKES: Final = str.maketrans("\u017f\u0131\u0130\u212a", "siik")
"""Letters that a pattern which ignores case takes for ASCII ones."""
_LOOKS_ALIKE: Final = re.compile("[\u017f\u0131\u0130\u212a]")
_NUMERALS: Final = {ord(han): digit for han, digit in HAN_DIGITS.items()}
_HAS_DIGIT: Final = re.compile("[0-9]")


class Views:
    """One text in the spellings that the rules look at; all of the same length.

    folded: full-width letters and digits, odd spaces and dashes as ASCII.
    lower: folded, with A-Z in lower case and traditional characters as simplified ones.
    numerals: lower, with Han numerals as digits.
    has_digit: whether `numerals` holds a digit at all (most reviews hold none).
    """

    __slots__ = ("folded", "has_digit", "has_han", "lower", "numerals")

    def __init__(self, text: str) -> None:
        self.folded = text if text.isascii() else text.translate(_FOLD)
        self.lower = self.folded.translate(_LOWER)
        self.has_han = not self.lower.isascii() and bool(re.search("[\u4e00-\u9fff]", self.lower))
        self.numerals = self.lower.translate(_NUMERALS) if self.has_han else self.lower
        self.has_digit = _HAS_DIGIT.search(self.numerals) is not None

    def __len__(self) -> int:
        return len(self.folded)

    @property
    def key(self) -> str:
        """`lower`, with letters that are ASCII ones in another case as those."""
        return self.lower.translate(LOOK_ALIKES) if _LOOKS_ALIKE.search(self.lower) else self.lower

    def digits(self, start: int, end: int) -> str:
        """The digits between start and end, Han numerals included, separators left out."""
        return "".join(c for c in self.numerals[start:end] if "0" <= c <= "9")


def fold_key(value: str) -> str:
    """The form in which two spellings of one value compare equal (width, case, spaces)."""
    return "".join(value.translate(_FOLD).lower().replace(INVISIBLE, "").split())
