"""The keyboard no, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890+\\qwertyuiopå\u0308asdfghjkløæ|'zxcvbnm,.- <��",
    '!"#¤%&/()=?\u0300QWERTYUIOPÅ\u0302ASDFGHJKLØÆ§*ZXCVBNM;:_ >��',
    "¡@£$½¥{[]}±\u0301@ſ€®þ←↓→œπ\u0308\u0303ªßðđŋħ�ĸł\u0301\u0302¦\u030b«»©„“”µ\u0327…–\u00a0½��",
    "¹²³¼‰⅝÷«»°¿¬Ω§¢™Þ¥↑ıŒΠ\u030a\u030cºẞÐªŊĦ�&Ł\u030b\u030c¶×<>©‚‘’º\u0328·—\u202f¾��",
)
UNDER_CAPS = (
    "1234567890+\\QWERTYUIOPÅ\u0308ASDFGHJKLØÆ|'ZXCVBNM,.- <��",
    '!"#¤%&/()=?\u0300qwertyuiopå\u0302asdfghjkløæ§*zxcvbnm;:_ >��',
    "¡@£$½¥{[]}±\u0301@S€®Þ←↓→ŒΠ\u0308\u0303ªẞÐĐŊĦ�ĸŁ\u0301\u0302¦\u030b«»©„“”µ\u0327…–\u00a0½��",
    "¹²³¼‰⅝÷«»°¿¬Ω§¢™þ¥↑ıœπ\u030a\u030cºßðªŋħ�&ł\u030b\u030c¶×<>©‚‘’º\u0328·—\u202f¾��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÅǺÆǼØǾåǻæǽøǿΩΏ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹ"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzž"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
