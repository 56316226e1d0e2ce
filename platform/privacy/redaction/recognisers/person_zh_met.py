"""Chinese names by what the people did: handled a parcel, got a present, were greeted or named.

Source: usage. Names of other peoples of China have parts of their own, and a middle dot between
them
(GB/T 28039-2011 gives the spelling of Chinese names; the registers write minorities' so).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.recogniser import Hit, Recogniser, Rule
from privacy.redaction.recognisers.person_zh import (
    _COMPOUND,
    _HAN,
    _SINGLE,
    _SURNAME,
    _SURNAME_FIRST,
    _TITLES,
    STOP,
    _addressee,
)

_COMMON: Final = (
    "王李张刘陈杨赵吴周徐孙朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘蒋蔡余杜叶程苏魏吕丁沈姚卢姜崔钟谭陆汪范廖贾夏韦付邹孟熊"
    "秦邱江尹薛闫段侯史陶黎贺顾郝龚邵钱严武戴翁庞"
)
_PARTS: Final = (
    "古丽|买买提|艾力|艾尼|吐尔逊|吐尔洪|阿卜杜|阿不都|热合曼|拉提夫|努尔|帕提|玛依拉|迪丽|热巴"
    "|古力|阿依|夏木|木合|塔尔"
    "|麦麦提|亚森|艾山|依明|卡德尔|米热|吾买尔|阿迪力|帕尔哈提|卓玛|扎西|次仁|多吉|丹增|央金"
    "|格桑|旺姆|白玛|平措|顿珠"
    "|索朗|达瓦|尼玛|卓嘎|罗布|拉姆|仁青|旦增|洛桑|强巴|其木格|巴特尔|乌云|乌兰|苏日|娜仁|托娅"
    "|朝鲁|格日勒|阿拉坦"
    "|巴图|斯琴|高娃|那日|萨仁|敖日|呼斯|通拉嘎|图雅|孟根|布和|满都"
    "|娜尔|娜孜|古扎|孜然|提古|艾则孜|阿里木|玉素甫|玉山|吐逊|库尔班|肉孜|赛买提|图尔荪|热娜|祖丽"
    "|帕夏|阿曼|迪娜|巴哈尔|沙依|木热|叶尔|别克|巴合|哈那提|赛力克|叶斯|加娜|措姆|次旺|贡布|贡嘎|晋美"
    "|久美|益西|德吉|曲珍|曲措|桑吉|才让|才旦|加措|嘉措|坚赞|旦巴|泽仁|旺堆|旺扎|朗杰|群培|多杰|东珠"
    "|拉毛|达娃|普布|边巴|其其格|格根|巴雅尔|布仁|额尔德|吉日|那仁|牧仁|苏和|塔娜|特木尔|乌力吉|乌日娜"
    "|萨日娜|毕力格|孟克|宝音|阿木|木呷|约布|沙马|吉克|吉狄|俄木|曲比|马海|尔古|伍呷|依火|阿措|木沙|日古"
)
"""Parts of Uyghur, Kazakh, Tibetan, Mongolian and Yi names in their usual Chinese spelling."""


def _engraved(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """One name, or two with a heart or & between them; one alone begins with a surname."""
    names = list(re.finditer("[\u4e00-\u9fff]{2,3}", match["value"]))
    start = match.start("value")
    surname = _SURNAME_FIRST.match(names[0].group()) is not None
    if (len(names) > 1 or surname) and names[0].group()[:2] not in STOP:
        for name in names:
            yield start + name.start(), start + name.end(), score


RECOGNISER: Final = Recogniser(
    "PERSON",
    (
        # 叫 alone is also a verb (叫车, 叫人): what follows the name must close it.
        Rule(
            "zh_called",
            re.compile(
                rf"叫(?P<value>(?:{_COMPOUND})[\u4e00-\u9fff]{{1,2}}?"
                rf"|[{_SINGLE}][\u4e00-\u9fff]{{1,2}}?)"
                r"(?=[,。!;?)\s]|$|的(?:[那这][个位]|[\u4e00-\u9fff]{0,3}(?:员|人|工|姐|哥|师傅"
                r"|客服|导购|司机|姑娘|同学|阿姨|小伙|男|女)))"
            ),
            0.7,
            check=_addressee,
        ),
        Rule(
            "zh_given_to",
            re.compile(
                rf"(?:寄|送|发|转|留|带|交|还|转交"
                rf"|递)给了?(?P<value>{_SURNAME}[\u4e00-\u9fff]{{1,2}}?)"
                r"(?=的?(?:包裹|快递|礼物|货|东西|件|生日)|[,。!;]|$|收|签收)"
            ),
            0.65,
            check=_addressee,
        ),
        Rule(
            "zh_handled",
            re.compile(
                rf"由[【“\"]?(?P<value>{_SURNAME}[\u4e00-\u9fff]{{1,2}}?)(?=[】”\"]?(?:派送"
                rf"|代收|代签|签收|配送|送达|负责|处理|揽收|安装|跟进|接待))"
            ),
            0.7,
            check=_addressee,
        ),
        Rule(
            "zh_acts",
            re.compile(
                rf"(?:^|[,。!;\n\s“【]|今天"
                rf"|昨天)(?P<value>{_SURNAME}[\u4e00-\u9fff]{{1,2}}?)(?=[】”]?(?:值班|打来电话"
                rf"|打电话来|家?的(?:快递|包裹|订单|货)|经手|代签|代收|本人))"
            ),
            0.65,
            check=_addressee,
        ),
        Rule(
            "zh_reached",
            re.compile(
                rf"(?:联系不上|找不到|打给|联系过|感谢|谢谢|替我谢谢"
                rf"|代替)(?P<value>{_SURNAME}[\u4e00-\u9fff]{{2}})(?=[,。!;]|$)"
            ),
            0.6,
            check=_addressee,
        ),
        Rule(
            "zh_for_whom",
            re.compile(
                rf"(?:帮|送|替|给)(?P<value>{_SURNAME}[\u4e00-\u9fff]{{2}})(?=买的|的礼物"
                rf"|的生日|带的|代购|订的|下的单)"
            ),
            0.6,
            check=_addressee,
        ),
        Rule(
            "zh_greeted",
            re.compile(
                rf"(?:^|[,。!;\n\s])(?P<value>{_SURNAME}[\u4e00-\u9fff]{{1,2}}?)(?=(?:买家|先生"
                rf"|女士|亲|顾客|客户|会员)[,]?[您你]好)"
            ),
            0.7,
            check=_addressee,
        ),
        # Names of other peoples of China, as the registers write them: with a middle dot, or of
        # parts.
        Rule(
            "zh_dotted",
            re.compile(
                rf"(?<!{_HAN})(?P<value>{_HAN}{{2,6}}[·•・]{_HAN}{{2,6}}?)(?={_TITLES}"
                rf"|[^\u4e00-\u9fff]|$|收|签|送|的|给|帮|说|客服|态)"
            ),
            0.7,
            check=_addressee,
        ),
        Rule(
            "zh_peoples",
            re.compile(
                rf"(?P<value>(?:{_PARTS}){{2,4}}|(?:{_PARTS}){_HAN}?(?=签收|代收|收|{_TITLES}"
                rf"|客服|[,:;)]?\s?1[3-9][0-9]))(?!德勒|尼|特产)"
            ),
            0.65,
        ),
        Rule(
            "zh_quoted",
            re.compile(
                rf"[“\"「『‘'](?P<value>{_SURNAME}[\u4e00-\u9fff]{{1,2}})[”\"」』’'](?:这个"
                rf"|的)?(?:名字|签名|署名|签收|代签)"
            ),
            0.75,
            check=_addressee,
        ),
        Rule(
            "zh_kin_says",
            re.compile(
                rf"(?:老公|老婆|媳妇|儿子|女儿|闺女|同事|朋友|闺蜜|室友|邻居|对象|男友|女友"
                rf"|表[哥弟姐妹]|堂[哥弟姐妹])"
                rf"(?P<value>{_SURNAME}[\u4e00-\u9fff]{{1,2}}?)(?=说|觉得|嫌|夸|推荐|也买|喜欢"
                rf"|很喜|特别|超喜|试了|收到|帮我)"
            ),
            0.65,
            check=_addressee,
        ),
        Rule(
            "zh_little_met",
            re.compile(
                rf"(?:^|[,。!?;\s]|你好|您好|谢谢|感谢|辛苦了?|麻烦|找|和|跟|与|问|给|让"
                rf"|请)(?P<value>[小老][{_COMMON}])"
                r"(?=[,。!;\s]|$|[了呢吧啊呀哦]|和[小老]|一起|联系|回[我复电]|处理|安排|跟进|加我|说|帮|给我|来了?|也来|师傅|同学|他们|两|服务"
                r"|态度|推荐|送|装|修)"
            ),
            0.6,
        ),
        Rule(
            "zh_engraved",
            re.compile(
                rf"(?:刻|定制|印|写"
                rf"|署名)[^,。;!?]{{0,4}}[“\"「『](?P<value>{_HAN}{{2,3}}\s?(?:"
                rf"[&❤♥+]\s?{_HAN}{{2,3}})?)[”\"」』]"
            ),
            0.6,
            check=_engraved,
        ),
    ),
    needs="han",
)
