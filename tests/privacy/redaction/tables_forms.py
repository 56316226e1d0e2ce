"""Texts for the recognisers of forms, labels and deeds: beside the tables of numbers and words."""

ADDRESS = [
    "drop it at «flat 4, 12 Elm Rd»",
    "Courier went to «12 Elmhurst Drive»",
    "store at «77 Queen St W» was closed",
    "I live on «Cedar Lane 14»",
    "at «Unit 9 Kingsway Trading Estate»",
    "still nothing at «5 orchard close, wem», three weeks now",
    "«15 rue Victor Hugo, 33000 Bordeaux»",
    "«Lindenweg 8, 8004 Zürich»",
    "My address is «B-204, Shanti Apartments, MG Road, Pune 411001»",
    "ask the driver to stop at «the corner of Botley Road and Herceg Street»",
    "«RR 2 Box 118, Tully NY 13159»",
    "寄到«3幢2单元501»就行",
    "老家«河南省周口市太康县马头镇王庄村三组»",
    "就在«中山路与人民路交叉口东行50米»",
    "«泰和家园3-1-1802»",
    "«滨江区江南大道3588号恒生大厦»",
]
ADDRESS_CLEAN = [
    "2 Flash Drive sticks and a 5 Star Court shoe",
    "a 4 lane road and 2 people on the way",
    "Part 4 of 7, 64 128 256 512 sizes",
    "email address is wrong, update my mailing address",
    "小区门口取件，市区配送快，乡镇慢",
    "5号电池要4节，坐8号线去",
]
PERSON = [
    "K. Vasquez signed".replace("K. Vasquez", "«K. Vasquez»"),
    "prof «Hallgrimsson» uses it",
    "有个叫«卢嘉敏»的客服",
    "“«邹静之»”这个名字签收的",
    "寄给«牛爱花»的包裹丢了",
    "刻字“«林深»&«沐晴»”",
    "«次仁卓玛»签收",
    "«库尔班·尼亚孜»收",
    "你好«小赵»，我的退款到了吗",
]
PERSON_CLEAN = [
    "J. Crew sweater, Emailed Customer Care twice",
    "叫外卖送的，叫了三次没人应",
    "康师傅红烧牛肉面",
    "刻字“生日快乐”很清晰",
    "扎西德勒，小米粥，老白酒",
]
PHONE = [
    "my mobile number: «O7700 9OO 214»",
    "联系方式«138，0013，8000»",
    "香港«6123 4567»",
    "电话尾号«4321»收不到验证码",
    "my no. «0-7-7-0-0-9-0-0-4-4-1»",
    "«44 7700 900118»",
]
PHONE_CLEAN = [
    "拨打10086 10010 都没用",
    "dial 90 45 30 15 degrees",
    "香港6000元买的",
]
PLATE = [
    "«KX19 VRT» blocked my drive",
    "blue van, «wj22ofm», on the lawn",
    "车牌«KX19 VRT»",
]
PLATE_CLEAN = [
    "model kx19vrt fits",
    "型号AB12CDE",
]
OTHERS = [
    ("PASSPORT", "customs asked for passport no «X4RTBPFW4»"),
    ("PASSPORT", "台胞证«12345678»"),
    ("ORDER_NO", "booking reference «LX93KD»"),
    ("ORDER_NO", "#«1029938» never came"),
    ("ORDER_NO", "«20241111223344556677»这个订单"),
    ("ORDER_NO", "transaction «8AB12345CD678901E»"),
    ("ORDER_NO", "account no «4410-2277»"),
    ("TRACKING_NO", "«TBA305512345678» is lost"),
    ("TRACKING_NO", "顺丰«SF 1389 0045 6123»"),
    ("SOCIAL_HANDLE", "my reddit username is u/«frostedwillow»"),
    ("SOCIAL_HANDLE", "会员名：«lucky小星»"),
    ("WECHAT", "绿色软件 «mimi_9981»"),
    ("IP", "ip地址：«2408:8207:1850:2f30::1»"),
]
OTHERS_CLEAN = [
    "the colour is #102993, part #12",
    "passport cover in navy",
    "https://t.cn/abc123 有优惠",
    "payment 2024 failed",
]
