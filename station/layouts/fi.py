"""The keyboard fi, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890+\u0301qwertyuiopå\u0308asdfghjklöä§'zxcvbnm,.- <��",
    '!"#¤%&/()=?\u0300QWERTYUIOPÅ\u0302ASDFGHJKLÖÄ½*ZXCVBNM;:_ >��',
    "�@£$‰‚{[]}\\\u0327qw€rþyuıœ�\u030b\u0303əßðfghjĸ�øæ�\u030cʒ×cvbŋµ’�– |��",
    "¡”»«“„�<>°¿\u0328QW�RÞYU|Œ�\u030a\u0304ƏẞÐFGHJ��ØÆ�\u0306Ʒ·CVBŊ—‘\u0307�\u202f¦��",
)
UNDER_CAPS = (
    "1234567890+\u0301QWERTYUIOPÅ\u0308ASDFGHJKLÖÄ§'ZXCVBNM,.- <��",
    '!"#¤%&/()=?\u0300qwertyuiopå\u0302asdfghjklöä½*zxcvbnm;:_ >��',
    "�@£$‰‚{[]}\\\u0327QW€RÞYUıŒ�\u030b\u0303ƏẞÐFGHJĸ�ØÆ�\u030cƷ×CVBŊµ’�– |��",
    "¡”»«“„�<>°¿\u0328qw�rþyu|œ�\u030a\u0304əßðfghj��øæ�\u0306ʒ·cvbŋ—‘\u0307�\u202f¦��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÅǺÆǼØǾåǻæǽøǿ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹ"),
    "\u0304": ("¯", "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÄǞÆǢÖȪäǟæǣöȫ"),
    "\u0306": ("˘", "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzż"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzžƷǮʒǯ"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
