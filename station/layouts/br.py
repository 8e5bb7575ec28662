"""The keyboard br, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890-=qwertyuiop\u0301[asdfghjklç\u0303']zxcvbnm,.; \\/�",
    '!@#$%\u0308&*()_+QWERTYUIOP\u0300{ASDFGHJKLÇ\u0302"}ZXCVBNM<>: |?�',
    "¹²³£¢¬{[]}\\§/?°®ŧ←↓→øþ´ªæßðđŋħ�ĸł\u0301~¬º«»©„“”µ•·� \u030c°�",
    "¡½¾¼⅜¨⅞™±°¿\u0328/?°®Ŧ¥↑ıØÞ`\u0304ÆẞÐªŊĦ�&Ł\u030b^¬º<>©‚‘’µ×÷\u0307 \u0306¿�",
)
UNDER_CAPS = (
    "1234567890-=QWERTYUIOP\u0301[ASDFGHJKLÇ\u0303']ZXCVBNM,.; \\/�",
    '!@#$%\u0308&*()_+qwertyuiop\u0300{asdfghjklç\u0302"}zxcvbnm<>: |?�',
    "¹²³£¢¬{[]}\\§/?°®Ŧ←↓→ØÞ´ªÆẞÐĐŊĦ�ĸŁ\u0301~¬º«»©„“”µ•·� \u030c°�",
    "¡½¾¼⅜¨⅞™±°¿\u0328/?°®ŧ¥↑ıøþ`\u0304æßðªŋħ�&ł\u030b^¬º<>©‚‘’µ×÷\u0307 \u0306¿�",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÆǼÇḈØǾæǽçḉøǿ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹ"),
    "\u0304": ("¯", "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÆǢæǣ"),
    "\u0306": ("˘", "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzż"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzž"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
