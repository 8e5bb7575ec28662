"""The keyboard it, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890'ìqwertyuiopè+asdfghjklòà\\ùzxcvbnm,.- <��",
    '!"£$%&/()=?^QWERTYUIOPé*ASDFGHJKLç°|§ZXCVBNM;:_ >��',
    "¹²³¼½¬{[]}`~@ſ€¶ŧ←↓→øþ[]æßðđŋħ�ĸł@#¬\u0300«»¢“”ñµ\u0301·\u0304 «��",
    "¡\u030b\u0303⅛⅜⅝⅞™±\u0328¿\u0302Ω§¢®Ŧ¥↑ıØÞ{}ÆẞÐªŊĦ�&Ł\u0327\u030a¦\u0306<>©‘’Ñº×\u0308÷ »��",
)
UNDER_CAPS = (
    "1234567890'ÌQWERTYUIOPÈ+ASDFGHJKLÒÀ\\ÙZXCVBNM,.- <��",
    '!"£$%&/()=?^qwertyuiopÉ*asdfghjklÇ°|§zxcvbnm;:_ >��',
    "¹²³¼½¬{[]}`~@S€¶Ŧ←↓→ØÞ[]ÆẞÐĐŊĦ�ĸŁ@#¬\u0300«»¢“”Ñµ\u0301·\u0304 «��",
    "¡\u030b\u0303⅛⅜⅝⅞™±\u0328¿\u0302Ω§¢®ŧ¥↑ıøþ{}æßðªŋħ�&ł\u0327\u030a¦\u0306<>©‘’ñº×\u0308÷ »��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÆǼÇḈØǾæǽçḉøǿΩΏ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹ"),
    "\u0304": ("¯", "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÆǢæǣ"),
    "\u0306": ("˘", "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭ"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
