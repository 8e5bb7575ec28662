"""The keyboard de, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = True
LEVELS = (
    "1234567890ß\u0301qwertzuiopü+asdfghjklöä\u0302#yxcvbnm,.- <��",
    "!\"§$%&/()=?\u0300QWERTZUIOPÜ*ASDFGHJKLÖÄ°'YXCVBNM;:_ >��",
    "¹²³¼½¬{[]}\\\u0327@ſ€¶ŧ←↓→øþ\u0308~æſðđŋħ�ĸł\u030b\u0302′’»«¢„“”µ·…– |��",
    "¡⅛£¤⅜⅝⅞™±°¿\u0328Ω§€®Ŧ¥↑ıØÞ\u030a¯ÆẞÐªŊĦ\u0307&Ł�\u030c″\u0306›‹©‚‘’º×÷— ���",
)
UNDER_CAPS = (
    "1234567890ẞ\u0301QWERTZUIOPÜ+ASDFGHJKLÖÄ\u0302#YXCVBNM,.- <��",
    "!\"§$%&/()=?\u0300qwertzuiopü*asdfghjklöä°'yxcvbnm;:_ >��",
    "¹²³¼½¬{[]}\\\u0327@S€¶Ŧ←↓→ØÞ\u0308~ÆẞÐĐŊĦ�ĸŁ\u030b\u0302′’»«¢„“”µ·…– |��",
    "¡⅛£¤⅜⅝⅞™±°¿\u0328Ω§€®ŧ¥↑ıøþ\u030a¯æſðªŋħ\u0307&ł�\u030c″\u0306›‹©‚‘’º×÷— ���",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳÜǛüǜΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÆǼØǾÜǗæǽøǿüǘΩΏ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0306": ("˘", "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzżſẛ"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzžÜǙüǚ"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
