"""More given names in Latin letters, of languages that the registers of one country hardly hold.

Source: general knowledge of common names in their usual English spelling; no list was copied.
"""

from __future__ import annotations

from typing import Final

from privacy.redaction.recogniser import words

WORLD: Final = words(
    """
    kalani keoni leilani makoa nohea kailani malakai tevita sione mele sefa tui ioane lupe
    viliami manaia aroha anahera tamati wiremu hemi rangi ngaire kahu mereana hinemoa tane lech
    zdravko zbyszek radek mirek slavko slobodan dejan bojan vuk vesela radoslav stanislav
    bogdana iveta lenka zdenka marketa hynek vojtech radim milena zlata drazen tihomir darko
    mladen nenad sasa ljubica snezana biljana oleks oleksii olena yevhen mykhailo bohdan halyna
    nadiya lyudmyla kateryna volodymyr ruslan timur rustam aybek nursultan gulnara dinara aigul
    zhanna marat askar ainura bakyt giorgi tamar zurab davit ketevan armen hayk anahit gevorg
    tigran lusine narek aram vardan ngozi chidi chidinma chukwuemeka emeka obinna ifeanyi
    uchenna adaeze nneka chioma amaka oluwaseun oluwatobi olumide babatunde adebayo ayodele
    temitope folake yetunde funmilayo damilola kehinde taiwo bisi segun tunde abimbola
    abdirahman abdullahi hodan ifrah warsame faduma sahra liban mahad asha hibo thandiwe sipho
    thabo lerato nomsa bongani themba nkosi zanele lindiwe mandla kagiso tebogo naledi palesa
    wanjiru njoroge kamau wambui mwangi akinyi otieno achieng odhiambo chebet kiprop jelagat
    tadesse selam abebe almaz hirut dawit meron bekele genet haile mulugeta fatoumata mamadou
    ousmane aissatou moussa ibrahima cheikh aminata seydou hiroshi kenji takeshi haruto yuto
    sora daiki kaito ryota shota naoki satoshi makoto kazuki yuki haruka sakura aoi misaki ayaka
    yumi keiko michiko noriko akiko tomoko sachiko kumiko emi minjun jiho seojun jihoon minseo
    jiwoo soojin eunji hyejin jiyoung sunghoon donghyun seungmin yejin minji haeun thuy huong
    linh nguyet trang thao phuong tuan khoa quang hieu thang duy anh-thu bao-an somchai niran
    kanya malee siriporn nattapong chaiwat putri dewi siti nurul budi agus wahyu slamet bambang
    suryadi rizki ayu wulan yuni ratna joko dwi eko fitri lestari hafiz aminah faridah zulkifli
    azlan rosmah norhayati aziz farid mohd syafiq izzat jhun jomar marites jocelyn rowena
    maricel analyn rodel arnel bayani ligaya dalisay manjit baljit harjit ranjit sukhdev gurdeep
    gurbaksh kulwinder parminder jagdish surinder balwinder amarjit harbhajan satnam jaswant
    bhavna hetal jignesh hiral dhruv kunal tejas sameer tushar yash ishaan ayush aniket prachi
    tanvi ishita kriti aditi rutuja vaishnavi sangita mahalakshmi meenakshi thulasi saravanan
    selvam kumaran arumugam kamala padmini chaminda sanath nuwan dilani thilini ruwan kasun
    ishara bishnu ramita sarita gopal zoltan gabor istvan laszlo ferenc attila katalin zsofia
    eszter agnes reka boglarka csilla ildiko szabolcs aino eino veikko pekka jukka timo
    kari-pekka sirkka marjatta riikka satu minna tuuli ilmari urmas tonu kersti liis maarja
    andris janis ilze juris gintaras vytautas mindaugas jurgita rasa egle ruta daiva thorsten
    sibylle ottilie anneliese liesel gudrun hannelore ingeborg sieglinde reinhard manfred
    gerhard detlef gerd holger torsten xiomara yesenia graciela marisol consuelo rigoberto
    heriberto ezequiel leticia rosalba itzel citlali xochitl nayeli joaquin eusebio gonzalo
    iñaki iker ander ainhoa itziar amaia nerea jordi montserrat oriol nuria pau arnau mireia
    hortense bertrand gaspard ghislaine solange aurelien maelys capucine anais lucienne
    jean-marc jean-pierre marie-claire loic yannick gwenaelle maiwenn morfydd gwenllian eirlys
    eluned heulwen gwilym llewellyn ifan osian ieuan mairead bronagh grainne blathnaid muireann
    cathal diarmuid conall fiachra oisin daithi senan donnacha ruairi caolan ayelet shira noam
    yael itai nadav moshe shlomo chaim menachem rivka shoshana bahar golnaz mahsa farzaneh
    kourosh siavash behrouz ehsan vahid soraya laleh ebru ozlem gizem tolga serkan volkan onur
    ilker sevgi nurcan hatice havva
    """
)
"""About 550, in lower case; those that are English words as well are left out."""
