"""The keyboard sk, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "+ľščťžýáíé=\u0301qwertzuiopúäasdfghjklô§;ňyxcvbnm,.- \\��",
    '1234567890%\u030cQWERTZUIOP/(ASDFGHJKL"!\u030a)YXCVBNM?:_ |��',
    "!@#$%^&*{}\\\u0304\\|€¶ŧ←↓→øþ[]~đĐ[]`'łŁ$'`\\°#&@{}^<>*\u00a0/��",
    "\u0303\u030c\u0302\u0306\u030a\u0328\u0300\u0307\u0301\u030b\u0308\u0327Ω§E®Ŧ¥↑ıØÞ÷×ÆẞÐªŊĦ�&Ł\u030bß~|<>©‚‘’º×÷\u0307\u00a0¦��",
)
UNDER_CAPS = (
    "+ĽŠČŤŽÝÁÍÉ=\u0301QWERTZUIOPÚÄASDFGHJKLÔ§;ŇYXCVBNM,.- \\��",
    '1234567890%\u030cqwertzuiop/(asdfghjkl"!\u030a)yxcvbnm?:_ |��',
    "!@#$%^&*{}\\\u0304\\|€¶Ŧ←↓→ØÞ[]~ẞĐ[]`'ŁŁ$'`\\°#&@{}^<>*\u00a0/��",
    "\u0303\u030c\u0302\u0306\u030a\u0328\u0300\u0307\u0301\u030b\u0308\u0327Ω§E®ŧ¥↑ıøþ÷×ÆđÐªŊĦ�&Ł\u030bß~|<>©‚‘’º×÷\u0307\u00a0¦��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳÔỒôồΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÆǼÔỐØǾôốøǿΩΏ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹÔỖôỗ"),
    "\u0304": ("¯", "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÄǞÆǢäǟ"),
    "\u0306": ("˘", "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzżŠṦšṧ"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzž"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
