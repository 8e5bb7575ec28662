"""The keyboard hr, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890'+qwertzuiopšđasdfghjklčć`žyxcvbnm,.- <��",
    '!"#$%&/()=?*QWERTZUIOPŠĐASDFGHJKLČĆ~ŽYXCVBNM;:_ >��',
    "~\u030c^\u0306°\u0328`\u0307\u0301\u030b\u0308\u0327\\|€¶ŧ←↓→øþ÷×æ„”[]ħ�łł\u0301ß¬¤‘’¢@{}§<>� |��",
    "\u0303ˇ\u0302˘\u030a˛\u0300˙'˝¨¸ΩŁ€®Ŧ¥↑ıØÞ\u030a\u0304Æ»«ªŊĦ�&Ł\u030b\u030c¬\u0306»«©`'}º×÷\u0307 ¦��",
)
UNDER_CAPS = (
    "1234567890'+QWERTZUIOPŠĐASDFGHJKLČĆ`ŽYXCVBNM,.- <��",
    '!"#$%&/()=?*qwertzuiopšđasdfghjklčć~žyxcvbnm;:_ >��',
    "~\u030c^\u0306°\u0328`\u0307\u0301\u030b\u0308\u0327\\|€¶Ŧ←↓→ØÞ÷×Æ„”[]Ħ�ŁŁ\u0301ß¬¤‘’¢@{}§<>� |��",
    "\u0303ˇ\u0302˘\u030a˛\u0300˙'˝¨¸ΩŁ€®ŧ¥↑ıøþ\u030a\u0304æ»«ªŊħ�&ł\u030b\u030c¬\u0306»«©`'}º×÷\u0307 ¦��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÆǼØǾæǽøǿΩΏ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹ"),
    "\u0304": ("¯", "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÆǢæǣ"),
    "\u0306": ("˘", "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzżŠṦšṧ"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzž"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţĆḈćḉ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
