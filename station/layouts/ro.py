"""The keyboard ro, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890-=qwertyuiop[]asdfghjkl;'`\\zxcvbnm,./ \\��",
    '!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"~|ZXCVBNM<>? |��',
    "\u0303\u030c\u0302\u0306\u030a\u0328\u0300\u0307\u0301\u030b\u0308\u0327âß€rțyuîo§„”ășđfghjkł;'`\\zx©vbnm«»/ |��",
    '����������–±Âẞ�RȚYUÎO���ĂȘĐFGHJKŁ:"~|ZX�VBNM��? ¦��',
)
UNDER_CAPS = (
    "1234567890-=QWERTYUIOP[]ASDFGHJKL;'`\\ZXCVBNM,./ \\��",
    '!@#$%^&*()_+qwertyuiop{}asdfghjkl:"~|zxcvbnm<>? |��',
    "\u0303\u030c\u0302\u0306\u030a\u0328\u0300\u0307\u0301\u030b\u0308\u0327Âẞ€RȚYUÎO§„”ĂȘĐFGHJKŁ;'`\\ZX©VBNM«»/ |��",
    '����������–±âß�rțyuîo���ășđfghjkł:"~|zx�vbnm��? ¦��',
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳÂẦâầĂẰăằ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÂẤâấĂẮăắ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹÂẪâẫĂẴăẵ"),
    "\u0306": ("˘", "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzż"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzž"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
