"""The keyboard be, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = True
LEVELS = (
    "&é\"'(§è!çà)-azertyuiop\u0302$qsdfghjklmù²µwxcvbn,;:= <��",
    "1234567890°_AZERTYUIOP\u0308*QSDFGHJKLM%³£WXCVBN?./+ >��",
    "|@#¼½^{[{}\\\u0327@ſ€¶ŧ←↓→œþ[]æßðđŋħ�ĸł\u0301\u0301¬\u0300«»¢„“”\u0327•·\u0303 \\��",
    "¡⅛£$⅜⅝⅞™±°¿\u0328Ω§¢®Ŧ¥↑ıŒÞ\u030a\u0304ÆẞÐªŊĦ�&Ł\u030b\u030c¬\u0306<>©‚‘’º×÷\u0307 \\��",
)
UNDER_CAPS = (
    "&É\"'(§È!ÇÀ)-AZERTYUIOP\u0302$QSDFGHJKLMÙ²µWXCVBN,;:= <��",
    "1234567890°_azertyuiop\u0308*qsdfghjklm%³£wxcvbn?./+ >��",
    "|@#¼½^{[{}\\\u0327@S€¶Ŧ←↓→ŒÞ[]ÆẞÐĐŊĦ�ĸŁ\u0301\u0301¬\u0300«»¢„“”\u0327•·\u0303 \\��",
    "¡⅛£$⅜⅝⅞™±°¿\u0328Ω§¢®ŧ¥↑ıœþ\u030a\u0304æßðªŋħ�&ł\u030b\u030c¬\u0306<>©‚‘’º×÷\u0307 \\��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÆǼÇḈæǽçḉΩΏ"),
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
