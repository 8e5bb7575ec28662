"""The keyboard gb, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890-=qwertyuiop[]asdfghjkl;'`#zxcvbnm,./ \\��",
    '!"£$%^&*()_+QWERTYUIOP{}ASDFGHJKL:@¬~ZXCVBNM<>? |��',
    "¹²³€½¾{[]}\\\u0327@ſe¶ŧ←↓→øþ\u0308\u0303æßðđŋħ�ĸł\u0301\u0302|\u0300«»¢„“”µ•·� |��",
    "¡⅛£¼⅜⅝⅞™±°¿\u0328Ω§E®Ŧ¥↑ıØÞ\u030a\u0304ÆẞÐªŊĦ�&Ł\u030b\u030c|\u0306<>©‚‘’º×÷\u0307 ¦��",
)
UNDER_CAPS = (
    "1234567890-=QWERTYUIOP[]ASDFGHJKL;'`#ZXCVBNM,./ \\��",
    '!"£$%^&*()_+qwertyuiop{}asdfghjkl:@¬~zxcvbnm<>? |��',
    "¹²³€½¾{[]}\\\u0327@SE¶Ŧ←↓→ØÞ\u0308\u0303ÆẞÐĐŊĦ�ĸŁ\u0301\u0302|\u0300«»¢„“”µ•·� |��",
    "¡⅛£¼⅜⅝⅞™±°¿\u0328Ω§e®ŧ¥↑ıøþ\u030a\u0304æßðªŋħ�&ł\u030b\u030c|\u0306<>©‚‘’º×÷\u0307 ¦��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÆǼØǾæǽøǿΩΏ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹ"),
    "\u0304": ("¯", "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÆǢæǣ"),
    "\u0306": ("˘", "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzżſẛ"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzž"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
