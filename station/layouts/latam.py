"""The keyboard latam, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890'¿qwertyuiop\u0301+asdfghjklñ{|}zxcvbnm,.- <��",
    '!"#$%&/()=?¡QWERTYUIOP\u0308*ASDFGHJKLÑ[°]ZXCVBNM;:_ >��',
    "|@·~½¬{[]}\\\u0327@ſ€¶ŧ←↓→øþ\u0308~æßðđŋħ�ĸł~\u0302¬\u0300«»¢„“”µ•·� \\��",
    "¡⅛£$⅜⅝⅞™±°¿\u0328Ω§¢®Ŧ¥↑ıØÞ\u030a\u0304ÆẞÐªŊĦ�&Ł\u030b{¬}<>©‚‘’º×÷\u0307 |��",
)
UNDER_CAPS = (
    "1234567890'¿QWERTYUIOP\u0301+ASDFGHJKLÑ{|}ZXCVBNM,.- <��",
    '!"#$%&/()=?¡qwertyuiop\u0308*asdfghjklñ[°]zxcvbnm;:_ >��',
    "|@·~½¬{[]}\\\u0327@S€¶Ŧ←↓→ØÞ\u0308~ÆẞÐĐŊĦ�ĸŁ~\u0302¬\u0300«»¢„“”µ•·� \\��",
    "¡⅛£$⅜⅝⅞™±°¿\u0328Ω§¢®ŧ¥↑ıøþ\u030a\u0304æßðªŋħ�&ł\u030b{¬}<>©‚‘’º×÷\u0307 |��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÆǼØǾæǽøǿΩΏ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0304": ("¯", "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÆǢæǣ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzżſẛ"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
