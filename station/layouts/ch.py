"""The keyboard ch, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890'\u0302qwertzuiopü\u0308asdfghjklöä§$yxcvbnm,.- <��",
    '+"*ç%&/()=?\u0300QWERTZUIOPè!ASDFGHJKLéà°£YXCVBNM;:_ >��',
    "|@#¼½¬|¢]}\u0301\u0303@ſ€¶ŧ←↓→œþ[]æßðđŋħ�ĸł\u0301{¬}«»¢„“”µ•·� \\��",
    "¡⅛£$⅜⅝⅞™±°¿\u0328Ω§E®Ŧ¥↑ıŒÞ\u030a\u0304ÆẞÐªŊĦ�&Ł\u030b\u030c¬\u0306<>©‚‘’º×÷\u0307 ¦��",
)
UNDER_CAPS = (
    "1234567890'\u0302QWERTZUIOPÜ\u0308ASDFGHJKLÖÄ§$YXCVBNM,.- <��",
    '+"*Ç%&/()=?\u0300qwertzuiopÈ!asdfghjklÉÀ°£yxcvbnm;:_ >��',
    "|@#¼½¬|¢]}\u0301\u0303@S€¶Ŧ←↓→ŒÞ[]ÆẞÐĐŊĦ�ĸŁ\u0301{¬}«»¢„“”µ•·� \\��",
    "¡⅛£$⅜⅝⅞™±°¿\u0328Ω§E®ŧ¥↑ıœþ\u030a\u0304æßðªŋħ�&ł\u030b\u030c¬\u0306<>©‚‘’º×÷\u0307 ¦��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳÜǛüǜΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÆǼÇḈÜǗæǽçḉüǘΩΏ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹ"),
    "\u0304": ("¯", "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÄǞÆǢÖȪÜǕäǟæǣöȫüǖ"),
    "\u0306": ("˘", "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzżſẛ"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzžÜǙüǚ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
