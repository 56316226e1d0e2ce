"""Chinese street addresses: from the place down to the door.

Sources: GB/T 23705-2009 (parts of an address: province, city, district, road, number, estate,
building, unit, room); GB/T 2260 (names of the provinces). The door end is certain (路88号,
3栋2单元501室), so a match begins there and is then drawn to the left over the place names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.recogniser import Hit, Recogniser, Rule

_NUM: Final = r"(?:[甲乙丙丁]?[0-9a-z]{1,5}(?:-[0-9]{1,4})?|[一二三四五六七八九十百]{1,4})"
_DOOR: Final = r"(?:号楼|号院|号|弄|栋|幢|座|单元|楼|层|室|房|户|门|舍|斋|梯|号?公寓)"
_BUILDING: Final = (
    r"(?:大厦|广场|中心|大楼|写字楼|公寓|公馆|花园|家园|小区|宿舍|商城|市场|酒店|国际|时代|科技园"
    r"|产业园|[东南西北中主副]塔|塔楼|[东南西北主副]楼|[东南西北]座|[园苑城府庄里湾郡庭院寓轩居阁邸])"
)
"""Last words of a building's name, before a room: 银行中心2906."""
_REST: Final = (
    rf"(?:[ ,\-]?[\u4e00-\u9fff]{{0,10}}?{_NUM}{_DOOR}(?:之[0-9]{{1,3}})?){{0,5}}(?:["
    rf" \-]?(?:[0-9]{{1,4}}(?:-[0-9]{{1,4}}){{1,2}}|[0-9]{{2,5}})(?![0-9]))?(?:-[0-9]{{1,5}})?"
    rf"(?:[\u4e00-\u9fff]{{2,10}}?(?:[a-z]?座?[0-9]{{1,4}}(?:-[0-9]{{1,4}}){{1,2}}"
    rf"|[a-z]座?[0-9]{{3,4}})(?![0-9]))?"
    rf"(?:[\u4e00-\u9fff]{{0,8}}?{_BUILDING}[a-z]?[0-9]{{3,4}}(?![0-9a-z元块米条件个]))?"
    r"(?:[\u4e00-\u9fff]{2,8}?(?:大厦|广场|大楼|写字楼|公寓|公馆|花园|家园|小区|宿舍|家属院"
    r"|大学|学校|医院|商城|市场|酒店|产业园))?"
    r"(?:[^\W0-9a-z的了对旁附近门那这就是有在取拿买开收送放等发到来和与也都谢要吗呢吧钱能会不没怎]{2,8}"
    r"(?=[\s,。;!]|$))?"
    r"(?:地下|地铺|铺)?"
)
_CORE: Final = re.compile(
    rf"(?:(?<=[路街道巷弄里村镇园苑坊段同屯营寨湾滩沟坝井庄区])\s?{_NUM}(?:号院|号楼"
    rf"|号(?![线店色机电柜台])|弄)(?:宿舍楼?|公寓楼?|写字楼)?(?:之[0-9]{{1,3}}"
    rf"|附[0-9]{{1,3}}号)?{_REST}"
    rf"|(?<=[园区苑城府庄里湾郡期])[a-z]?[0-9]{{1,3}}(?:栋|幢|号楼)(?![0-9间])"
    rf"|(?<=[园区苑城府庄里湾郡庭院寓期])[a-z]?[0-9]{{1,3}}-[0-9]{{1,2}}-[0-9]{{2,4}}(?![0-9])"
    rf"(?:室|号)?"
    rf"|(?<=[园区苑城府庄里湾郡庭院寓])[a-z]?[0-9]{{1,2}}-[0-9]{{3,4}}(?![0-9])(?:室|号)?"
    rf"|(?<=[达场心厦城地际])[a-z][0-9]{{0,2}}-[0-9]{{3,4}}(?![0-9])"
    rf"|(?<![0-9])[0-9一二三四五六七八九十]{{1,2}}单元[0-9一二三四五六七八九十]{{1,2}}(?:楼"
    rf"|层)(?:[东西南北中][户边]|{_NUM}(?:室|号|户))?"
    rf"|(?<=[东南西北]门){_NUM}号(?!线)"
    rf"|(?<![0-9]){_NUM}(?:号楼|号宿舍楼?|号院|栋|幢|座|期|舍|斋"
    rf"|(?<=[0-9])楼)[ \-]?(?:{_NUM}(?:单元|楼|层|门)[ \-]?)?"
    rf"(?:{_NUM}(?:室|房|户|号楼?)(?:{_NUM}(?:单元|楼|层)[ \-]?)?(?:[0-9]{{3,4}}(?![0-9])室?)?"
    rf"|[0-9]{{3,4}}(?![0-9])"
    rf"|[0-9]{{1,2}}-[0-9]{{2,4}}(?![0-9])|(?<=单元)))"
)
_PROVINCE: Final = re.compile(
    r"(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东"
    r"|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏"
    r"|宁夏|新疆|香港|澳门)"
)
# The words after which an address begins.
_LEAD: Final = re.compile(
    r"(?:地址|住址|寄到|寄往|寄给|寄去|发到|发往|送到|送去|送至|配送到|邮寄到|寄回"
    r"|改成|改为|改到|改一下|搬到|住在|住|位于|在|到|至|去|从|是|说|给|你们|我们|我家|他家|家里"
    r"|那个|这个"
    r"|门店|店铺|仓库|快递|公司|单位|宿舍|学校|农村的|老家|娘家|婆家|错|放|来|[寄送])[是在到了:]?"
)
_BREAK: Final = re.compile(r"[^\u4e00-\u9fff0-9a-z \-]|\s{2,}")
_SPAN: Final = 36  # code points that an address may stretch to the left of its door


