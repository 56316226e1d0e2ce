"""Given names in Latin letters, and those that are ordinary words or brands as well.

Sources: the registers of births of the United States (1990 census, public domain, from the package
names, MIT) and, by general knowledge, commoner names of other languages in their usual spelling.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from privacy.redaction.recogniser import words

_ELSEWHERE: Final = words(
    """
    aoife ciara saoirse niamh siobhan sinead grainne orla roisin eimear aisling caoimhe sorcha
    maeve deirdre fionnuala declan cormac eoin eoghan cian oisin conor padraig cillian darragh
    fergus lorcan ronan tadhg donal callum hamish alasdair iain ewan euan rory lachlan gregor
    struan morag mhairi catriona isla eilidh fiona ailsa rhys gareth dylan gethin huw iwan aled
    emyr carys bronwen cerys sian angharad rhiannon nerys imogen poppy jemima pippa philippa
    georgie tilly millie ellie evie alfie archie harvey nigel clive trevor graham graeme alistair
    kev daz gaz baz shaz trev gav dom nev rupert piers barnaby giles hugo tarquin finn finley
    freddie ollie charlie jude kayleigh chantelle chardonnay keeley jodie kirsty lynsey gemma
    leanne siobhan beth meg liz debs jules pierre jean-luc francois luc mathieu matthieu guillaume
    thierry olivier benoit laurent etienne gerard yves camille chloe manon elodie amelie aurelie
    margaux celine sylvie nathalie veronique sandrine isabelle giulia matteo luca marco giovanni
    giuseppe paolo paulo alessandro alessandra francesca chiara federica lorenzo davide stefano
    elisa ilaria martina valentina simone giorgio gianni sergio luis jose juan carlos jorge javier
    pablo diego alejandro fernando miguel rafael santiago mateo lucia sofia camila valeria ximena
    daniela guadalupe rocio pilar beatriz ines joao tiago goncalo rui nuno mariana catarina thiago
    gustavo henrique larissa hans jurgen jürgen dieter klaus wolfgang heinz uwe bernd stefan
    florian lukas jonas maximilian anke heike ulrike sabine petra katja anja steffi lars sven
    bjorn björn erik anders mikkel magnus nils olaf gunnar ingrid astrid freya sigrid solveig
    annika maja elin linnea saga johan henrik soren søren mads kasper jens pieter willem joost
    maarten sander femke sanne anouk lieke marijke jeroen bram daan piotr pawel tomasz krzysztof
    marcin lukasz grzegorz jakub wojciech kasia agnieszka malgorzata katarzyna magda zofia ewa jan
    janusz zbigniew jiri vaclav zdenek tomas petr milan goran dragan zoran milos nikola jelena
    ivana ana marija vesna bogdan mihai andrei ionut alexandru ioana elena cristina raluca dmitri
    dmitry sergei sergey alexei alexey andrey ivan igor oleg vladimir mikhail nikolai pavel yuri
    boris anatoly viktor natasha olga svetlana irina tatiana yulia anastasia ekaterina oksana
    ludmila galina daria polina vasyl taras oleksandr yaroslav mykola dimitris giorgos yannis
    kostas nikos eleni maria konstantinos stavros mehmet ahmet mustafa emre burak cem murat hakan
    ayse fatma zeynep elif merve selin ahmed mohammed mohamed muhammad muhammed mohammad omar ali
    hassan hussein hussain ibrahim ismail khalid khaled tariq yusuf youssef yousef karim rashid
    bilal hamza amir samir nabil tarek walid fadi ziad rami layla leila aisha ayesha fatima zainab
    zaynab maryam khadija amina yasmin yasmine noor nour hana salma rania dina huda sumaya reza
    mehdi hossein farhad babak arash shirin parisa nasrin azadeh imran asif usman faisal shahid
    zahid waqas adeel farhan saad haris zubair sana hina rabia mehwish raj rajesh ramesh suresh
    mahesh ganesh dinesh mukesh rakesh sanjay vijay ajay amit sumit rohit mohit nikhil rahul rohan
    arjun karan varun tarun arun anil sunil sandeep pradeep kuldeep gurpreet harpreet manpreet
    jaspreet simran deepak vivek abhishek ashish manish siddharth siddhartha aditya akash anand
    arvind ashok vikram vinod prakash krishna krishnan venkat srinivas subramaniam karthik murali
    senthil prashant pranav priya priyanka pooja puja neha nisha sneha shreya divya kavita kavitha
    anita sunita geeta sita lakshmi lata rekha meena meera aarti arti ananya aishwarya deepika
    anjali anusha swati shweta sonal ritu rashmi nandini radhika padma revathi sangeeta jyoti
    kiran harish girish naveen praveen kwame kofi kwabena yaw kojo ama abena akosua efua adjoa esi
    chidi chinedu emeka ngozi chioma adaeze ifeoma obinna nnamdi uche ikechukwu oluwaseun seun
    tunde segun babatunde femi yemi bola funmi folake adebayo ayodele temitope wanjiru njeri
    wambui kamau otieno achieng tendai thabo sipho lerato nomsa thandiwe zanele bongani mandla
    abebe tadesse hiwot selam almaz wei ming hao jun lei yan ying xin hui mei ling lin li jing
    yang xiao qiang feng bin tao jie peng yu yue xiaoming xiaohong weiming jianguo zhiwei zhiqiang
    meiling huiling siew chee kok boon hock seng keng swee ah-huat nurul siti nur aminah rosmah
    azlan azman hafiz hafizah farah aishah zulkifli iskandar razak syafiq danish putri dewi budi
    agus joko wayan made ketut sri rina nguyen linh thuy phuong huong trang thao lan hoa minh duc
    tuan hung quang duy khanh an-nhien minjun jiwoo seojun hyun jihoon minseo jiyoung soojin
    hyejin eunji sungmin youngho yuki haruto sakura hiroshi takeshi kenji akira satoshi yoko keiko
    naoko yumi ayumi haruka kaori daiki rizal jun-jun maricel rowena jerome aileen tyrone deshawn
    lashonda latoya tyrell darnell demetrius jamal malik keisha shaniqua aaliyah imani kyrie
    jayden jaden aiden ayden brayden kayden caden hunter mckenzie mackenzie kaitlyn katelyn ashlyn
    addison madison emerson zoe zoey khloe aria mia ava nora ellie luna liam noah mason lucas
    logan elijah oliver ethan owen caleb wyatt levi jaxon zane kai ezra asher silas ezekiel moshe
    shlomo yitzhak avi uri noa tamar shira rivka chaim menachem dov tzvi yael
    """
)
ALSO_WORDS: Final = words(
    """
    allen darwin easter booster will mark bill frank grace may june april august art rose ruby
    pearl jade amber olive ivy lily
    daisy iris violet heather holly hazel ginger basil sage rosemary joy hope faith charity
    patience prudence constance merry happy sunny summer autumn dawn eve noel carol gene dean earl
    duke king prince baron bishop pope major judge miles chase chance drew grant pat rob bob nick
    jack rich guy buddy sonny sunday monday tuesday friday love honey sugar candy brandy sherry
    coral crystal diamond gem star sky storm rain misty sandy cliff glen dale heath forest ford
    reed brook brooks lane park stone rock clay flint rusty dusty sterling gold silver chip dash
    skip hunter archer mason taylor tailor carter porter cooper parker walker fisher baker page
    turner case ace max pro mini mac van long short young strong noble blue kay bea dot bee joe jo
    al ed sal val penny bud ray ken tab rob wade lance pierce tucker buck colt wolf robin jay
    martin wren bird angel victor victory destiny harmony melody viola aria symphony lyric cadence
    china asia india america paris london florence vienna sydney victoria adelaide brooklyn
    savannah charlotte austin dallas houston phoenix denver jackson lincoln madison cheyenne
    dakota montana georgia virginia carolina jordan israel kenya chad troy milan verona siena
    lourdes bristol chelsea kent devon chester lancaster york berlin geneva alexandria odessa
    alexa siri cortana mercedes porsche lexus tesla kia dodge chevy royce bentley harley kirby
    dyson shark hoover bosch braun miele philips apple jonathan gala fuji avery clarks calvin
    tommy ralph levi dickies lee wrangler jean jeans denim tad earnest ernest mi my so see say in
    an do man sun son son-in sang song an long tong ling lan florida france germany spain italy
    england scotland ireland wales africa cuba holland essie rod gibson squier sherman duncan
    sally irish winter season ping manual carry shea althea hermes prada armani versace valentino
    escada clarins clinique aveda garnier loreal nivea dior chanel gucci zara mango boss hugo
    marshall fender my tai dong ha ho hi ok you yang li jun lin yu yan mei hao hui yue xin tao bin
    jie feng lei ming made sri ama chi made an hung duc hoa kok seng boon chee saga luna mia sky
    milo simba kit kitty tiny bunny pet teddy barbie ken elmo elsa anna olaf sven moana ariel
    belle jasmine aladdin ivory ebony raven scarlet scarlett rusty hero legend maverick ranger
    blaze echo kindle nook alto tempo nova stella galaxy aurora genesis phoenix titan atlas orion
    apollo athena diana venus mercury jupiter eros cash price worth deal marks spencer champion
    reebok dorothy perkins vera wang ted lynx dove olay lola dora diego thomas percy james emily
    felix garfield stewart wilson spalding fender gibson les paul epiphone martin taylor marshall
    ibanez yamaha jasmine elixir buddy pal tyson quest carmel sienna teal fern moss cherry berry
    plum peach apple olive clementine rosie poppy star ginger saffron sorrel basil dill herb frank
    bo so oh em el de la un le sol mar luz cruz sang mi moses jesus christ santa noel mohammed
    prophet buddha nan mom mum dad sis bro see lady sir royal earl count chief chuck dick peter
    willy randy sandy woody rusty jerry tom dolly molly bobby rudy tony oscar emmy grammy jack
    jill daniels johnny walker jim beam jose cuervo cap captain morgan
    """
)
"""Given names that need more than a capital: words, places, brands, figures, drinks."""
WORDS_TOO: Final = words(
    "brown white green black gray grey young long king wood stone west day may hall price best "
    "hunter fox banks rivers"
    " waters fields summers winters bush rich small little strong sharp wise power bird fish "
    "good love short cook baker"
)
"""Surnames that are words of every review: only after a given name."""
FAMILY_FIRST: Final = words(
    "zhang wang li liu chen yang huang zhao wu zhou xu sun zhu hu guo he lin gao luo zheng "
    "liang xie song tang deng"
    " feng cao peng zeng xiao tian dong pan yuan cai jiang yu du cheng wei su lu ding yao tan "
    "zhong cui jin fan fang shi"
    " xiong qin bai meng qiu hou jiang yin xue yan lei shen han wong chan cheung leung lam ng "
    "lau tsang kwok yeung chow"
    " lim ong goh koh teo chua kim park choi jung kang cho yoon jang lim shin tran pham phan "
    "vu dang bui ngo"
)
"""Family names that stand before the given one in Chinese, Korean and Vietnamese, as romanised."""
_COMMON_SURNAMES: Final = 20_000
_PACKAGE: Final = "names"


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """About 5,800 given names in lower case. Raises ModuleNotFoundError without the package."""
    return _ELSEWHERE | _census("dist.male.first") | _census("dist.female.first")


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """The 20,000 commonest surnames of the United States, in lower case."""
    return _census("dist.all.last", _COMMON_SURNAMES)


def _census(name: str, most: int | None = None) -> frozenset[str]:
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"no package {_PACKAGE}: pip install {_PACKAGE}")
    lines = (Path(spec.origin).parent / name).read_text(encoding="ascii").splitlines()
    return frozenset(line.split()[0].lower() for line in lines[:most] if line.strip())
