"""Texts for cues in an unusual order, glued to their value or a few words before it."""

ALIPAY = [
    "赔款转到支付宝就是«ganlu_2009»",
    "打到«13655018823»（支付宝）就行",
    "«moli.xu@example.com»，这是我支付宝",
    "zhifubao «13655018823»",
    "支付宝tb_88213付了两次".replace("tb_88213", "«tb_88213»"),
    "Alipay acct «13655018823» got charged twice",
    "my alipay ID is «tianmi_0088»",
]
ALIPAY_CLEAN = [
    "支付宝是真方便，支付宝是iphone装的",
    "alipay is broken, alipay is beta2testing nothing".replace("beta2testing", "testing"),
]
WECHAT = [
    "让我加V«z18790x»领券",
    "微信«wxid_p0q9o8i7u6»",
    "WeChat«wxid_p0q9o8i7u6» was banned",
    "微信加不上，我的号«luoluo_0921»",
    "on WeChat I'm «lotus_tea8»",
    "talk in WeChat pls, «gzlight_tony»",
]
WECHAT_CLEAN = [
    "微信是我用过最好的，微信名叫什么",
    "加VIP888888送积分",
    "wechat please fix the app",
]
QQ = [
    "发我扣扣就好 «610293884»",
    "his QQ («394857201») and mine («77203918»)",
    "is there a QQ group? mine's «648201937»",
    "my QQ number's «1029384756»",
]
QQ_CLEAN = ["QQ音乐都行 20240101 更新", "QQ group of 50000 people"]
IP = ["日志里全是«198.51.100.203»和«198.51.100.204»"]
PHONE = [
    "through them (+86 138 0013 7742) today".replace("+86 138 0013 7742", "«+86 138 0013 7742»")
]
PASSPORT = [
    "只能用护照？那就«G39287415»吧",
    "my passport scan («C01X00T47») for the check",
]
PASSPORT_CLEAN = ["passport photo page 12345 of the album", "护照夹很好？型号G300"]
SSN = [
    "the form wants my SSN, I typed «318726405»",
    "SSN ending «9999» was printed",
]
SSN_CLEAN = ["the ssn field is grey, 318 units left", "no ssn needed, call 5551234"]
BANK_CARD = ["maestro «6767701234567892» was refused"]
BANK_CARD_CLEAN = ["maestro 3 chip, 16384 cores"]
ID_CARD = ["身份证后四位«302X»对不上"]
PLATE = [
    "fits our Hilux («1AB-2CD» VIC plates)",
    "Maharashtra reg. «MH 12 QR 8894»",
    "my rego's «1ABC234»",
    "a grey Golf «191-D-40213» took it",
    "港牌 «AB 1234» 停在门口",
]
PLATE_CLEAN = [
    "part MH 12 QR 8894 is out of stock",
    "5 mm plates and 100 plates in a box",
    "hot plate 2000W",
]
SOCIAL_HANDLE = [
    "FB粉专留言的是我«peiyu.tsai.9»",
    "seller «vintage_vera_uk» went quiet",
    "my handle on depop is «rustbeltvintage»",
    "卖家«linlin_shop8»不回",
]
SOCIAL_HANDLE_CLEAN = [
    "see https://github.com for the source",
    "depop is full of fakes, ebay was faster",
    "user_id column missing, store data_dir",
]
ORDER_NO = [
    "单号«6925103847562910385»和朋友的«6925103847562910412»发错了",
    "這張單«SO-2023-118834»幾時送",
    "退货编号«TH88210394»",
    "订单尾号«88213»",
    "采购单«PO-2024-00821»",
]
ORDER_NO_CLEAN = ["兑换码ABCD-EFGH-1234-5678用不了", "这单A4纸5包"]
TRACKING_NO = [
    "德邦大件«DPK210384756201»",
    "Hermes no. «8472039184756201» vanished",
    "DPD parcel «15502370123456» went astray",
    "EMS«EB920184756CN»丢了",
]
TRACKING_NO_CLEAN = ["hermes took 3 weeks, dpd 2 days", "顺丰快，花了 12 元，2天到"]
URL_WITH_ID = [
    "订单页：«https://order.example.com/detail/2039481756620?buyer=linlin88»",
    "«https://h5.example.cn/gift?member_id=M20938471»",
    "a public profile at «https://kids.example.com/p/matilda_41»",
    "«https://track.example.net/p/EV99281736?name=Okafor»",
    "«example.org/users/kofi.b» has photos",
]
URL_WITH_ID_CLEAN = [
    "https://shop.example.com/p/blue-mug-12",
    "https://example.com/list?category_id=88",
    "看 example.com/help 就懂",
]
ADDRESS = [
    "«安徽省合肥市蜀山区潜山路888号百利中心南塔2207»",
    "«Flat 12B, Tower 3, Metro City Phase 1, Tseung Kwan O» tel",
    "«Room 1407, 14/F, Wing On House, 71 Des Voeux Road Central, Hong Kong» is it",
    "放«翠湖天地二期8号楼2单元1103»门口",
]
ADDRESS_CLEAN = ["Unit 5, Great Product, Thanks", "市中心2000块的房子"]
PERSON = [
    "售后群的技术«小蒋»说了",
    "收款人«Rossi Marco»",
    "户名应为«Yang Tianyi»",
    "«迪丽娜尔»，13655018823",
    "account holder «Rhys ap Gwilym»",
    "cardholder «D. Featherstonehaugh», number",
    "do not give it to uncle «Heng»",
]
PERSON_CLEAN = [
    "孙悟空的金箍棒玩具，哪吒手办",
    "收款人Amazon",
    "uncle Amazing",
]
