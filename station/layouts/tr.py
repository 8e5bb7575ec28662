"""The keyboard tr, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    '1234567890*-qwertyuıopğüasdfghjklşi",zxcvbnmöç. <��',
    "!'\u0302+%&/()=?_QWERTYUIOPĞÜASDFGHJKLŞİé;ZXCVBNMÖÇ: >��",
    ">£#$½¾{[]}\\|@�€¶₺←ûîô�\u0308\u0303âß�ª�����´'<\u0300«»¢„“”µ×·\u0307 |��",
    "¡²³¼⅜���±°¿�Ω��®�¥ÛÎÔ�\u030a\u0304Â��������\u0301\u030c°\u0300<>©‚‘’º�÷\u0307 ¦��",
)
UNDER_CAPS = (
    '1234567890*-QWERTYUIOPĞÜASDFGHJKLŞİ",ZXCVBNMÖÇ. <��',
    "!'\u0302+%&/()=?_qwertyuıopğüasdfghjklşiÉ;zxcvbnmöç: >��",
    ">£#$½¾{[]}\\|@�€¶₺←ÛÎÔ�\u0308\u0303Âß�ª�����´'<\u0300«»¢„“”µ×·\u0307 |��",
    "¡²³¼⅜���±°¿�Ω��®�¥ûîô�\u030a\u0304â��������\u0301\u030c°\u0300<>©‚‘’º�÷\u0307 ¦��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳÂẦÔỒÜǛâầôồüǜΩῺ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzźÂẤÇḈÔỐÜǗâấçḉôốüǘΩΏ"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0303": ("~", "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹÂẪÔỖâẫôỗ"),
    "\u0304": ("¯", "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÖȪÜǕöȫüǖ"),
    "\u0307": ("˙", "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzż"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u030a": ("°", "AÅUŮaåuůwẘyẙ"),
    "\u030c": ("ˇ", "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzžÜǙüǚ"),
}
