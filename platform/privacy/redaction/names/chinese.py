"""Chinese names in running text: what the tagger marks, held against surnames and words around.

The tagger alone takes brands and book characters for people and misses names it never saw, so its
mark counts for what the words around it make of it. Names after a clear cue word are found by the
rules of `recognisers.person_zh` without any tagger.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.names.lac import Tagged, Tagger
from privacy.redaction.names.surnames import COMPOUND, NOT_PEOPLE, SINGLE
from privacy.redaction.recogniser import words
from privacy.redaction.recognisers.person_zh import STOP, familiar
from privacy.redaction.spans import Span

_WHOLE: Final = 2_000  # characters; a review is shorter
_READ: Final = 4_500  # characters of a longer text
_AROUND: Final = 6  # characters of context on either side of a run
_MAY_HOLD: Final = re.compile(
    f"[\u4e00-\u9fff]{{0,40}}?[{''.join(sorted(SINGLE | frozenset(''.join(COMPOUND))))}]"
    f"[\u4e00-\u9fff]{{1,40}}"
)
_HAN_ONLY: Final = re.compile("[\u4e00-\u9fff]{1,5}")
_TITLES: Final = (
    "(?:先生|女士|小姐姐?|太太|夫人|同学|老师|师傅|大哥|大姐|阿姨|叔叔?|姐姐?|哥哥?|弟弟?|妹妹?"
    "|经理(?!人)"
    "|店长|主管|医生|大夫|护士|教练|主任|总监|总|工(?!作|艺)|老板|队长|组长|班长|司机|骑手|客服"
    "|主播"
    "|妈妈?|爸爸?|奶奶|爷爷|嫂子?|婶|伯)"
)
_TITLE: Final = re.compile(_TITLES)
_TITLE_ENDS: Final = re.compile(f"{_TITLES}$")
_JOINT: Final = "(?:上写的|写的)?(?:叫|是|名字叫)?[\\s:,(\\[《“\"'「【]{0,3}$"
_PERSON_BEFORE: Final = re.compile(
    "(?:我叫|是叫|名叫|叫做|姓名|名字|署名|落款|本人|我是|[货件系户卡单名保主机客收]人?:"
    "|[收寄取签下购联][货件单收系买]人|联系人|户名|持卡人|车主|机主|客服|售后|快递员?|快递小哥"
    "|配送员|外卖员?|小哥|骑手|师傅|店员|营业员|导购员?|服务员|店长|经理|主管|销售|顾问|主播|前台"
    "|技师|教练|老师|物业|保安|门卫|房东|业主|班长|组长|队长|群主|团长|代购|业务员|采购|跟单|签名|抬头"
    "|对接人|经办人|负责人|备注|爱人|[叔伯舅姑姨]|爷爷|奶奶|外婆|外公|姥姥|姥爷|医生|牙医|护士|司机|员工|专员|同事|同学|朋友|闺蜜|室友|邻居|隔壁|对象|男友"
    "|女友"
    "|老公|老婆|媳妇|儿子|女儿|闺女|孙子|孙女|外甥女?|侄子|侄女|弟弟|妹妹|哥哥?|姐姐?|爸爸?|妈妈?"
    f"|亲爱的|来自|寄给|转告){_JOINT}"
)
_PERHAPS_BEFORE: Final = re.compile(
    f"(?:感谢|谢谢|多谢|辛苦|投诉|表扬|点名|找|问|给|跟|和|与|联系|告诉|麻烦|祝|@|宝宝|孩子"
    f"|小朋友){_JOINT}"
)
_PERSON_AFTER: Final = re.compile(
    "\\s{0,2}[,。!、)\\]】」”\"']?(?:收|签收|代收|态度|服务|耐心|热情|专业|给我|帮我|跟我|告诉"
    "|推荐|说|讲"
    "|回复|解答|处理|介绍|打电话|送货|送来|安装|维修|骂|敷衍|不理|下周|昨天|今天|代签|已签|道歉|骗|催|经手|值班|派送|收货|收到|打来|反映|买的|两位|两人"
    "|的(?:快递|包裹|订单|服务|态度|推荐|耐心)|手机|电话|的电话|的号码"
    "|\\s?\\+?[0-9]{7})"
)
_GOODS_AFTER: Final = re.compile(
    "(?:牌|旗舰|专卖|官方|官网|正品|品牌|同款|代言|家的|家纺|集团|公司|股份|系列|专柜|这款|这双"
    "|这瓶"
    "|的?(?:鞋|酒|手机壳|表|包|茶|酱|凉茶|洗发|牙膏|面膜|口红|苹果|牛奶|酸奶|饼干|锅|刀|剪刀"
    "|耳机|电脑"
    "|音箱|空调|冰箱|电视|衣服|裤子|袜子|内裤|球鞋|跑鞋|手环|钻戒|项链|手链|月饼|粽子|辣条|零食"
    "|火锅"
    "|手办|公仔|玩偶|玩具|海报|专辑|周边|签名照|皮肤|头像|演唱会|粉丝|主演|传奇|的?金箍棒|豆腐|豆瓣|鸭脖|水饺|汤圆)|的(?:书|小说|诗|散文|作品|文字|文笔|歌|电影|翻译|文章|理论|故事))"
)
_DATA_BEFORE: Final = re.compile(
    r"(?:[0-9]{6}|[0-9a-z]@[a-z0-9.]{3,12}|号|室|楼)[\s,;:(\[]{1,3}$|[0-9]{7}$"
)
_DATA_AFTER: Final = re.compile(
    r"[\s,;:)\]/|]{0,3}(?:\+?[0-9]{6}|身份证|证件号|电话|手机|联系方式|地址|tel"
    r"|[\u4e00-\u9fff]{2,3}(?:省|市))"
)
_SYMBOL: Final = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff\ufffc]")
"""Emoji and placeholders: the tagger takes them for parts of names."""
_PET_BEFORE: Final = re.compile("(?:狗狗?|猫咪?|宠物|毛孩子|泰迪|金毛|柯基|喵|汪)[^,。!]{0,4}$")
_NOT_IN_NAMES: Final = frozenset(
    "的了是在不很吗呢吧啊呀你我他她它们这那个么什都就还又没说比款牌块件号楼路市区县佢咁哋嘅唔喺係着过把被让给挺谁哪"
)
_SHY: Final = frozenset("祝谢白高明和方金黄平温付包安车管应全时")
"""Surnames that stand before a title as often without being one (祝老板发财)."""
_NOUNS: Final = words("苹果 手机 老板 孩子 公主 饼干 小鸡 先生 女士 家人 大叔 大哥 店家 客服 快递")
_ADJECTIVES: Final = words(
    "洪亮 高明 明亮 方正 安静 温柔 白净 安宁 和平 平安 成熟 文静 康健 向阳 高贵 明朗 安心 高兴 "
    "温馨 和顺"
)
_SURE, _GOOD, _FAIR, _NEAR, _WEAK, _SLIGHT = 0.93, 0.7, 0.5, 0.35, 0.15, 0.03


class ChineseNames:
    """A source of spans for `Redactor(finders=...)`; needs a tagger that marks Chinese names."""

    types: frozenset[str] = frozenset({"PERSON"})

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger

    def find_many(self, views: Sequence[Views]) -> list[list[Span]]:
        """The names of each text; those without a Han character are not looked at."""
        found: list[list[Span]] = [[] for _ in views]
        read = [i for i, one in enumerate(views) if one.has_han]
        plain = [_SYMBOL.sub(",", views[i].lower) for i in read]
        parts = [
            (i, low, text[low:high])
            for i, text in zip(read, plain, strict=True)
            for low, high in _windows(text)
        ]
        tagged = self._tagger.tag([part for _, _, part in parts])
        for (i, low, _), marks in zip(parts, tagged, strict=True):
            text = views[i].lower
            judged = (_judged(text, (low + a, low + b, sure)) for a, b, sure in marks)
            found[i] += [span for span in judged if span]
        return found


def _windows(text: str) -> list[tuple[int, int]]:
    """What of a text the tagger reads: all of it up to `_WHOLE` characters.

    Of a longer one only the Chinese runs in which a name may stand, with what is around them, and
    `_READ` characters together at most; the cue rules of `recognisers.person_zh` read all of it.
    """
    if len(text) <= _WHOLE:
        return [(0, len(text))]
    windows: list[tuple[int, int]] = []
    left = _READ
    for run in _MAY_HOLD.finditer(text):
        low, high = max(0, run.start() - _AROUND), min(len(text), run.end() + _AROUND)
        if windows and low <= windows[-1][1]:
            low = windows[-1][1]
        high = min(high, low + left)
        if high <= low:
            break
        left -= high - low
        if windows and low == windows[-1][1]:
            windows[-1] = (windows[-1][0], high)
        else:
            windows.append((low, high))
    return windows


def _judged(text: str, mark: Tagged) -> Span | None:
    """The name in what the tagger marked, or None when it is no person's."""
    start, end, sure = _trimmed(text, mark)
    name = text[start:end]
    if not _HAN_ONLY.fullmatch(name) or any(char in _NOT_IN_NAMES for char in name):
        return None
    before, after = text[max(0, start - 14) : start], text[end : end + 10]
    titled = _TITLE.match(after) is not None
    if _no_person(text, start, end) or (_GOODS_AFTER.match(after) and not titled):
        return None
    beside = _DATA_AFTER.match(after) is not None or _DATA_BEFORE.search(before) is not None
    cued = titled or beside or _PERSON_BEFORE.search(before) is not None
    hinted = cued or bool(_PERSON_AFTER.match(after) or _PERHAPS_BEFORE.search(before))
    if _PET_BEFORE.search(before) or not _good_enough(name, sure, titled, cued, hinted):
        return None
    context = 0.2 if cued else 0.1 if hinted else 0.0
    score = round(min(0.95, 0.35 + 0.4 * sure + context), 2)
    return Span(*familiar(text, start, end), "PERSON", score, "person.zh_tagged")


