"""The keyboard is, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890ö-qwertyuiopð'asdfghjklæ\u0301\u030a+zxcvbnm,.þ <��",
    '!"#$%&/()=Ö_QWERTYUIOPÐ?ASDFGHJKLÆ\u0301\u0308*ZXCVBNM;:Þ >��',
    "¹²³¼½¬{[]}\\\u0327@ſ€¶ŧ←↓→ø|\u0308~æß„đŋħ�ĸł^\u0302¬`«»¢„“”µ•·� |��",
    "¡⅛£¤⅜⅝⅞™±°¿\u0328Ω§¢®Ŧ¥↑ıØπ\u030a\u0304Æẞ“ªŊĦ�&Ł\u030b\u030c\u00ad\u0306<>©‚‘’º×÷\u0307 ¦��",
)
UNDER_CAPS = (
    "1234567890Ö-QWERTYUIOPÐ'ASDFGHJKLÆ\u0301\u030a+ZXCVBNM,.Þ <��",
    '!"#$%&/()=ö_qwertyuiopð?asdfghjklæ\u0301\u0308*zxcvbnm;:þ >��',
    "¹²³¼½¬{[]}\\\u0327@S€¶Ŧ←↓→Ø|\u0308~Æẞ„ĐŊĦ�ĸŁ^\u0302¬`«»¢„“”µ•·� |��",
    "¡⅛£¤⅜⅝⅞™±°¿\u0328Ω§¢®ŧ¥↑ıøΠ\u030a\u0304æß“ªŋħ�&ł\u030b\u030c\u00ad\u0306<>©‚‘’º×÷\u0307 ¦��",
)
DEAD = {
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÆǼØǾæǽøǿΩΏ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0304": ("¯", "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÆǢÖȪæǣöȫ"),
    "\u0306": ("˘", "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzżſẛ"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzž"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
