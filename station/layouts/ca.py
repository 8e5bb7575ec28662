"""The keyboard ca, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = True
SHIFT_LOCK = False
LEVELS = (
    "1234567890-=qwertyuiop\u0302\u0327asdfghjkl;\u0300#<zxcvbnm,.é «��",
    "!\"/$%?&*()_+QWERTYUIOP\u0302\u0308ASDFGHJKL:\u0300|>ZXCVBNM'.É »��",
    "±@£¢¤¬¦²³¼½¾qwertyui§¶[]asdfghjkl~{\\}zxcvbnµ¯\u00ad\u0301\u00a0°��",
    "������������QWERTYUI����ASDFGHJKL����ZXCVBN�����¦��",
)
UNDER_CAPS = (
    "1234567890-=QWERTYUIOP\u0302\u0327ASDFGHJKL;\u0300#<ZXCVBNM,.É «��",
    "!\"/$%?&*()_+qwertyuiop\u0302\u0308asdfghjkl:\u0300|>zxcvbnm'.é »��",
    "±@£¢¤¬¦²³¼½¾QWERTYUI§¶[]ASDFGHJKL~{\\}ZXCVBNµ¯\u00ad\u0301\u00a0°��",
    "������������qwertyui����asdfghjkl����zxcvbn�����¦��",
)
DEAD = {
    "\u0300": ("`", "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳ"),
    "\u0301": ("´", "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzź"),
    "\u0302": ("^", "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑ"),
    "\u0308": ("¨", "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿ"),
    "\u0327": ("¸", "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
}
