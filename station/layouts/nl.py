"""The keyboard nl, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890/°qwertyuiop\u0308*asdfghjkl+\u0301@<zxcvbnm,.- ]��",
    "!\"#$%&_()'?\u0303QWERTYUIOP\u0302|ASDFGHJKL±\u0300§>ZXCVBNM;:= [��",
    "¹²³¼½¾£{}°\\\u0327@ſ€¶þÿüïò¶~\u0303áßðªŋħ�ĸł\u0301'¬\u0300«»¢“”ñμ¸·\u00ad |��",
    "¡⅛£$⅜⅝⅞[]™¿\u0328Ω§¢®Þ¥ÜÏÒÞ^\u0304ÁẞÐªŊĦ�&Ł\u030b`¬\u0306<>©‘’Ñº«»\u0307 ¦��",
)
UNDER_CAPS = (
    "1234567890/°QWERTYUIOP\u0308*ASDFGHJKL+\u0301@<ZXCVBNM,.- ]��",
    "!\"#$%&_()'?\u0303qwertyuiop\u0302|asdfghjkl±\u0300§>zxcvbnm;:= [��",
    "¹²³¼½¾£{}°\\\u0327@S€¶ÞÿÜÏÒ¶~\u0303ÁẞÐªŊĦ�ĸŁ\u0301'¬\u0300«»¢“”ÑΜ¸·\u00ad |��",
    "¡⅛£$⅜⅝⅞[]™¿\u0328Ω§¢®þ¥üïòÞ^\u0304áßðªŋħ�&ł\u030b`¬\u0306<>©‘’ñº«»\u0307 ¦��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳÜǛüǜΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÏḮÜǗïḯüǘΩΏ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹ"),
    "\u0304": ("¯", "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÜǕüǖ"),
    "\u0306": ("˘", "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzżſẛ"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
