"""The keyboard pl, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890-=qwertyuiop[]asdfghjkl;'`\\zxcvbnm,./ <��",
    '!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"\u0303|ZXCVBNM<>? >��',
    "≠²³¢€½§·«»–\u0327πœę©ß←↓→óþ\u0308\u0303ąśðæŋ’ə…ł\u0301\u0302¬\u0300żźć„”ńµ≤≥�\u00a0|��",
    "¡¿£¼‰∧≈¾±°—\u0328ΩŒĘ®™¥↑↔ÓÞ\u030a\u0304ĄŚÐÆŊ•Ə�Ł\u030b\u030c∨\u0306ŻŹĆ‘“Ń∞×÷\u0307\u00a0¦��",
)
UNDER_CAPS = (
    "1234567890-=QWERTYUIOP[]ASDFGHJKL;'`\\ZXCVBNM,./ <��",
    '!@#$%^&*()_+qwertyuiop{}asdfghjkl:"\u0303|zxcvbnm<>? >��',
    "≠²³¢€½§·«»–\u0327ΩŒĘ©ß←↓→ÓÞ\u0308\u0303ĄŚÐÆŊ’Ə…Ł\u0301\u0302¬\u0300ŻŹĆ„”Ńµ≤≥�\u00a0|��",
    "¡¿£¼‰∧≈¾±°—\u0328πœę®™¥↑↔óþ\u030a\u0304ąśðæŋ•ə�ł\u030b\u030c∨\u0306żźć‘“ń∞×÷\u0307\u00a0¦��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÆǼæǽΩΏ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹ"),
    "\u0304": ("¯", "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÆǢæǣ"),
    "\u0306": ("˘", "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzżŚṤśṥ"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzž"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţĆḈćḉ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
