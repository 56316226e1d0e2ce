"""Given names in Latin letters, and those that are ordinary words or brands as well.

Sources: the registers of births of the United States (1990 census, public domain, from the package
names, MIT) and, by general knowledge, commoner names of other languages in their usual spelling.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from privacy.redaction.names.given_world import WORLD
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
_RARER: Final = words(
    """
    abelard abner abraham absalom achilles ada adair adelaide adele adeline adrian agatha agnes
    ahmad ainsley aisling albert alberta alec aleister alexander alfred algernon allegra aloysius
    althea alvin amandine ambrose amos anatole andreas andromeda angelica angus anselm anthea
    antoine antonia apollonia arabella araminta archibald ariadne ariel arlo armand arnold artemis
    arthur asa atticus aubrey audrey augusta augustine augustus aurora austen aveline axel azalea
    azariah balthazar barnabas bartholomew basil bastian beatrice beatrix beau benedict benjamin
    bernadette bernard bertha bertram bertrand bettina blaise blanche boniface brigid bronte bruno
    caius calliope calypso camilla candida cassandra cassius caspian caspar cecil cecilia cedric
    celeste celia charity christabel clarissa claude claudia clement clementina cleo clovis
    colette conrad constance consuelo coraline cordelia cornelia cornelius cosima cosmo crispin
    cressida cuthbert cynthia cyprian cyril cyrus dagny damaris damian daphne darius dashiell
    deborah delilah delphine delroy demelza desdemona desmond dexter dimitri dinah dominic
    dorothea drusilla dulcie dunstan ebenezer edgar edith edmund edna edwin effie eleanor elias
    elijah elisabeth elisha eliza elmer eloise elspeth elvira emeline emmanuel emmeline enid enoch
    ephraim erasmus ernest ernestine esau esmeralda esme estella ethel etta eudora eugene eugenia
    eulalia eunice euphemia eustace evadne evander evangeline evelina everard ezra fabian fabienne
    faustina felicity ferdinand fidelma fitzgerald flavia fletcher flora florence francesca francine
    frederica frederick genevieve geoffrey georgiana geraldine gertrude gervase gideon gilbert
    gisela gladys godfrey godwin griselda guinevere gwendolen gwendolyn hadrian hannibal harriet
    hector hedwig heloise henrietta hepzibah herbert hercules hermia hermione hester hezekiah hilary
    hilda hippolyta horace horatia horatio hortense hubert hyacinth ianthe ichabod ignatius ignatia
    imelda india ingrid iolanthe irving isadora isaiah isidore isolde ivor jabez jacinta jacob
    jacobina january jasper jebediah jedidiah jemima jeremiah jericho jerome jerusha jessamine
    jethro joachim joanna jocasta jocelyn jolyon josephine joshua josiah jotham judith juliana
    julius juno justina kezia keziah lachlan laertes lambert lancelot lavinia lazarus leander
    leocadia leonora leopold leroy letitia lettice levi lilith linus livia llewellyn lorelei lorenz
    lorna lucasta lucian lucilla lucinda lucius lucretia ludovic luther lydia lysander mabel
    magdalen magdalena magnolia malachi malcolm marcel marcellus marguerite marigold marius
    marmaduke matilda maud maurice maximus maxwell mehitabel melchior melisande mercia meredith
    merlin micah mildred millicent minerva mirabel miranda montague mordecai morgana mortimer
    moses muriel myrtle nathaniel nehemiah neville newton nicodemus nigella noelle norbert
    oberon obadiah octavia octavian octavius odette odysseus olympia ophelia orlando orson oscar
    osbert osmond oswald otis ottilie otto palmer pandora parthenia pascal pascoe patience
    penelope peregrine perpetua persephone petronella petula phileas philemon philomena phineas
    phoebe phyllida piers polly portia primrose priscilla prosper prudence prunella quentin
    quincy quintin rafferty raphael regina reginald remus reuben rex rhoda roderick roland romilly
    romola rosalba rosalie rosalind rosamund rosanna roscoe rowan rowena rufus rupert sabina salome
    samson samuel sebastian selena selwyn septimus seraphina serena seth seymour sheba sibyl
    sidonie sigmund silvester simeon solomon sophronia stanislaus sybil sylvester tabitha talitha
    tamara tamsin tancred tarquin tatiana thaddeus thalia thelma theobald theodora theodore
    theodosia theophilus theresa thomasina thorne thurston tiberius timothea titania titus tobias
    tristan tristram tybalt ulysses una uriah ursula valentina valentine valerian vashti venetia
    verity verena vernon veronica vincent viola virgil vivian vladislav wallace walter wendell
    wilfred wilhelmina willa willard winifred winston xander xanthe xavier yolanda zachariah
    zacharias zebedee zechariah zelda zenobia zephaniah zillah zuleika
    abiodun adaora adewale afolabi aminata amara amadou anthonia ayotunde bamidele boubacar
    chiamaka chibuzo chidinma chijioke chimamanda chinonso chukwuma danladi dayo diallo ebube
    ekene ekwueme esther fatoumata gbenga habiba ifeanyi ifeyinwa ikenna jelani kamal kelechi
    kenechukwu kwadwo kwaku kwasi lamine makena mamadou mwangi nana nkechi nneka nnenna nonso nyah
    obi ogechi okechukwu olamide olayinka olumide oluwatobi omolara onyeka ousmane rotimi sadio
    simisola tahani taiwo tendayi thandeka titilayo tobi tolu tumelo uchenna uzoma yetunde zola
    aarav abdul abdullah abhay adil aditi advait ahana ajit akhil akshay alok amar ameya amrita
    anika anirudh ankita ankur anuj anurag apoorva archana arpita arnav arundhati asha ashwin
    atul avani ayaan ayush balaji bhavana bhavesh bhavna bhupinder chandra charu chetan chitra
    daljit darshan deepa deepti devi devika dhruv dilip divyanshu ekta esha faiz farida farrukh
    gaurav gauri gautam girija gita gokul gopal govind gulshan gurdeep harbhajan hardik hari
    harsh harsha hemant hemlata himanshu indira indu irfan ishaan ishita jagdish jai jaswinder
    jatin jaya jayant jayesh jitendra kabir kajal kalpana kamala kanchan kanika kapil kartik
    kashif keshav ketan khushi komal kripa kunal kushal lalit lalita leela lokesh madhavi madhu
    madhuri mahendra mahima malini manan mandeep manisha manoj mayank mayur meenakshi megha
    milind mithun mona mrinal mridula mukta mukul naina nagesh namrata narendra naresh navdeep
    navya neelam neeraj neeta nidhi nilesh niranjan nirmala nishant nitin omkar padmini pallavi
    pankaj parag paresh parth parul pawan piyush pradnya pragya prachi prasad prateek pratibha
    preeti prem prerna puneet purnima pushpa rachana raghav raghu rajat rajeev rajendra rajni
    rakhi ramya rani ranjit ravi ravindra reema renu renuka ridhi rishi ritika riya rizwan
    roshan roshni ruchi rudra rukmini rupali sachin sadhana saira sahil sakshi salman sameer
    samira sangita sanjana sanjeev santosh sarita sarika sarojini satish savita seema shahnaz
    shailesh shalini shankar shanti sharad sharmila shashi sheetal shilpa shiv shivani shobha
    shruti shubham shyam smita smriti soham sonia srikanth srinidhi subhash suchitra sudhir
    sujata suman sumitra supriya surbhi surendra surya sushant sushil sushma suvarna swapnil
    tanmay tanvi tanya tapan taruna tejas trisha tushar uday ujjwal uma umesh upasana urmila
    usha utkarsh vaibhav vandana vani varsha varsheni vasant vasudha veena venkatesh vibha vidya
    vihaan vijaya vikas vikrant vimal vinay vineet vipul viraj vishal vishnu yamini yash yogesh
    abdulaziz abdulrahman adel afaf akram alaa ammar anwar asma ayman badr basel bassam dalia
    dalal essam fahad faten fawzi feras firas ghada ghassan hadeel haider hala hamdan hamed
    hatem hazem hisham huda ibtisam ihab iman jamila jasim jawad kareem khadijah lamia lina
    lubna maha mahmoud majed manal marwa marwan mazen mona muna mustapha nada nadia nahla naji
    najwa nasser nawal nayef osama qasim raed raja randa rashida rawan reem rima ruba saeed
    safa sahar saif salem salim sameh samia saud sawsan shaima suha suhail sultan taha tala
    tamer thamer umar wael wafa walaa wissam yahya yara zahra zaid zakaria zeina
    akiko asuka ayaka aya chihiro daisuke eiji emiko etsuko fumiko fumio hana haruki hideki
    hideo hikaru hinata hiroko hiroki ichiro isamu izumi junichi junko kaito kana katsumi
    kazuki kazuko kazuo keiji kenichi kenta kiyoshi koichi kumiko kyoko machiko makoto mamoru
    mariko masaki masako masaru mayumi megumi michiko midori minoru misaki mitsuko miyuki
    momoko naoki noboru nobuko noriko osamu reiko ren riko ryo ryota sachiko saori satomi
    sayuri setsuko shigeru shinji shinobu shizuka sho shota shun sora sumiko susumu tadashi
    takahiro takako takashi takumi tamiko taro tatsuya tetsuya tomoko tomoyuki toshiko tsutomu
    yasuko yasuo yoshiko yosuke yui yuka yukiko yumiko yusuke yuta yuto
    lorelai cosette corbin ulrich kaleb aubree brantley bryce bryson colton dalton dawson easton
    everett
    finnegan gavin grayson greyson holden jace kason keegan kellan landon lennox maddox paxton
    rhett ryder
    tatum trevon zander adalyn adelyn alivia amaya annabelle arya aubrie avery blakely braelynn
    brielle
    brinley brynn callie camryn charlee dakota delaney elowen emersyn emery everleigh gracelyn
    gianna
    hadlee hadley isabela jolie kaia kailani kaya kendra kensley kinley kinsley lainey laney
    leighton
    londyn lyla lyra maci malia mckenna mikayla mila nevaeh payton peyton quinn raelynn raegan
    reagan
    remi rylee saylor scarlett selah shiloh skylar sloane teagan tiana zara zaria zoltan torvald
    priti
    ottoline ottavia hendrik sanjeev chukwuemeka eloween marv fitzwilliam
    agnieszki aleksander aleksandra arkadiusz bartosz beata bogusia boguslaw czeslaw dagmara
    dariusz dorota elzbieta ewelina franciszek gosia henryk iwona izabela jacek jadwiga jaroslaw
    joanna justyna kamil karolina kazimierz kinga kornelia krystyna leszek lucyna maciej
    mariusz mateusz mieczyslaw milosz mirek monika natalia oliwia patryk przemek radoslaw renata
    ryszard slawomir stanislaw szymon tadeusz teresa waldemar wieslaw wioletta witold wladyslaw
    zdzislaw alena bohumil dusan frantisek hana ivo jarmila jaroslav jitka josef kamila karel
    katerina lenka libor lubos ludek marek marketa martina michal miroslav ondrej pavla radek
    radka stanislava stepan tereza veronika vladislava vojtech zuzana aleksandar biljana bojan
    branka danijela darko dejan djordje dusko gordana igor ivica jovan jovana ljubica ljubomir
    marko mirjana mladen nebojsa nemanja predrag radmila sanja sasa slavica slobodan snezana
    srdjan stefan tamara tatjana tihomir vladimir vuk zeljko zlatko
    aleksei anton arkady artem artyom bogdana danila denis egor elizaveta evgeny fyodor gennady
    georgy grigory ilya kirill konstantin ksenia larisa leonid lyudmila maksim marina maxim
    nadezhda nikita nina olesya pavlo rodion roman ruslan semyon stanislav svyatoslav tamila
    timofey valentin valery vadim vasily vera viktoriya vitaly vsevolod yakov yana yegor zinaida
    aino aleksi antti arvid birgit bjarne britta dag ebba eino elsa erja esa eskil espen eva
    frode geir gudrun gunilla gustaf hakon halvard harald heidi heikki helga helle henning
    hjalmar inga inge ingeborg ingvar jarl jarmo joakim jorunn jukka juhani kari karin kirsten
    kjell knut kristoffer lasse leif lennart liv maiken marit markku mette mika mikael morten
    niels niklas odd ole orjan otso outi pekka pernille petri petter pirkko ragnar rasmus riitta
    runar sami sanna sari seppo sigurd silje siri sindre siv snorri stein sten stig sture svein
    svante tapio teemu terje thor thora thorsten timo tor tore torsten tove trond trygve tuomas
    turid ulf ulla unni vibeke vidar viggo yngve agathe adelheid albrecht annegret annelie ansgar
    antje astrid baerbel bernd bernhard birgit burkhard christoph claudia cornelia detlef eberhard
    eckhard elfriede elke erwin ewald franziska frauke friedhelm friedrich gabriele georg gerhard
    gerlinde gisela gottfried gretchen gunther hannelore hartmut heidrun heiko heinrich helmut
    henrike herbert herta hilde horst ilse ingo irmgard jochen johanna juergen jutta karl-heinz
    karsten kathrin kerstin konrad kunigunde leonie lieselotte lothar ludwig lutz manfred
    mareike margarete marlene matthias mechthild norbert olaf ottmar rainer reinhard roswitha
    rudiger rüdiger rudolf siegfried sieglinde silke sonja swantje theresia thorsten torben udo
    ursel uta ute volker waltraud werner wiebke wilfried winfried wolfram achille adele agathe
    amandine anais armelle arnaud axelle baptiste bastien benedicte bernadette berengere brice
    capucine cedric celestin clemence corentin cyrille damien delphine didier edouard eloise
    emilie eric estelle fabien fabrice faustine florent francine francoise frederic gael
    gaetan gaspard gauthier genevieve ghislaine gilles guy herve honore hortense hugues ines
    jacqueline jeannine joelle jocelyne josette julien laure laurence lea leonie loic lucien
    ludivine lydie madeleine maelle marcelline marielle marion maryse mathilde maud maxence
    melanie mireille monique morgane muriel nadege noemie odile pascale patrice perrine philippe
    pierrette quentin raphaelle regis remi renaud roxane sabine sandrine severine solange
    stephane tanguy theo thibault thibaut tristan ulysse valentin vincent violette virginie
    xavier yannick yvette yvonne adriana agustin alba alonso alvaro amparo anselmo araceli
    arturo asuncion aurelio azucena begona benito blanca bruna candelaria carmela cayetana
    cesar conchita cristobal dolores eduardo efrain elvira emiliano encarnacion enrique ernesto
    esperanza esteban eugenio fabiola facundo federico felipe fermin fidel fina florencia
    gabriela gerardo gilberto gisela gonzalo graciela gregorio guillermo heriberto hernan
    horacio humberto ignacio inmaculada isidro itziar jacinto jaime jimena joaquin josefina
    julio laura leandro leopoldo leticia lorena lourdes luisa macarena magdalena manolo marcelo
    marisol maribel mauricio maximo mercedes micaela milagros montserrat nieves noelia norma
    octavio olalla osvaldo paloma paquita patricio pepe raquel ramiro ramon raul remedios
    reynaldo ricardo rigoberto rodrigo rogelio rosario salvador santos saul silvio soledad
    susana teodoro tomas trinidad ulises vicente victoriano virtudes wilfredo yesenia yolanda
    adelina adriano agostino alberto aldo alessio alfonso alfredo amedeo angelo annalisa
    antonella antonio arianna armando beatrice benedetta bernardo bianca bruna camillo carla
    carlotta carmine caterina cesare cinzia claudio concetta cosimo cristiano damiano daniele
    dario debora domenico donatella donato edoardo elena eleonora elisabetta emanuela enrico
    enzo ermanno ernesto fabio fabrizio fausto filippo fiorella flavio franca gabriele gaetano
    gianfranco gianluca gianmarco ginevra giacomo gino gioia giuliana giuliano giulio graziella
    guido ignazio immacolata iolanda ivano leonardo letizia lidia livio loredana luciano luigi
    luisa manuela marcello mariangela massimo maurizio michela michele mirella nadia nicola
    nicoletta nunzia orietta ornella ottavio pamela pasquale pierluigi piero pietro raffaele
    raffaella renato riccardo rinaldo roberto rocco romano romeo rosanna ruggero salvatore
    sandro saverio serena silvana silvia silvio simona sofia sonia tiziana tommaso ugo umberto
    valeria vincenzo vito vittoria vittorio abilio afonso albertina anabela antonia armindo
    bernardete caio catia celso clarice conceicao davi edson eduarda elisio fabricio fatima
    fernanda filipa francisca gilson gracinda helder heloisa iracema isaura ivone jacira jandira
    joaquim jorge jurandir leonor ligia luana luciana luiz marcio marcos margarida marilia
    matheus mauricio moacir natalia nelson osvaldo otavio patricia raimundo renato rita roberta
    rogerio rosangela ruben sebastiao silvana teresa valdir vanessa vasco vinicius wagner zelia
    anwen arwen blodwen branwen caradoc carwyn catrin ceinwen ceri delyth dilys eira elgan elin
    eluned emlyn ffion geraint glenys glyndwr gruffydd gwen gwilym gwyneth hefin heulwen idris
    ieuan ifor iestyn iolo iorwerth llinos lowri mabli mair mali meinir meirion menna merfyn mererid
    myfanwy nesta nia olwen osian owain rhian rhodri siwan tegan tegwen tomos aindreas aine ailbhe
    aoibhinn barra blathnaid brendan bridget brona caitriona caoilfhionn colm colum conall cormac
    daithi dara dearbhla dervla donnacha eamon eithne emer enda etain fergal fiachra finbar finola
    fintan grania iarla ita jarlath kieran laoise malachy manus mairead murtagh nollaig nuala
    oonagh peadar proinsias riona ruairi sadhbh seamus senan sile tierney tomas treasa una ailean
    aonghas catriona coll dougal eachann effie elspeth farquhar fenella fergus fingal fraser
    greer hamish innes iona ishbel jessie keir kenina lorne mairi malcolm mungo muriel murdo
    oighrig parlan ranald ross senga seonaid shona sheena sholto sorley torquil una
    """
)
"""Given names of the same kind that few people bear today, in the spelling of English texts."""
ALSO_WORDS: Final = words(
    """
    else pa golden christian blossom mica trinidad cord flavor allen darwin easter booster will
    mark bill frank grace may june april august art rose ruby
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
PARTICLES: Final = words(
    "de van von der den la le del della di da dos das du bin binti bint ibn abu al el ap ab ferch "
    "ten ter zu af av san"
)
"""Small words inside a name: Rhys ap Gwilym, Ludwig van Beethoven, Siti binti Ahmad."""
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
PINYIN_FIRST: Final = FAMILY_FIRST - words(
    "he an song sun tang pan fan tan ding pang long gong king han chan wong du cheng kim park choi "
    "lim koh ong go ng lei shin jung cho yoon vu dang bui ngo pham tran lam leung lau"
)
"""Those that are no English word and no other language's, for names in small letters."""
PINYIN_GIVEN: Final = re.compile(
    "(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uan|uai|an|en"
    "|in|un|ai|ei|ao|ou|ia|ie|iu|ui|uo|ua|ue|a|e|i|o|u)(?:r(?![a-z]))?){2}"
)
"""Two syllables of pinyin in one word (ISO 7098)."""
_COMMON_SURNAMES: Final = 20_000
_PACKAGE: Final = "names"


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """About 7,800 given names in lower case. Raises ModuleNotFoundError without the package."""
    return _ELSEWHERE | _RARER | WORLD | _census("dist.male.first") | _census("dist.female.first")


