"""The keyboard hu, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "123456789öüóqwertzuiopőúasdfghjkléá0űyxcvbnm,.- í��",
    "'\"+!%/=()ÖÜÓQWERTZUIOPŐÚASDFGHJKLÉÁ§ŰYXCVBNM?:_ Í��",
    "~\u030c^\u0306\u030a\u0328`\u0307\u0301\u030b\u0308\u0327\\|Ä¶ŧ–€Í„”÷×äđĐ[]ħíłŁ$ß¬¤>#&@{}<;>* <��",
    "\u0303ˇ\u0302˘°˛\u0300˙´˝¨¸Ω§E®Ŧ¥↑íØÞ\u030a\u0304ÄẞÐªŊĦÍ&Ł¢ẞ¬\u0306<>©‚‘’º×÷\u0307 >��",
)
UNDER_CAPS = (
    "123456789ÖÜÓQWERTZUIOPŐÚASDFGHJKLÉÁ0ŰYXCVBNM,.- Í��",
    "'\"+!%/=()öüóqwertzuiopőúasdfghjkléá§űyxcvbnm?:_ í��",
    "~\u030c^\u0306\u030a\u0328`\u0307\u0301\u030b\u0308\u0327\\|Ä¶Ŧ–€Í„”÷×ÄẞĐ[]ĦÍŁŁ$ẞ¬¤>#&@{}<;>* <��",
    "\u0303ˇ\u0302˘°˛\u0300˙´˝¨¸Ω§E®ŧ¥↑ÍØÞ\u030a\u0304äđÐªŊħí&Ł¢ß¬\u0306<>©‚‘’º×÷\u0307 >��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳÜǛüǜΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźØǾÜǗüǘΩΏ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹ"),
    "\u0304": ("¯", "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÄǞÖȪÜǕäǟöȫüǖ"),
    "\u0306": ("˘", "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzż"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzžÜǙüǚ"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
    "\u0328": ("˛", "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
}
