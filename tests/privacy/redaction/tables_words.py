"""Texts for the recognisers that go by words. «...» marks what must be found."""

EMAIL = [
    "邮箱«zhangsan_88@163.com»，发票发这里",
    "发到«wang.wu@mail.example.com.cn»谢谢",
    "邮箱：«ｌｉｓｉ＠ｑｑ．ｃｏｍ»",
    "联系«lisi艾特qq点com»",
    "mail: «12345678@qq.com»快点",
    "邮箱 lisi88(at)163.com",
    "write to «anna.smith+shop@example.co.uk», thanks",
    "email me: «bob at gmail dot com»",
    "«john.doe [at] example [dot] org» works",
    "It is «anna@example.com».Thanks a lot",
    "my mail: «bob_smith at yahoo.com»",
]
EMAIL_CLEAN = [
    "look at amazon.com or at store.com, I bought two at target.com",
    "5点com口坏了，@客服 出来",
    "@ 5pm it arrived, 60 fps @ 4k",
    "微博上@我的人都看看",
    "I laughed at dot matrix printers",
    "邮箱收不到发票，快看看",
]
WECHAT = [
    "加我微信«abc_123456»",
    "威信：«zhang-san88»",
    "薇❤«lisi2020»便宜",
    "想要的加v«tony8899»",
    "vx:«wxid_a1b2c3d4e5f6g7»",
    "V信«hello_world1»，备注淘宝",
    "微信号是「goodshop_66」".replace("goodshop_66", "«goodshop_66»"),
    "微信«13912345678»",
    "＋薇 «kefu2026» 返现",
    "绿泡泡 «ceshi_001»",
    "my wechat is «lisamiller»",
    "WeChat ID: «anna-lee88»",
    "add me on wechat «tom_2020»",
    "微信搜«dadashop1»",
]
WECHAT_CLEAN = [
    "微信支付优惠了20元，微信8.0.32版本闪退",
    "微信iphone版不好用",
    "客服不回微信，加微信群也没用",
    "wechat payment works, wechat version 8 too",
    "vx1000型号，V20 Pro 手机，加V认证",
    "V8 发动机，5V 2A 充电，加vip送100",
    "连上wifi就行，加水500毫升",
]
QQ = [
    "QQ：«123456789»",
    "我的qq是«88888888»",
    "扣扣«1234567»聊",
    "🐧«987654321»",
    "Q群：«123456789»",
    "加q«1234567890»",
    "企鹅号«55667788»",
    "扣扣一二三四五六七",
    "my QQ is «123456789»",
    "qq number: «10001000»",
]
QQ_CLEAN = [
    "QQ音乐会员12个月，QQ飞车10000点券",
    "qq 12345人都在用",
    "扣扣搜搜的，扣了100000积分",
    "企鹅玩偶高30厘米",
    "QQ 2022 version is fine",
]
ALIPAY = [
    "支付宝账号：«13912345678»",
    "返现到支付宝«lisi@163.com»",
    "zfb «139 1234 5678» 谢谢",
    "退到我的支付宝 «wangwu88@qq.com»",
    "alipay: «anna@example.com»",
    "Refund my Alipay account «13912345678» please",
]
ALIPAY_CLEAN = [
    "支付宝优惠了20元，支付宝付款 2026-11-02",
    "支付宝到账139元",
    "Alipay does not work with 2 cards",
]
SOCIAL_HANDLE = [
    "抖音号：«lisi_2020»",
    "小红书ID «meimei99»，有测评",
    "微博@«tech_review88» 曝光",
    "B站搜«upzhu_123»",
    "微博 @«爱吃的小猫» 也说了",
    "ig: @«anna.lee»",
    "my insta is «@anna_lee».".replace("«@anna_lee»", "@«anna_lee»"),
    "follow me on twitter @«bobsmith»",
    "tiktok handle: «bob.builds»",
    "my snapchat wallaceking".replace("wallaceking", "«wallaceking»"),
    "dm @«shop_fan_22» for photos",
]
SOCIAL_HANDLE_CLEAN = [
    "抖音很火，快手也有，小红书种草",
    "抖音 iphone 版不好用",
    "saw it on tiktok yesterday and the instagram ads are everywhere",
    "youtube videos helped; facebook marketplace is cheaper",
    "TikTok made me buy it, 4k@60fps, rated @1080p",
    "twitter.com is blocked",
    "line 6 is broken, the clothes line works",
]
ORDER_NO = [
    "订单号是«202611021234567890»，少发一件",
    "订单编号：«E2026110299887766»",
    "单号 «1234567890123»还没到",
    "订单号（«3345678901234567890»）",
    "订单 «987654321012» 申请退款",
    "Order #«123-4567890-1234567» never came",
    "my order number is «W123456789»",
    "order «9166365404» arrived broken",
    "invoice no. «INV-2026-00123»",
    "I ordered twice, «113-7654321-7654321» and another",
]
ORDER_NO_CLEAN = [
    "订单金额1234567元，订单量100000单",
    "2026-11-02下的订单，20261102到",
    "订单2026-11-02下的",
    "in order to get 100000 points",
    "order 12 pieces, orders of 200000 units",
    "order 250000 units from here",
    "Item 9166365404 is fine",
]
TRACKING_NO = [
    "快递单号«SF1234567890123»一直不动",
    "运单号：«YT1234567890123»",
    "物流单号 «773409062573811»",
    "顺丰«SF1098765432101»丢件",
    "tracking number «1Z999AA10123456784»",
    "USPS «9400111899223197428490» says delivered",
    "«RR473124829GB» is stuck in customs",
    "tracking: «453255923464»",
]
TRACKING_NO_CLEAN = [
    "快递20261102到的，物流3天",
    "快递费12345678元夸张了",
    "tracking is slow, the parcel took 12 days",
    "package weighs 12345 g",
    "RR473124828GB printed on the back",
]
URL_WITH_ID = [
    "主页«https://weibo.com/u/1234567890»有图",
    "看«www.example.com/profile.php?id=12345678»，真的",
    "my page «https://www.instagram.com/anna_lee/».",
    "«https://shop.example.cn/u?uid=94092726&from=share»",
    "see «http://example.com/member/4711/orders»",
]
URL_WITH_ID_CLEAN = [
    "https://item.jd.com/100012043978.html 同款",
    "官网www.example.com有卖",
    "https://www.amazon.com/dp/B08N5WRWNW is the same",
    "see www.example.com/help/manual.pdf",
]
PERSON = [
    "我叫«张伟»，买了三次",
    "收货人：«李小红»",
    "联系人«王芳»，电话不给",
    "姓名 «欧阳娜娜»",
    "找«李»小姐就行".replace("«李»小姐", "«李»小姐"),
    "«陈»先生态度很好",
    "客服«刘佳»很耐心",
    "免贵姓«赵»",
    "My name is «John Smith» and I love it",
    "Mr. «Smith» called back",
    "Great product.\nRegards, «Anna»",
    "this is «John Smith» speaking",
    "ask for «Katherine Green» at the desk",
    "my daughter «Emily» loves it",
    "shipped c/o «Nathan Davis»",
    "signed for by '«Kowalczyk»'",
]
PERSON_CLEAN = [
    "王老吉的凉茶，李宁的鞋，金龙鱼的油",
    "高兴坏了，白色好看，安装师傅准时",
    "客服小姐姐很温柔，客服态度好",
    "快递单号查不到，联系人没写",
    "我叫了外卖，顾客至上，用户方便",
    "Dr. Martens and Dr Pepper, Mr. Coffee and Mrs. Meyers",
    "This is Great! I am Very happy. I'm Disappointed",
    "my daughter Loves it and my son Uses it",
    "Thanks, Amazon",
    "Customer Service was rude, Agent Was slow",
]
ADDRESS = [
    "寄到«北京市海淀区中关村大街27号»就行",
    "地址：«浙江省杭州市西湖区文三路478号华星时代广场3楼»",
    "住«阳光花园3栋2单元501室»",
    "收货地址是«广东省深圳市南山区科技园路1号2栋305»",
    "送到«朝阳区望京西路8号院6号楼1203»，没人",
    "我家在«幸福小区12号楼3单元402»",
    "ship it to «123 Main Street, Springfield, IL 62704»",
    "I live at «742 Evergreen Terrace Apt 3B»",
    "my address is «221B Baker Street, London NW1 6XE»",
    "send to «PO Box 1234, Austin, TX 78701»",
    "They left it at «1600 Pennsylvania Ave NW».",
    "delivered to «45 Oak Ridge Suite 210, Denver, CO 80203»",
]
ADDRESS_CLEAN = [
    "3号链接比2号便宜，5楼不送",
    "上海老字号，东北大米，北京烤鸭",
    "地铁2号线旁边的店，1栋别墅",
    "12号下单15号到，88元一套",
    "质量一般，路上走了5天，1号颜色好看",
    "4 USB Ports and 2 HDMI Ports, 10 Charging Ports",
    "500 GB Drive, 3 Pro Max, 5 Star Service",
    "30 Day Return Way too slow",
    "I paid 20 dollars on Main Street Market",
]