_SPELT: Final = re.compile(r"ph|ck|([a-z])\1")


def unaccented(name: str) -> str:
    """In lower case and without accents: Renée and renee are one."""
    if name.isascii():
        return name.lower()
    apart = unicodedata.normalize("NFKD", name.lower())
    return "".join(char for char in apart if not unicodedata.combining(char))


def spelling(name: str) -> str:
    """One form for the ways a name is spelt: Benedikt and Benedict, Renée and Renee, Phillip."""
    plain = unaccented(name)
    return _SPELT.sub(lambda m: {"ph": "f", "ck": "c"}.get(m.group(), m.group(1)), plain).translate(
        _ALIKE
    )


_ALIKE: Final = str.maketrans("kyz", "cis")


@lru_cache(maxsize=1)
def given_spellings() -> frozenset[str]:
    """The given names of six letters and more as `spelling` writes them: shorter ones are words."""
    return frozenset(spelling(name) for name in given_names() - ALSO_WORDS if len(name) >= 6)


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """The 20,000 commonest surnames of the United States, in lower case."""
    return _census("dist.all.last", _COMMON_SURNAMES)


@lru_cache(maxsize=1)
def rare_surnames() -> frozenset[str]:
    """All 88,799 of that census, many of them words too: only after a certain given name."""
    return _census("dist.all.last")


def _census(name: str, most: int | None = None) -> frozenset[str]:
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"no package {_PACKAGE}: pip install {_PACKAGE}")
    lines = (Path(spec.origin).parent / name).read_text(encoding="ascii").splitlines()
    return frozenset(line.split()[0].lower() for line in lines[:most] if line.strip())
