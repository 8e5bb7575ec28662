"""The keyboard ie, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890-=qwertyuiop[]asdfghjkl;'`#zxcvbnm,./ \\��",
    '!"£$%^&*()_+QWERTYUIOP{}ASDFGHJKL:@¬~ZXCVBNM<>? |��',
    "¡™©€§\u0302¶\u0308ªº–≠œ\u0307é®þ¥úíó‚“‘áßðƒ©\u0307ı\u030a´…æ¦«⟨×\u0327\u030c¨\u0303¯≤≥÷\u00a0\u0300��",
    "¹²³¢†‰⁊•·°—±Œ\u0307É‰ÞµÚÍÓ�”’ÁẞÐ��\u0307¼½¾‡Æ�»⟩∼¸����„‚¿\u00a0\u0301��",
)
UNDER_CAPS = (
    "1234567890-=QWERTYUIOP[]ASDFGHJKL;'`#ZXCVBNM,./ \\��",
    '!"£$%^&*()_+qwertyuiop{}asdfghjkl:@¬~zxcvbnm<>? |��',
    "¡™©€§\u0302¶\u0308ªº–≠Œ\u0307É®Þ¥ÚÍÓ‚“‘ÁẞÐƑ©\u0307ı\u030a´…Æ¦«⟨×\u0327\u030c¨\u0303¯≤≥÷\u00a0\u0300��",
    "¹²³¢†‰⁊•·°—±œ\u0307é‰þµúíó�”’áßð��\u0307¼½¾‡Æ�»⟩∼¸����„‚¿\u00a0\u0301��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÆǼæǽ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzż"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzž"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
}
