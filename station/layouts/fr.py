"""The keyboard fr, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = True
LEVELS = (
    "&é\"'(-è_çà)=azertyuiop\u0302$qsdfghjklmù²*wxcvbn,;:! <��",
    "1234567890°+AZERTYUIOP\u0308£QSDFGHJKLM%~µWXCVBN?./§ >��",
    "¹\u0303#{[|\u0300\\^@]}æ«€¶ŧ←↓→øþ\u0308¤@ßðđŋħ�ĸłµ\u0302¬\u0300ł»¢„“”\u0301•·� |��",
    "¡⅛£$⅜⅝⅞™±°¿\u0328Æ<¢®Ŧ¥↑ıØÞ\u030a\u0304ΩẞÐªŊĦ�&Łº\u030c¬\u0306Ł>©‚‘’\u030b×÷\u0307 ¦��",
)
UNDER_CAPS = (
    "&É\"'(-È_ÇÀ)=AZERTYUIOP\u0302$QSDFGHJKLMÙ²*WXCVBN,;:! <��",
    "1234567890°+azertyuiop\u0308£qsdfghjklm%~µwxcvbn?./§ >��",
    "¹\u0303#{[|\u0300\\^@]}Æ«€¶Ŧ←↓→ØÞ\u0308¤@ẞÐĐŊĦ�ĸŁµ\u0302¬\u0300Ł»¢„“”\u0301•·� |��",
    "¡⅛£$⅜⅝⅞™±°¿\u0328æ<¢®ŧ¥↑ıøþ\u030a\u0304Ωßðªŋħ�&łº\u030c¬\u0306ł>©‚‘’\u030b×÷\u0307 ¦��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÆǼÇḈØǾæǽçḉøǿΩΏ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹ"),
    "\u0304": ("¯", "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÆǢæǣ"),
    "\u0306": ("˘", "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzż"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzž"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
