"""Chinese names of people after a cue word or before a form of address, without any tagger.

Source: usage; the surnames are the commoner ones of the Hundred Family Surnames (百家姓) with the
compound ones; a given name has one or two characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from privacy.redaction.fold import Views
from privacy.redaction.names.surnames import COMPOUND, NOT_PEOPLE
from privacy.redaction.recogniser import Hit, Recogniser, Rule, value_span, words

_SINGLE: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦"
    "付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左"
    "柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
    "容植庾晁蒯荆竺逯桓訾阙蔚鄂邸邰璩郁胥莘浦茹宦琚贲钮嵇滑荀羿汲邴隗宓郗厉戎韶蓟冼禤茅宫帅裘谈鹿步沐储满雍祖"
)
_COMPOUND: Final = "|".join(sorted(COMPOUND))
_SURNAME: Final = rf"(?:{_COMPOUND}|[{_SINGLE}])"
_HAN: Final = "[\u4e00-\u9fff]"
# Characters that begin the next word far more often than they end a name.
_AFTER: Final = frozenset(
    "的了是在一不也都很太真就还又没说给打来去到让叫帮跟和与收发服回耐推先女小老态人特非超有会能要把被从对为以我你他她它这那说称讲问答送装修卖买手电地身这处态解热办主做好多才最再只几拿用看看可请必过各技当"
)
_NOT_GIVEN: Final = frozenset(
    "的了是在不也都很太就还又没说吗呢吧啊呀哦我你他她它们这那个什么怎么为和与或及其之所"
)
_TITLES: Final = (
    r"(?:先生|女士|小姐姐?|太太|同学|老师|师傅|大哥|大姐|阿姨|叔叔|姐姐?|哥哥?|经理"
    r"|店长|主管|医生|总|工|老板)"
)
_NAMED: Final = (
    r"(?:我的?(?:名字)?叫|名字(?:是|叫)|本人(?:叫|姓名)?|姓名|收[货件]人|寄[件货]人"
    r"|联系人|户名|开户人|持卡人|签收人|对接人|经办人|负责人|验货员|检验员|收银员|安装工|维修工"
    r"|装修工|钟点工|保洁员?|服务员|代购|业务员|采购|跟单|签名|刻字|[错写刻打印]成|业主|租客"
    r"|班长|组长|队长|团长|群主|学生|家长|理发师|美容师|发型师|月嫂|被投诉人|申诉人|申请人|房东"
    r"|物业|[我他她][叔伯舅姑姨哥姐弟妹]|爷爷|奶奶|姥姥|姥爷|外婆|外公|名字|爱人|抬头|备注"
    r"|工号[0-9]{1,8}|下单人|购买人|投保人|车主|机主|乘客"
    r"|买家|卖家|顾客|客户|会员|用户|实名|署名|落款|真名|大名|护照上|身份证上?是?|他叫"
    r"|她叫|(?<!改)名叫|叫做|主播|客服|售后|快递员|快递小哥|快递|配送员|外卖员|骑手|师傅"
    r"|安装的|维修的|店员|导购|销售|店长|经理|老板|同事|朋友|老公|老婆|儿子|女儿(?!童)|闺蜜"
    r"|室友|邻居|医生|老师)"
)
_MARKS: Final = r"(?:上?写的?)?[\s:=是为叫,(\[\])】}「“\"'【]{0,3}"
_STATED: Final = re.compile(
    r"叫|姓名|名字|[货件系户卡单名]人?:|收[货件]人|寄[件货]人|联系人|户名|持卡人|实名|车主|:|是"
)
STOP: Final = words(
    """
    加薇 加微 加威 加卫 容易 容量 容器 容颜 容不 厉害 滑动 滑稽 杭州 储存 帅气 宿舍 储蓄 荆州 茅台
    周二 周三 周四 周五 周六 周日 周年 周岁 辛苦 谢谢 荣耀 岳阳 甘肃 甘肃兰 费自 费干 于安 单号
    单子 单独 号码 安装 包装 包邮 高级 高端
    高兴 高清 成功 成熟 时尚 时间 时候 明显 明白 全部 全程 全新 和气 和善 和蔼 应该 关于 关系
    万能 万一 马上 方便 方面 解决 解释 解答 管理 连接 连续 向来 向我 向您 白色 黄色 蓝色 金色
    何时 何况 任何 任务 温柔 温和 康复 安全 安排 安静 左右 单位 文字 文明 时不 曾经 简单 简直
    司机 农村 路上 路过 包裹 包括 于是 易用 易碎 毛病 牛奶 牛逼 江苏 江西 黎明 云南 贵州 宁夏
    海南 石头 游戏 车子 车上 项目 周到 周末 周围 周一 周二 严重 严格 严谨 钱包 武汉 常州 苏州
    苏宁 徐州 郑州 杭州 温州 金华 程序 程度 成本 成都 计算 费用 费劲 费心 卫生 华为 小米 米家
    苹果 联想 李宁 查询 查看 查到 商家 商品 商城 宗旨 席位 师傅 马桶 于今 阳台 付款 付费 房间
    房东 叶子 盛情 路由 童装 尤其 强烈 别人 沙发 党员 童鞋 柏油 麻烦 麻利 池子 冷淡 冷漠 冷静
    应付 连忙 连个 连基 连一 连电 连问 关心 关注 平安 华丽 管家 屈臣 莫名 安踏 车牌 车辆 车库
    周旋 夏天 查实 查找 查收 金钱 平均 人员 路人 蒙牛 陆续 郑重 祝福 祝您 熊猫 常见 常常 常用
    范围 甘甜 项链 苏打 祖国 牛肉 牛排 方案 莫非 万分 车型 毛巾 黄金 黄瓜 白糖 黑色 蓝牙 石榴
    梅花 海报 米饭 米粉 水平 康师 余额 余生 曲奇 冷藏 冷冻 古董 丛书 纪念 纪录 顾及 时速 易拉
    经常 常温 盛装 强调 倪虹 路线 平台 平时 平常 平板 平价 马虎 马马 余下 段时 段子 于一 和我
    和你 和他 从来 迟到 送达 顾客 商量 金额 费率 段落 全体 成为 高大 万事 贺卡 应对 解约 和平
    """
)


_SURNAME_FIRST: Final = re.compile(_SURNAME)
_COMPOUND_FIRST: Final = re.compile(_COMPOUND)
_BEFORE_TITLED: Final = words(
    "牙医 主任 客服 主管 老师 教练 师傅 邻居 隔壁 楼下 楼上 对门 前台 店长 经理 同事"
)
_ANYBODY: Final = re.compile("顾客|客户|会员|用户|买家|卖家")
_WORDLIKE: Final = frozenset("和时查费全于应成付单路关包车连任何万解管项安商从农司时党计有")
"""Surnames that are ordinary words far more often, where no "叫" or colon makes a name of them."""
_VERBLIKE: Final = frozenset("向明白高温文费平")
_NO_NAME: Final = frozenset(
    "快递送餐外卖那这位些路人的是键牛牌上下不没有每两几个件单号装修售后客厨老了也就到从很"
)
"""Characters that do not stand in a given name before a form of address."""


_FORMS: Final = words(
    "先生 女士 小姐 太太 同学 老师 师傅 大哥 大姐 阿姨 经理 店长 医生 老板 总 姐 哥"
)
_STAFF: Final = (
    "客服|售后|理发师|发型师|美容师|店员|导购|店长|销售|主播|柜姐|柜员|SA|BA|顾问|经理|技师"
    "|老师|同事|朋友"
    "|老公|老婆|男友|女友"
)
_DEAR: Final = words(
    "朋友 顾客 客户 老板 店家 卖家 客服 商家 妈妈 爸爸 老婆 老公 老师 宝贝 宝宝 自己 小伙伴 "
    "奶奶 爷爷 女儿 儿子 妹妹"
    " 姐姐 哥哥 弟弟 姐妹 掌柜 店主 亲亲 女士 先生 家人 同学 祖国 闺蜜 外婆 外公 姥姥 姥爷 "
    "女神 母亲 父亲"
)
_NOT_LATIN: Final = words(
    "Hello Nice Good Bad Very Ok Okay Yes No Thanks Thank Sorry App Apple Iphone Ipad Mac Pro "
    "Max Plus Prime Amazon Nike"
    " Adidas Sony Samsung Huawei Xiaomi Android Windows Type Usb Wifi Vip Logo Size Pdd Tmall "
    "Taobao Line Ins Wechat"
    " Alipay Emoji Dior Gucci Chanel Only Zara Uniqlo Lancome Clinique Olay Sorry The And But Not"
)
_RUN: Final = re.compile("[\u4e00-\u9fff]{1,2}(?![\u4e00-\u9fff])")


_FAMILIAR: Final = re.compile("[姐哥](?![妹夫们儿弟])|[嫂婶](?!们)")


def familiar(text: str, start: int, end: int) -> tuple[int, int]:
    """A lone surname with what makes a name of it among people: 小王, 老李, 阿陈, 宋姐, 张哥."""
    if end - start == 1 and text[max(0, start - 1) : start] in {"小", "老", "阿"}:
        start -= 1
    elif end - start == 1 and _FAMILIAR.match(text, end):
        end += 1
    return start, end


def _name_end(text: str, start: int, given: int, limit: int) -> int:
    """Where the name that begins at `start` ends; `given` is where the given name begins."""
    run = _RUN.match(text, given, limit)
    if run is not None and not any(c in _NOT_GIVEN for c in run.group()):
        return given if run.group() in _FORMS else run.end()
    end = given
    for position in range(given, min(given + 2, limit)):
        char = text[position]
        if not "\u4e00" <= char <= "\u9fff" or char in _NOT_GIVEN:
            break
        if position > given and char in _AFTER:
            break
        end = position + 1
    return end


def _after_cue(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    text = views.lower
    start, given = match.span("surname")
    end = _name_end(text, start, given, len(text))
    if end == given or {text[start : start + 2], text[start:end], text[given:end]} & STOP:
        return
    stated = _STATED.search(match.group()) is not None
    marked = re.search("[:是为叫(【「“\"']|\\s", match.group()) is not None
    alone = end == len(text) or not "\u4e00" <= text[end] <= "\u9fff"
    # "客服和…" or "朋友向…": without "叫" or a colon, only what cannot be a sentence going on.
    if not marked and not alone and (text[start] in _WORDLIKE or _ANYBODY.match(match.group())):
        return
    # "采购包小柏" ends its clause: of the surnames that are words some are no conjunctions.
    if alone and end - given == 2 and text[start] in "包路项万连解费":
        yield start, end, score
        return
    if stated or (
        text[start] not in _WORDLIKE
        and (alone or text[start] not in _VERBLIKE)
        and (alone or text[given] not in _AFTER)
    ):
        yield start, end, score


def _titled(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    """The name before a form of address: the shortest that begins where a name may begin.

    One character alone must be a surname that is no ordinary word (和, 付); with a given name
    none of its characters may be one that names do not have (谢送餐师傅, 路人阿姨).
    """
    text, end = views.lower, match.start()
    for size in (1, 2, 3, 4):
        start = end - size
        if start < 0:
            return
        name, before = text[start:end], text[start - 1 : start]
        free = (
            not "\u4e00" <= before <= "\u9fff"
            or before in "的给找是叫让请和跟与谢位被由了说向问系诉"
            or (size == 1 and text[max(0, start - 2) : start] in _BEFORE_TITLED)
        )
        if not free or _SURNAME_FIRST.match(name) is None:
            continue
        if size == 1 and (name in _WORDLIKE or name == "谢"):
            continue
        if text[start : match.end()] in NOT_PEOPLE:
            continue
        if name[:2] in STOP or name in STOP or any(c in _NO_NAME for c in name[1:]):
            continue
        if size < 4 or _COMPOUND_FIRST.match(name):
            yield start, end, score
            return


def _addressee(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    name = views.lower[start:end]
    if not (
        {name, name[:2], name[1:]} & (STOP | NOT_PEOPLE | _FORMS)
        or any(c in _NO_NAME for c in name[1:])
    ):
        yield start, end, score


def _dear(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    name = views.lower[start:end]
    if (
        name not in _DEAR
        and name[-1] not in "们家友户客"
        and not any(c in _NOT_GIVEN for c in name)
    ):
        yield start, end, score


def _latin(views: Views, match: re.Match[str], score: float) -> Iterator[Hit]:
    start, end = value_span(match)
    if views.folded[start:end] not in _NOT_LATIN:
        yield start, end, score


RECOGNISER: Final = Recogniser(
    "PERSON",
    (
        Rule(
            "zh_cue",
            re.compile(rf"{_NAMED}{_MARKS}(?P<surname>{_SURNAME})(?={_HAN})"),
            0.75,
            check=_after_cue,
        ),
        Rule(
            "zh_title",
            re.compile(
                r"(?<=[\u4e00-\u9fff])(?:先生(?![钱产])|医生|女士|小姐(?!姐)|太太(?!口)"
                r"|老师(?!傅)|师傅|阿姨"
                r"|经理(?!人)|店长)"
            ),
            0.7,
            check=_titled,
        ),
        Rule(
            "zh_little",
            re.compile(
                rf"(?:客服|售后|店员|导购|师傅|快递员?|销售|主播|司机|骑手|小哥|店长|门卫|保安"
                rf"|邻居|同事|店主|房东|技术员?|维修员?|安装工?|技师|前台|经理|主管|顾问|团长|老板"
                rf"|运营|财务|仓库|采购|物业|管家|保洁|阿姨|教练|助理|班长|组长|队长|群主)"
                rf"(?:那个|叫)?[:是]?(?P<value>(?:小|老|阿)[{_SINGLE}])(?!{_TITLES}?{_HAN}?[票费盒包])(?=[,。!\s]"
                rf"|[态服很非真也都说特耐帮回人给解处跑送打把来今昨收签拿修装教])"
            ),
            0.65,
        ),
        Rule(
            "zh_nickname",
            re.compile(
                r"(?:客服|售后|店员|导购|店长|销售"
                r"|主播)[:是]?(?P<value>[小阿][美丽芳燕玲红敏静娟霞雪莉婷月云雨欣怡萌米鱼珍娜琳倩"
                r"杰强军伟刚亮辉明峰波宇凯浩豪])(?=[,。!\s]|$|[态服很非真也都说特耐帮回人给解处])"
            ),
            0.65,
        ),
        Rule(
            "zh_addressee",
            re.compile(
                rf"(?<=[0-9室楼号层座])[\s,]{{0,2}}(?P<value>{_SURNAME}"
                rf"[\u4e00-\u9fff]{{1,2}})\s?[(]?收[)]?(?=$|[\s,。;])"
            ),
            0.65,
            check=_addressee,
        ),
        Rule(
            "zh_parcel_of",
            re.compile(
                rf"(?:收件|收货|寄件|签收)[\s:,]{{0,2}}(?P<value>{_SURNAME}{_HAN}{{2}})(?=[,。;\s0-9]|$)"
            ),
            0.65,
            check=_addressee,
        ),
        Rule(
            "zh_dear",
            re.compile(rf"亲爱的(?P<value>{_HAN}{{2,3}})(?=[,:!\"”\n])"),
            0.6,
            check=_dear,
        ),
        Rule(
            "zh_latin",
            re.compile(
                rf"(?:{_STAFF})员?(?:叫|是|:)?\s?(?P<value>[阿小]?[A-Z][a-z]{{2,14}})(?![A-Za-z0-9])"
            ),
            0.65,
            "folded",
            _latin,
        ),
        Rule(
            "zh_latin_titled",
            re.compile(
                r"(?<![A-Za-z])(?P<value>[A-Z][a-z]{1,14})\s?(?:客服|老师|小姐姐?|先生|女士"
                r"|店长|经理|同学|姐(?!妹)|哥)"
            ),
            0.65,
            "folded",
            _latin,
        ),
        # "收款人Rossi Marco", "户名应为Yang Tianyi": a name in Latin letters after a label.
        Rule(
            "zh_latin_label",
            re.compile(
                r"(?:[收付汇][款货件]人|收貨人|收款方|[户戶]名|[户戶]主|账户名|持卡人|[联聯][系繫]人"
                r"|开户人|姓名|名字|真名|英文名|护照名|護照名|抬[头頭]|署名|落款|签名|簽名|乘客|租客|房客)"
                r"(?:拼音|应该?|應|写的?|寫|是|为|為|叫|[\s:,：，(（]){0,4}"
                r"(?P<value>[A-Z][a-zà-ÿ'’-]{1,15}(?: (?:[A-Z]\. ?)?[A-Z][a-zà-ÿ'’-]{1,15}){0,3}"
                r"|[A-Z]{2,15}(?:[ /][A-Z]{2,15}){1,3})(?![A-Za-z0-9])"
            ),
            0.75,
            "folded",
            _latin,
        ),
        Rule(
            "zh_surname_stated",
            re.compile(
                rf"(?:^|那个|我|他|她|本人|免贵|师傅|客服|老板|司机|店长|小哥|员"
                rf"|[,。\s0-9])姓(?P<value>{_SURNAME})(?=[,。!;\s)]|$|的|,)"
            ),
            0.75,
        ),
    ),
    needs="han",
)
