"""The keyboard dk, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890+\u0301qwertyuiopå\u0308asdfghjklæø½'zxcvbnm,.- <��",
    '!"#¤%&/()=?\u0300QWERTYUIOPÅ\u0302ASDFGHJKLÆØ§*ZXCVBNM;:_ >��',
    "¡@£$½¥{[]}±|@ſ€®þ←↓→œþ\u0308\u0303ªßðđŋħ�ĸł\u0301\u0302¾\u030b«»©„“”µ\u0327·� \\��",
    "¹²³¼¢⅝÷«»°¿¦Ω§¢®Þ¥↑ıŒÞ\u030a\u030cºẞÐªŊĦ�&Ł\u030b\u030c¶×<>©‚‘’º\u0328\u0307\u0307 ¬��",
)
UNDER_CAPS = (
    "1234567890+\u0301QWERTYUIOPÅ\u0308ASDFGHJKLÆØ½'ZXCVBNM,.- <��",
    '!"#¤%&/()=?\u0300qwertyuiopå\u0302asdfghjklæø§*zxcvbnm;:_ >��',
    "¡@£$½¥{[]}±|@S€®Þ←↓→ŒÞ\u0308\u0303ªẞÐĐŊĦ�ĸŁ\u0301\u0302¾\u030b«»©„“”µ\u0327·� \\��",
    "¹²³¼¢⅝÷«»°¿¦Ω§¢®þ¥↑ıœþ\u030a\u030cºßðªŋħ�&ł\u030b\u030c¶×<>©‚‘’º\u0328\u0307\u0307 ¬��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÅǺÆǼØǾåǻæǽøǿΩΏ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzżſẛ"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzž"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
