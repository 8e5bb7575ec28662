"""The keyboard es, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890'¡qwertyuiop\u0300+asdfghjklñ\u0301ºçzxcvbnm,.- <��",
    '!"·$%&/()=?¿QWERTYUIOP\u0302*ASDFGHJKLÑ\u0308ªÇZXCVBNM;:_ >��',
    "|@#\u0303½¬{[]}\\\u0327@ſ€¶ŧ←↓→øþ[]æßðđŋħ�ĸł\u0303{\\}«»¢„“”µ•·� |��",
    "¡⅛£$⅜⅝⅞™±°¿\u0328Ω§¢®Ŧ¥↑ıØÞ\u030a\u0304ÆẞÐªŊĦ�&Ł\u030b\u030c\\\u0306<>©‚‘’º×÷\u0307 ¦��",
)
UNDER_CAPS = (
    "1234567890'¡QWERTYUIOP\u0300+ASDFGHJKLÑ\u0301ºÇZXCVBNM,.- <��",
    '!"·$%&/()=?¿qwertyuiop\u0302*asdfghjklñ\u0308ªçzxcvbnm;:_ >��',
    "|@#\u0303½¬{[]}\\\u0327@S€¶Ŧ←↓→ØÞ[]ÆẞÐĐŊĦ�ĸŁ\u0303{\\}«»¢„“”µ•·� |��",
    "¡⅛£$⅜⅝⅞™±°¿\u0328Ω§¢®ŧ¥↑ıøþ\u030a\u0304æßðªŋħ�&ł\u030b\u030c\\\u0306<>©‚‘’º×÷\u0307 ¦��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÆǼÇḈØǾæǽçḉøǿΩΏ"),
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
