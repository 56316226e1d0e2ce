"""Texts for the recognisers of numbers. «...» marks what must be found; nothing else may be."""

PHONE = [
    "客服一直不回，打我13800138000吧",
    "有事打 «138 1234 5678»",
    "电话：«138-1234-5678»，晚上打",
    "手机+86 139.1234.5678",
    "Ｔｅｌ：«１３９１２３４５６７８»",
    "联系方式一三九一二三四五六七八一直开机",
    "号码是幺三九一二三四五六七八",
    "加我1③912345678也行",
    "老板电话«021-62345678»转«»没人接".replace("转«»", ""),
    "座机«(010) 6234 5678»",
    "店里400电话占线，打«0755-23456789»也没人",
    "手机尾号被泄露，138****5678 收到短信",
    "打给我 0086-13912345678",
    "1️⃣3️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣ 找我",
    "13912345678 13712345678 两个号都行",
    "Call me at «(212) 736-5000» after six",
    "my number is «2127365000»",
    "My cell: «415.555.2671», text only",
    "reach us on «+44 7911 123456» or «020 7946 0018»",
    "Aussie here, «0412 345 678»",
    "ring «+61 2 9374 4000»",
    "four one five five five five two six seven one is me",
    "text nine one seven, eight four five, oh one two three please",
    "my phone is «555-867-5309»",
    "WhatsApp: «+852 2345 6789»",
]
PHONE_CLEAN = [
    "手机才1999元，比13年的便宜",
    "尺寸 150-160-170，买了 199 299 399 49 四件",
    "型号13812345678A的配件",
    "条形码：13912345678",
    "2026-11-02 10:30:45 收到，晚了三天",
    "一五一十地说，一三五都行，二四六也行",
    "已售13812345件，评价20000+",
    "1080x1920 at 60 Hz, 6000mAh, 3.5mm, 1-800 watts",
    "sizes 5 6 7 8 9 10 11 all sold out",
    "Part number 415-555-2671 does not fit",
    "I bought one two three four of these",
    "lot 4155552671 expired",
    "64 128 256 512 1024 GB versions",
    "RTX4090 with i7-13700K costs $1,999.00",
]
ID_CARD = [
    "身份证号：«11010519491231002X»",
    "证件 «440524 18800101 0014» 核对一下",
    "实名要填«11010519491231002x»，不放心",
    "身份证１１０１０５１９４９１２３１００２Ｘ",
    "身份证号码是 110105199003078888，写错一位",
    "海关要身份证«110105-19491231-002X»",
    "ID number «11010519491231002X» was printed on the box",
    "老身份证«110105491231002»还能用吗",
    "身份证一一零一零五一九四九一二三一零零二X",
]
ID_CARD_CLEAN = [
    "商品编号110105194912310021",
    "物料 310115197205080741 缺货",
    "生产日期20260826，批次 2026082612345678",
    "part 440524188001010015 is out of stock",
    "身份证都要我上传，太麻烦",
]
BANK_CARD = [
    "银行卡号：«6222021001116245702»",
    "退到卡号 «6222 0210 0111 6245 702» 谢谢",
    "信用卡«4111-1111-1111-1111»被盗刷",
    "工行卡 6222021234567890123 姓名不填",
    "my card is «4111 1111 1111 1111»",
    "they printed «5500005555555559» on the slip",
    "amex «3782 822463 10005» was charged twice",
    "card ending in «1234» was charged twice",
    "尾号«8812»的卡扣了两次钱",
    "bank account number: «000123456789»",
    "card 4111********1111 was declined",
]
BANK_CARD_CLEAN = [
    "会员卡号88123",
    "条码 6901234567892 是正品",
    "SKU 4111111111111112 没货",
    "显卡是4090，卡槽32位，流量卡100G",
    "EAN 4006381333931 scans fine",
    "1111111111111111 什么破键盘",
    "Item 1234567812345678 came in a card box",
    "the graphics card has 16384 cores and 24564 MB",
    "3.14159265358979323846",
]
IBAN = [
    "refund to «GB29 NWBK 6016 1331 9268 19» please",
    "IBAN: «DE89370400440532013000»",
    "退到IBAN«DE89 3704 0044 0532 0130 00»就行",
    "my iban is «fr1420041010050500013m02606»",
]
IBAN_CLEAN = [
    "DE89370400440532013001 is printed on the box",
    "型号GB29NWBK60161331926818的充电器",
    "Model AB12CDEF345678901 works",
    "it was be12 days late and gb16 came",
]
SSN = [
    "they wanted my SSN «123-45-6789»",
    "ssn is «123 45 6789»",
    "social security number: «123456789»",
    "他们要社保号«123-45-6789»",
    "«219-09-9999» was on the form",
]
SSN_CLEAN = [
    "000-12-3456 and 666-12-3456 and 912-34-5678 are parts",
    "part no 123-45-6789",
    "用到2026-11-02，比例 123-4-5678",
    "social media 123456 likes",
    "the ssn field is broken",
]
PASSPORT = [
    "护照号：«E12345678»",
    "护照号码是«EA1234567»，清关用",
    "填了护照 «G12345678»",
    "passport number is «123456789»",
    "my passport (no. «C12345678») was scanned",
    "Passport: «AB1234567»",
]
PASSPORT_CLEAN = [
    "型号E12345678，适合护照大小",
    "护照夹很好看，2026年买的",
    "passport holder fits 4 cards and 20260101",
    "The passport cover model X100 is nice",
    "证件照拍得好，1寸2寸都有",
]
PLATE = [
    "车牌«京A12345»，别停错",
    "我的车是«沪A·D12345»",
    "«粤B F12345» 的脚垫",
    "«苏E05D88»的车主投诉",
    "教练车«京A1234学»",
    "my license plate is «7ABC123»",
    "number plate «AB12 CDE» in the photo",
    "car (plate «DPM-3180») rusted",
]
PLATE_CLEAN = [
    "新RX5700显卡不错，新mate60也好",
    "云A1套餐，京东A级，苏A很好",
    "浙江A货太多，川A1",
    "黑GT5000跑分高",
    "dinner plate 10 inch, plates are 100% melamine",
    "registration is easy and took 2 minutes",
]
IP = [
    "登录IP：«221.130.33.52»，不是我",
    "路由器地址«192.168.1.105»连不上",
    "my ip is «203.0.113.45»",
    "seen from «2001:db8::ff00:42:8329» twice",
    "后台«fe80::1ff:fe23:4567:890a»打不开",
    "the camera at «10.20.30.40»:8080 is offline",
]
IP_CLEAN = [
    "1.2.3.4 版本有问题，升级到v2.1.0.4就好",
    "固件版本 10.2.130.77",
    "默认192.168.1.1进后台",
    "系统 MIUI 12.5.10.0",
    "Firmware 6.7.61.33 fixed it, app 12.0.3.1 did not",
    "24:7 support, 16:9 screen, 10:30:45 on 2026.11.2",
    "ratio 1:2:3:4 works, 300.400.500.600 no",
]