def _no_person(text: str, start: int, end: int) -> bool:
    """Whether a brand or an ordinary word stands there (the mark may be a part of it)."""
    given = text[start + 1 : end]
    if given in _NOUNS or given in STOP or given in _ADJECTIVES:
        return True
    first = start - 1 if start and text[start - 1] in "小老阿" else start
    return any(
        text[at : at + size] in NOT_PEOPLE or text[at : at + size] in STOP
        for at in range(first, start + 1)
        for size in range(max(2, end - at), 5)
    )


def _good_enough(name: str, sure: float, titled: bool, cued: bool, hinted: bool) -> bool:
    compound = name[:2] in COMPOUND
    surname = compound or name[0] in SINGLE
    given = len(name) - (2 if compound else 1)
    if len(name) == 1:
        return titled and surname and sure >= (_SURE if name in _SHY else _NEAR)
    if name in _ADJECTIVES:
        return cued and sure >= _GOOD
    if surname and 1 <= given <= 2:
        # Two characters are a word more often than three.
        alone = _FAIR if given == 2 or compound else _GOOD
        near = _WEAK if given == 2 else _NEAR
        return sure >= (_SLIGHT if cued else near if hinted else alone)
    if surname and given == 3:
        return sure >= (_FAIR if cued else _SURE)
    return len(name) <= 3 and sure >= (_NEAR if cued else _GOOD if hinted else _SURE)


def _trimmed(text: str, mark: Tagged) -> Tagged:
    """Without marks and titles at its ends; "小王" and "老秦" without the first character."""
    start, end, sure = mark
    end = start + len(text[start:end].split("\n")[0])
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    title = _TITLE_ENDS.search(text, start, end) or _TITLE.match(text, start + 1, end)
    if title and title.start() > start:
        end = title.start()
    if end - start == 2 and text[start] in "小老阿" and text[start + 1] in SINGLE:
        start += 1
    return start, end, sure
