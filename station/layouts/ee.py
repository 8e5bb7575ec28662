"""The keyboard ee, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890+\u0301qwertyuiopüõasdfghjklöä\u030c'zxcvbnm,.- <��",
    '!"#¤%&/()=?\u0300QWERTYUIOPÜÕASDFGHJKLÖÄ\u0303*ZXCVBNM;:_ >��',
    "¹@£$½¬{[]}\\`@ſ€¶ŧ←↓→øþ\u0308§æšðđŋħ�ĸł\u0301^¬½ž»¢„“”µ<>| |��",
    "¡⅛£$⅜⅝⅞™±°¿'Ω§¢®Ŧ¥↑ıØÞ\u030a\u0304ÆŠÐªŊĦ�&Ł\u030b\u030c¬\u0306Ž>©‚‘’º×÷˙ ¦��",
)
UNDER_CAPS = (
    "1234567890+\u0301QWERTYUIOPÜÕASDFGHJKLÖÄ\u030c'ZXCVBNM,.- <��",
    '!"#¤%&/()=?\u0300qwertyuiopüõasdfghjklöä\u0303*zxcvbnm;:_ >��',
    "¹@£$½¬{[]}\\`@S€¶Ŧ←↓→ØÞ\u0308§ÆŠÐĐŊĦ�ĸŁ\u0301^¬½Ž»¢„“”µ<>| |��",
    "¡⅛£$⅜⅝⅞™±°¿'Ω§¢®ŧ¥↑ıøþ\u030a\u0304æšðªŋħ�&ł\u030b\u030c¬\u0306ž>©‚‘’º×÷˙ ¦��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳÜǛüǜΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÆǼÕṌØǾÜǗæǽõṍøǿüǘΩΏ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹ"),
    "\u0304": ("¯", "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÄǞÆǢÕȬÖȪÜǕäǟæǣõȭöȫüǖ"),
    "\u0306": ("˘", "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭ"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿÕṎõṏ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030b": ("˝", "OŐUŰoőuű"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzžÜǙüǚ"),
}
