"""The keyboard us_intl, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890-=qwertyuiop[]asdfghjkl;\u0301\u0300\\zxcvbnm,./ \\��",
    "!@#$%\u0302&*()_+QWERTYUIOP{}ASDFGHJKL:\u0308\u0303|ZXCVBNM<>? |��",
    "¡²³¤€¼½¾‘’¥×äåé®þüúíóö«»áßðfghjœø¶'`¬æx©vbñµç\u0307¿ \\��",
    '¹\u030b\u0304£\u0327^�\u0328\u0306\u030a�÷ÄÅÉ®ÞÜÚÍÓÖ“”Á§ÐFGHJŒØ°"~¦ÆX¢VBÑµÇ\u030c� |��',
)
UNDER_CAPS = (
    "1234567890-=QWERTYUIOP[]ASDFGHJKL;\u0301\u0300\\ZXCVBNM,./ \\��",
    "!@#$%\u0302&*()_+qwertyuiop{}asdfghjkl:\u0308\u0303|zxcvbnm<>? |��",
    "¡²³¤€¼½¾‘’¥×ÄÅÉ®ÞÜÚÍÓÖ«»ÁßÐFGHJŒØ¶'`¬ÆX©VBÑµÇ\u0307¿ \\��",
    '¹\u030b\u0304£\u0327^�\u0328\u0306\u030a�÷äåé®þüúíóö“”á§ðfghjœø°"~¦æx¢vbñµÇ\u030c� |��',
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳÜǛüǜ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÅǺÆǼÇḈØǾÜǗåǻæǽçḉøǿüǘ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹ"),
    "\u0304": ("¯", "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÄǞÆǢÖȪÜǕäǟæǣöȫüǖ"),
    "\u0306": ("˘", "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzż"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzžÜǙüǚ"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