_INNER: Final = re.compile(
    r"[0-9].*[0-9].*室|(?:栋|幢|号楼)\s?[0-9一二三四五六七八九]{1,2}(?:单元|门).{0,2}[0-9]{2,4}"
    r"|(?:栋|幢|号楼)[ -]?[0-9]{3,4}$|单元.{1,2}[楼层]"
)
"""A door that says enough without any name before it: 3幢2单元501."""


def _begin(text: str, core: int) -> int:
    """Where the address begins whose door number stands at `core`."""
    low = max(0, core - _SPAN)
    for mark in _BREAK.finditer(text, low, core):
        low = mark.end()
    for province in _PROVINCE.finditer(text, low, core):
        return province.start()
    for lead in _LEAD.finditer(text, low, core):
        if lead.end() <= core:
            low = lead.end()
    # A number before a space belongs to something else ("13712345678 成都市...").
    gap = text.rfind(" ", low, core)
    if gap >= 0 and core - gap > 2:
        low = gap + 1
    return low


def _door(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    text = views.lower
    core, end = match.span()
    start = _begin(text, core)
    while start < core and text[start] in " -,0123456789":
        start += 1
    name = text[start:core].strip()
    if len(name) < 2:
        if not _INNER.search(text[core:end]):
            return
        start = core
    while end > start and text[end - 1] in " ,-":
        end -= 1
    yield start, end, score


_LEVEL: Final = re.compile("(?:特别行政区|自治[区州县]|街道|社区|街|[省市州盟区县旗镇乡村屯组])")
_NO_PLACE: Final = frozenset(
    "的了在到去从是我你他她它这那各每有和与及全本该同一个不也都很地社小郊城山景新老市县区乡镇大中几多些两什哪某对把被让给"
)
_NO_WORD: Final = frozenset(
    "的了在到去从是我你他她它这那各每有和与及该同个不也都很几些什哪某对把被让给"
)
"""Characters that no place of two characters (市, 区, 镇 being the second) begins with."""


def _chain(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """Three levels of places, or two of which the lower is a town or a village."""
    start, end = match.span("value")
    text = views.lower
    province = _PROVINCE.search(text, max(0, start - 2), end)
    if province:
        start = province.start()
    for lead in _LEAD.finditer(text, start, min(end, start + 12)):
        if not province:
            start = lead.end()
    names = [name for name in _LEVEL.split(text[start:end]) if name]
    levels = len(_LEVEL.findall(text, start, end)) + (province is not None)
    first = names[0][0] if names else "的"
    if (
        levels >= 2
        and names
        and first not in _NO_WORD
        and all(len(name) > 1 or name not in _NO_PLACE for name in names)
    ):
        yield start, end, score


def _stated(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = match.span("value")
    text = match["value"]
    # Three levels of place names are an address even without a door ("…镇…村").
    if len(re.findall("[省市区县镇乡村路街道]", text)) >= 2 or re.search(
        "小区|花园|公寓|大厦|学校|大学|广场", text
    ):
        yield start, end, score


def _crossing(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = match.span("value")
    for lead in _LEAD.finditer(views.lower, start, min(end, start + 5)):
        start = lead.end()
    yield start, end, score


RECOGNISER: Final = Recogniser(
    "ADDRESS",
    (
        Rule("zh_door", _CORE, 0.8, check=_door),
        Rule(
            "zh_chain",
            re.compile(
                r"(?P<value>(?:[\u4e00-\u9fff]{2,3}省)?(?:[\u4e00-\u9fff]{2,4}?[市州])?"
                r"[\u4e00-\u9fff]{1,4}[区县市旗]"
                r"[\u4e00-\u9fff]{1,5}?(?:镇|乡|街道|街(?!边|上))(?![上里])"
                rf"(?:[\u4e00-\u9fff]{{1,6}}?(?:村|社区|小区|屯|花园|家园|公寓|大厦|苑|广场"
                rf"|家属院|[路街巷](?![上边]))){{0,2}}(?:{_NUM}(?:组|队|社|号)){{0,2}})"
            ),
            0.7,
            check=_chain,
        ),
        Rule(
            "zh_village",
            re.compile(
                r"(?P<value>[\u4e00-\u9fff]{1,5}(?:镇|乡)[\u4e00-\u9fff]{1,5}?村"
                rf"(?:{_NUM}(?:组|队|社|号))?)"
            ),
            0.65,
            check=_chain,
        ),
        Rule(
            "zh_crossing",
            re.compile(
                r"(?P<value>[\u4e00-\u9fff]{2,5}?(?:路|街"
                r"|大道)[与和跟、][\u4e00-\u9fff]{2,5}?(?:路|街|大道)的?"
                r"(?:交叉路?口|交汇处?|路口|十字路口)(?:往?[东南西北]{1,2}[行侧走]?[0-9]{1,4}米)?)"
            ),
            0.7,
            check=_crossing,
        ),
        Rule(
            "zh_stated",
            re.compile(
                r"(?:(?:收货|邮寄|家庭|详细|快递|公司|我的?)?(?:地址|住址)(?:是|为|在|:|改成|改为"
                r"|改到|写的)|(?:我家?住在?|寄到|送到|寄往|发到)(?::)?)\s?"
                r"(?P<value>[\u4e00-\u9fff]{2,8}(?:省|市|区|县"
                r"|镇)[\u4e00-\u9fff0-9a-z\-]{2,30}?)(?=[\s,，。;；!?)(]|$|就行|即可|谢谢|那边"
                r"|附近|的|了)"
            ),
            0.65,
            check=_stated,
        ),
    ),
    needs="han",
)
