"""The keyboard se, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890+\u0301qwertyuiopå\u0308asdfghjklöä§'zxcvbnm,.- <��",
    '!"#¤%&/()=?\u0300QWERTYUIOPÅ\u0302ASDFGHJKLÖÄ½*ZXCVBNM;:_ >��',
    "¡@£$€¥{[]}\\±@ſ€®þ←↓→œþ\u0308\u0303ªßðđŋħ�ĸłøæ¶´«»©„“”µ\u0327·� |��",
    "¹²³¼¢⅝÷«»°¿¬Ω§¢®Þ¥↑ıŒÞ\u030a\u030cºẞÐªŊĦ�&ŁØÆ¾×<>©‚‘’º\u0328\u0307\u0307\u00a0¦��",
)
UNDER_CAPS = (
    "1234567890+\u0301QWERTYUIOPÅ\u0308ASDFGHJKLÖÄ§'ZXCVBNM,.- <��",
    '!"#¤%&/()=?\u0300qwertyuiopå\u0302asdfghjklöä½*zxcvbnm;:_ >��',
    "¡@£$€¥{[]}\\±@S€®Þ←↓→ŒÞ\u0308\u0303ªẞÐĐŊĦ�ĸŁØÆ¶´«»©„“”µ\u0327·� |��",
    "¹²³¼¢⅝÷«»°¿¬Ω§¢®þ¥↑ıœþ\u030a\u030cºßðªŋħ�&łøæ¾×<>©‚‘’º\u0328\u0307\u0307\u00a0¦��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÅǺÆǼØǾåǻæǽøǿΩΏ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzżſẛ"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzž"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
