"""Every sentence a station itself shows at the desk, in each language; what the hub answers comes in the hub's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Literal

Language = Literal["en", "de"]


class Key(StrEnum):
    """The short name of a sentence, the same in every language."""

    OK = auto()
    ROUTE = auto()
    INFO = auto()
    NO = auto()
    AGAIN = auto()
    STORED = auto()
    WAITS_FOR_HUB = auto()
    WAITS_OFFLINE = auto()
    WAITING = auto()
    WAITING_SINCE = auto()
    SECONDS = auto()
    MINUTES = auto()
    HOURS = auto()
    DAYS = auto()
    NOT_STORED = auto()
    KEEP_ASIDE = auto()
    SCAN_AGAIN = auto()
    NEXT_NOW = auto()
    NEXT_LATER = auto()
    REQUEST_SLIP = auto()
    TRANSIT_SLIP = auto()
    HOLD_SLIP = auto()
    RETURN_SLIP = auto()

    DAMAGED = auto()
    INCOMPLETE = auto()
    TOO_LONG = auto()
    FOREIGN = auto()
    CUT_OFF = auto()
    NO_END = auto()
    END_DID_NOT_COME = auto()
    KEYS_LOST = auto()
    BEGUN_BEFORE = auto()
    LISTENED_TOO_LATE = auto()
    NO_CHARACTER = auto()
    MORE_THAN_A_MESSAGE = auto()
    ONLY_CONTROL_CHARACTERS = auto()
    NO_PREFIX = auto()
    NO_BARCODE = auto()
    CHARACTER_INSIDE = auto()
    WRONG_PARITY = auto()
    CHECKSUM_WRONG = auto()
    HALF_A_FRAME = auto()
    NO_START = auto()
    NO_DECODE_DATA = auto()

    DESK = auto()
    ONLINE = auto()
    OFFLINE = auto()
    HUB_AWAY = auto()
    HUB_SILENT = auto()
    SETTINGS_TRIED = auto()
    SETTINGS_IN_FORCE = auto()
    SETTINGS_REFUSED = auto()
    SETTINGS_OF_FILE = auto()
    SCAN_REFUSED = auto()
    FAULT_REFUSED = auto()

    STORED_AGAIN = auto()
    DISK_LOW = auto()
    DISK_ROOM_AGAIN = auto()
    NONE_ACCEPTED = auto()
    DISK_FULL = auto()
    JOURNAL_UNWRITABLE = auto()
    JOURNAL_UNOPENED = auto()
    JOURNAL_IN_USE = auto()

    SCANNER_THERE = auto()
    SCANNER_NOT_THERE = auto()
    NOT_OPENED_YET = auto()
    UNPLUGGED = auto()
    PORT_MISSING = auto()
    PORT_FORBIDDEN = auto()
    PORT_IN_USE = auto()
    PORT_UNUSABLE = auto()
    FAR_UNREACHABLE = auto()
    FAR_IN_USE = auto()
    FAR_DEVICE = auto()
    FAR_GONE = auto()
    KEYBOARD_MISSING = auto()
    KEYBOARD_UNPLUGGED = auto()
    KEYBOARD_FORBIDDEN = auto()
    KEYBOARD_INHIBITED = auto()
    KEYBOARD_IN_USE = auto()
    KEYBOARD_UNUSABLE = auto()
    KEYBOARD_OF_TWO = auto()
    INPUT_ENDED = auto()

    NO_SOUND = auto()
    NOTHING_PLAYS = auto()
    NO_LIGHT = auto()
    PRINTER_AWAY = auto()
    PRINTER_BACK = auto()
    NOT_PRINTED = auto()
    NOT_THERE = auto()
    TAKES_NOTHING = auto()
    DOES_NOT_END = auto()
    ENDED_WITH = auto()
    TOO_MANY_SLIPS = auto()

    CERTIFICATE_FILES_UNUSABLE = auto()
    CERTIFICATE_REFUSED = auto()
    TLS_FAILED = auto()
    NAME_UNKNOWN = auto()
    TOO_SLOW = auto()
    NOTHING_LISTENS = auto()
    UNREACHABLE = auto()
    LOGIN_REFUSED = auto()
    CLIENT_ID_REFUSED = auto()
    OTHER_PROTOCOL = auto()
    CONNECTION_REFUSED = auto()
    TAKEN_OVER = auto()
    NOT_ALLOWED = auto()
    MESSAGE_TOO_LARGE = auto()
    SHUTTING_DOWN = auto()
    NO_SIGN_OF_LIFE = auto()
    CONNECTION_ENDED = auto()
    CONNECTION_BROKE = auto()
    UNREADABLE = auto()
    LOGIN_UNANSWERED = auto()
    SUBSCRIPTION_UNANSWERED = auto()
    HUNG_UP_AT_LOGIN = auto()
    SUBSCRIPTIONS_REFUSED = auto()
    LARGER_THAN_TAKEN = auto()
    AS_TOLD = auto()


Words = Mapping[Key, str]


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence in no language yet: its key and what stands in its places, which may be sayings too."""

    key: Key
    fields: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """In English, as it is logged and as it travels to the hub."""
        return spoken(self, ENGLISH)


def spoken(saying: Saying, words: Words) -> str:
    """Give the sentence in the language of these words."""
    fields = {name: spoken(value, words) if isinstance(value, Saying) else value for name, value in saying.fields.items()}
    return words[saying.key].format_map(fields)


def in_ascii(words: Words) -> Words:
    """Give the same words for a terminal that shows ASCII alone."""
    return {key: text.translate(_WRITTEN_OUT) for key, text in words.items()}


_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})

ENGLISH: Words = MappingProxyType(
    {
        Key.OK: "OK",
        Key.ROUTE: "ROUTE",
        Key.INFO: "INFO",
        Key.NO: "NO",
        Key.AGAIN: "{verdict} (again)",
        Key.STORED: "STORED",
        Key.WAITS_FOR_HUB: "{scan}: waiting for the hub ({waiting})",
        Key.WAITS_OFFLINE: "{scan}: offline, kept here until the hub is back ({waiting})",
        Key.WAITING: "{count} waiting",
        Key.WAITING_SINCE: "{count} waiting, the first for {age}",
        Key.SECONDS: "{count} s",
        Key.MINUTES: "{count} min",
        Key.HOURS: "{count} h",
        Key.DAYS: "{count} days",
        Key.NOT_STORED: "NOT STORED",
        Key.KEEP_ASIDE: "{why}. Keep the item aside and scan it again later.",
        Key.SCAN_AGAIN: "SCAN AGAIN",
        Key.NEXT_NOW: "Next: scan {barcode}  ({why})",
        Key.NEXT_LATER: "Next: in {seconds} s {barcode}  ({why})",
        Key.REQUEST_SLIP: "request slip",
        Key.TRANSIT_SLIP: "transit slip",
        Key.HOLD_SLIP: "hold slip",
        Key.RETURN_SLIP: "return slip",
        Key.DAMAGED: "The barcode was damaged on its way",
        Key.INCOMPLETE: "Only part of the barcode came",
        Key.TOO_LONG: "Too long for a barcode",
        Key.FOREIGN: "Not from the scanner",
        Key.CUT_OFF: "the scanner was unplugged in the middle of a scan",
        Key.NO_END: "more than {count} bytes without an end",
        Key.END_DID_NOT_COME: "it stopped for more than {count} ms before its end",
        Key.KEYS_LOST: "this computer was too slow for the scanner's keys",
        Key.BEGUN_BEFORE: "it began before this station listened",
        Key.LISTENED_TOO_LATE: "this computer was too slow to tell one scan from the next",
        Key.NO_CHARACTER: "an Alt code that is no character",
        Key.MORE_THAN_A_MESSAGE: "more than a message takes",
        Key.ONLY_CONTROL_CHARACTERS: "nothing but control characters",
        Key.NO_PREFIX: "the scanner's prefix is missing: someone may be typing",
        Key.NO_BARCODE: "an identifier or a prefix, but no barcode",
        Key.CHARACTER_INSIDE: "the character {sign} inside, which no barcode holds",
        Key.WRONG_PARITY: "a character was changed on the line: if each scan says so, bits is not as the scanner is set",
        Key.CHECKSUM_WRONG: "the checksum is wrong: something was changed on the line",
        Key.HALF_A_FRAME: "its end never came",
        Key.NO_START: "not framed as the settings say: compare framing with the scanner's manual",
        Key.NO_DECODE_DATA: "an SSI packet {opcode} that this station does not take",
        Key.DESK: "Desk: {desk}",
        Key.ONLINE: "Online: the hub answers.",
        Key.OFFLINE: "Offline: {reason} Scanning goes on.",
        Key.HUB_AWAY: "The hub is away. Scanning goes on; scans are kept here until it is back.",
        Key.HUB_SILENT: "The broker is there, but the hub does not answer. Scanning goes on.",
        Key.SETTINGS_TRIED: "New settings from the hub are being tried (version {version}).",
        Key.SETTINGS_IN_FORCE: "Settings from the hub are in force (version {version}).",
        Key.SETTINGS_REFUSED: "Settings from the hub (version {version}) are not in force: {why}",
        Key.SETTINGS_OF_FILE: "The settings of this station's file are in force.",
        Key.SCAN_REFUSED: "The broker refused a scan: {reason}",
        Key.FAULT_REFUSED: "The broker refused a fault: {reason}",
        Key.STORED_AGAIN: "Scans are stored again.",
        Key.DISK_LOW: "The disk is nearly full ({free} MB free): make room, or soon no scan can be stored.",
        Key.DISK_ROOM_AGAIN: "There is room on the disk again.",
        Key.NONE_ACCEPTED: "No scan is accepted: {why}.",
        Key.DISK_FULL: "the disk is full: make room",
        Key.JOURNAL_UNWRITABLE: "the journal cannot be written: check its rights and its disk",
        Key.JOURNAL_UNOPENED: "the journal cannot be opened: check its folder",
        Key.JOURNAL_IN_USE: "the journal is in use by another program",
        Key.SCANNER_THERE: "Scanner {scanner} is there.",
        Key.SCANNER_NOT_THERE: "Scanner {scanner}: {detail}.",
        Key.NOT_OPENED_YET: "not opened yet",
        Key.UNPLUGGED: "{path} was unplugged: plug it in again, it is found by itself",
        Key.PORT_MISSING: "{path} is not there: plug the scanner in, or correct its path in the settings file",
        Key.PORT_FORBIDDEN: "{path} may not be opened by this user: add it to the group that owns the port (often dialout)",
        Key.PORT_IN_USE: "{path} is in use by another program: stop that program",
        Key.PORT_UNUSABLE: "{path} cannot be opened as a serial port ({error})",
        Key.FAR_UNREACHABLE: "{path} cannot be reached ({error}): check the address, and that ser2net runs there",
        Key.FAR_IN_USE: "{path}: the device is already in use there: end the other program or connection",
        Key.FAR_DEVICE: "{path}: the device cannot be opened there ({error})",
        Key.FAR_GONE: "{path}: the other side ended the connection: it is called again until it answers",
        Key.KEYBOARD_MISSING: "no keyboard matches {match}: plug the scanner in, or correct match in the settings file",
        Key.KEYBOARD_UNPLUGGED: "{match} was unplugged: plug it in again, it is found by itself",
        Key.KEYBOARD_FORBIDDEN: "{path} may not be opened by this user: install 70-holdshelf-scanner.rules with this scanner in it, "
        "and add the user to the group holdshelf-scanner",
        Key.KEYBOARD_INHIBITED: "{path} is switched off (inhibited) and this user may not switch it on: install the whole of "
        "70-holdshelf-scanner.rules, and add the user to the group holdshelf-scanner",
        Key.KEYBOARD_IN_USE: "{path} is in use by another program: stop that program",
        Key.KEYBOARD_UNUSABLE: "{path} cannot be read as a keyboard ({error})",
        Key.KEYBOARD_OF_TWO: "{match} and {other} both match {path}, so neither reads it: make match narrower in one of the two",
        Key.INPUT_ENDED: "standard input ended",
        Key.NO_SOUND: "No sound: {why}. Scanning goes on without it.",
        Key.NOTHING_PLAYS: "what the settings ask for is not here (aplay, a PC speaker, the bell of a terminal)",
        Key.NO_LIGHT: "The light does not work: {why}. Scanning goes on without it.",
        Key.PRINTER_AWAY: "The printer does not print: {why}. Slips wait for it up to {minutes} min; scanning goes on.",
        Key.PRINTER_BACK: "The printer prints again.",
        Key.NOT_PRINTED: "Not printed: {slip} for {about}: {why}.",
        Key.NOT_THERE: "{path} is not there",
        Key.TAKES_NOTHING: "{path} takes nothing",
        Key.DOES_NOT_END: "{program} does not end",
        Key.ENDED_WITH: "{program} ended ({error})",
        Key.TOO_MANY_SLIPS: "too many slips are waiting",
        Key.CERTIFICATE_FILES_UNUSABLE: (
            "The certificate files for the broker at {place} cannot be used ({error}). Check ca_file, cert_file and key_file."
        ),
        Key.CERTIFICATE_REFUSED: "The certificate of the broker at {place} was not accepted ({error}). Check ca_file and the host name.",
        Key.TLS_FAILED: "TLS with the broker at {place} failed ({error}). Check that this port speaks TLS.",
        Key.NAME_UNKNOWN: "The name in {place} could not be resolved. Check host, and the network's name server.",
        Key.TOO_SLOW: "The broker at {place} did not answer in time. Check host, port and firewall.",
        Key.NOTHING_LISTENS: "Nothing listens at {place}. Check that the broker runs, and host and port.",
        Key.UNREACHABLE: "The broker at {place} cannot be reached ({error}).",
        Key.LOGIN_REFUSED: "The broker at {place} refused the login of {user}. "
        "Check user name and password here and in the broker's password file.",
        Key.CLIENT_ID_REFUSED: "The broker at {place} refused the client id {client}. Check that it is allowed for user {user}.",
        Key.OTHER_PROTOCOL: "The broker at {place} does not speak MQTT {protocol} here. Set protocol to {other}.",
        Key.CONNECTION_REFUSED: "The broker at {place} refused the connection: {code}.",
        Key.TAKEN_OVER: "Another program logged in at {place} as {client} and took this session. Stop one of the two.",
        Key.NOT_ALLOWED: "The broker at {place} closed the connection of {client}: not allowed. Check its access list.",
        Key.MESSAGE_TOO_LARGE: "The broker at {place} closed the connection: a message was larger than it takes.",
        Key.SHUTTING_DOWN: "The broker at {place} is shutting down.",
        Key.NO_SIGN_OF_LIFE: "The broker at {place} gave no sign of life.",
        Key.CONNECTION_ENDED: "The broker at {place} ended the connection: {code}.",
        Key.CONNECTION_BROKE: "The connection to the broker at {place} broke. If this repeats, check whether another program logs in "
        "as {client}, and whether the broker's access list allows what is sent.",
        Key.UNREADABLE: "What {place} sent is not readable as MQTT ({kind}). Check that the port is a broker's.",
        Key.LOGIN_UNANSWERED: "The broker at {place} did not answer the login in time.",
        Key.SUBSCRIPTION_UNANSWERED: "The broker at {place} did not answer the subscription in time.",
        Key.HUNG_UP_AT_LOGIN: "The broker at {place} closed the connection at login. "
        "Check user name and password of {user}, and the MQTT version.",
        Key.SUBSCRIPTIONS_REFUSED: "The broker at {place} refused subscriptions of {user}: {topics}. Check its access list.",
        Key.LARGER_THAN_TAKEN: "larger than the broker takes ({count} bytes)",
        Key.AS_TOLD: "{sentence}",
    }
)

GERMAN: Words = MappingProxyType(
    {
        Key.OK: "OK",
        Key.ROUTE: "WEITER",
        Key.INFO: "INFO",
        Key.NO: "NEIN",
        Key.AGAIN: "{verdict} (erneut)",
        Key.STORED: "GESPEICHERT",
        Key.WAITS_FOR_HUB: "{scan}: Antwort der Zentrale steht noch aus ({waiting})",
        Key.WAITS_OFFLINE: "{scan}: offline, hier aufbewahrt, bis die Zentrale wieder da ist ({waiting})",
        Key.WAITING: "{count} wartend",
        Key.WAITING_SINCE: "{count} wartend, der erste seit {age}",
        Key.SECONDS: "{count} s",
        Key.MINUTES: "{count} Min.",
        Key.HOURS: "{count} Std.",
        Key.DAYS: "{count} Tagen",
        Key.NOT_STORED: "NICHT GESPEICHERT",
        Key.KEEP_ASIDE: "{why}. Das Medium beiseitelegen und später noch einmal scannen.",
        Key.SCAN_AGAIN: "NEU SCANNEN",
        Key.NEXT_NOW: "Als Nächstes: {barcode} scannen  ({why})",
        Key.NEXT_LATER: "Als Nächstes: in {seconds} s {barcode}  ({why})",
        Key.REQUEST_SLIP: "Bestellzettel",
        Key.TRANSIT_SLIP: "Transportzettel",
        Key.HOLD_SLIP: "Abholzettel",
        Key.RETURN_SLIP: "Rücksendezettel",
        Key.DAMAGED: "Der Barcode kam beschädigt an",
        Key.INCOMPLETE: "Es kam nur ein Teil des Barcodes an",
        Key.TOO_LONG: "Zu lang für einen Barcode",
        Key.FOREIGN: "Nicht vom Scanner",
        Key.CUT_OFF: "der Scanner wurde mitten im Scannen abgezogen",
        Key.NO_END: "mehr als {count} Byte ohne Ende",
        Key.END_DID_NOT_COME: "er blieb vor seinem Ende länger als {count} ms stehen",
        Key.KEYS_LOST: "dieser Computer war zu langsam für die Tasten des Scanners",
        Key.BEGUN_BEFORE: "der Scan begann, bevor diese Station zuhörte",
        Key.LISTENED_TOO_LATE: "dieser Rechner war zu langsam, um einen Scan vom nächsten zu trennen",
        Key.NO_CHARACTER: "ein Alt-Code, der kein Zeichen ist",
        Key.MORE_THAN_A_MESSAGE: "mehr, als in eine Nachricht passt",
        Key.ONLY_CONTROL_CHARACTERS: "nichts als Steuerzeichen",
        Key.NO_PREFIX: "das Präfix des Scanners fehlt: vielleicht tippt jemand",
        Key.NO_BARCODE: "eine Kennung oder ein Präfix, aber kein Barcode",
        Key.CHARACTER_INSIDE: "darin das Zeichen {sign}, das in keinem Barcode vorkommt",
        Key.WRONG_PARITY: "unterwegs hat sich ein Zeichen verändert: steht das bei jedem Scan, passt bits nicht zum Scanner",
        Key.CHECKSUM_WRONG: "die Prüfsumme stimmt nicht: unterwegs hat sich etwas verändert",
        Key.HALF_A_FRAME: "das Ende kam nie an",
        Key.NO_START: "nicht so gerahmt, wie eingestellt: framing mit dem Handbuch des Scanners vergleichen",
        Key.NO_DECODE_DATA: "ein SSI-Paket {opcode}, das diese Station nicht annimmt",
        Key.DESK: "Theke: {desk}",
        Key.ONLINE: "Online: Die Zentrale antwortet.",
        Key.OFFLINE: "Offline: {reason} Es kann weiter gescannt werden.",
        Key.HUB_AWAY: "Die Zentrale ist nicht da. Es kann weiter gescannt werden; "
        "Scans werden hier aufbewahrt, bis die Zentrale wieder da ist.",
        Key.HUB_SILENT: "Der Broker ist da, aber die Zentrale antwortet nicht. Es kann weiter gescannt werden.",
        Key.SETTINGS_TRIED: "Neue Einstellungen der Zentrale werden ausprobiert (Version {version}).",
        Key.SETTINGS_IN_FORCE: "Einstellungen der Zentrale gelten (Version {version}).",
        Key.SETTINGS_REFUSED: "Einstellungen der Zentrale (Version {version}) gelten nicht: {why}",
        Key.SETTINGS_OF_FILE: "Es gelten die Einstellungen aus der Datei dieser Station.",
        Key.SCAN_REFUSED: "Der Broker hat einen Scan abgelehnt: {reason}",
        Key.FAULT_REFUSED: "Der Broker hat die Meldung eines Lesefehlers abgelehnt: {reason}",
        Key.STORED_AGAIN: "Scans werden wieder gespeichert.",
        Key.DISK_LOW: "Der Datenträger ist fast voll ({free} MB frei): Platz schaffen, sonst kann bald kein Scan gespeichert werden.",
        Key.DISK_ROOM_AGAIN: "Auf dem Datenträger ist wieder Platz.",
        Key.NONE_ACCEPTED: "Es wird kein Scan angenommen: {why}.",
        Key.DISK_FULL: "die Festplatte ist voll: Platz schaffen",
        Key.JOURNAL_UNWRITABLE: "das Journal lässt sich nicht beschreiben: seine Zugriffsrechte und die Festplatte prüfen",
        Key.JOURNAL_UNOPENED: "das Journal lässt sich nicht öffnen: seinen Ordner prüfen",
        Key.JOURNAL_IN_USE: "das Journal wird von einem anderen Programm benutzt",
        Key.SCANNER_THERE: "Scanner {scanner} ist da.",
        Key.SCANNER_NOT_THERE: "Scanner {scanner}: {detail}.",
        Key.NOT_OPENED_YET: "noch nicht geöffnet",
        Key.UNPLUGGED: "{path} wurde abgezogen: wieder einstecken, der Scanner wird von selbst gefunden",
        Key.PORT_MISSING: "{path} ist nicht da: den Scanner einstecken oder seinen Pfad in der Einstellungsdatei berichtigen",
        Key.PORT_FORBIDDEN: "{path} darf von diesem Benutzer nicht geöffnet werden: "
        "ihn in die Gruppe aufnehmen, der der Anschluss gehört (oft dialout)",
        Key.PORT_IN_USE: "{path} wird von einem anderen Programm benutzt: dieses Programm beenden",
        Key.PORT_UNUSABLE: "{path} lässt sich nicht als serieller Anschluss öffnen ({error})",
        Key.FAR_UNREACHABLE: "{path} ist nicht erreichbar ({error}): die Adresse prüfen und ob ser2net dort läuft",
        Key.FAR_IN_USE: "{path}: Das Gerät ist dort schon in Benutzung: das andere Programm oder die andere Verbindung beenden",
        Key.FAR_DEVICE: "{path}: Das Gerät lässt sich dort nicht öffnen ({error})",
        Key.FAR_GONE: "{path}: Die Gegenseite hat die Verbindung beendet: sie wird wieder angerufen, bis sie antwortet",
        Key.KEYBOARD_MISSING: "keine Tastatur passt zu {match}: den Scanner einstecken oder match in der Einstellungsdatei berichtigen",
        Key.KEYBOARD_UNPLUGGED: "{match} wurde abgezogen: wieder einstecken, der Scanner wird von selbst gefunden",
        Key.KEYBOARD_FORBIDDEN: "{path} darf von diesem Benutzer nicht geöffnet werden: 70-holdshelf-scanner.rules mit diesem Scanner "
        "darin installieren und den Benutzer in die Gruppe holdshelf-scanner aufnehmen",
        Key.KEYBOARD_INHIBITED: "{path} ist abgeschaltet (inhibited), und dieser Benutzer darf es nicht einschalten: "
        "70-holdshelf-scanner.rules ganz installieren und den Benutzer in die Gruppe holdshelf-scanner aufnehmen",
        Key.KEYBOARD_IN_USE: "{path} wird von einem anderen Programm benutzt: dieses Programm beenden",
        Key.KEYBOARD_UNUSABLE: "{path} lässt sich nicht als Tastatur lesen ({error})",
        Key.KEYBOARD_OF_TWO: "{match} und {other} passen beide zu {path}, deshalb liest keiner: match in einem der beiden enger fassen",
        Key.INPUT_ENDED: "die Standardeingabe ist zu Ende",
        Key.NO_SOUND: "Kein Ton: {why}. Gescannt werden kann auch ohne.",
        Key.NOTHING_PLAYS: "was die Einstellungen verlangen, ist nicht da (aplay, ein PC-Lautsprecher, die Klingel eines Terminals)",
        Key.NO_LIGHT: "Die Lampe geht nicht: {why}. Gescannt werden kann auch ohne.",
        Key.PRINTER_AWAY: "Der Drucker druckt nicht: {why}. Zettel warten bis zu {minutes} Min. auf ihn; es kann weiter gescannt werden.",
        Key.PRINTER_BACK: "Der Drucker druckt wieder.",
        Key.NOT_PRINTED: "Nicht gedruckt: {slip} zu {about}: {why}.",
        Key.NOT_THERE: "{path} ist nicht da",
        Key.TAKES_NOTHING: "{path} nimmt nichts an",
        Key.DOES_NOT_END: "{program} hört nicht auf",
        Key.ENDED_WITH: "{program} ist beendet ({error})",
        Key.TOO_MANY_SLIPS: "es warten zu viele Zettel",
        Key.CERTIFICATE_FILES_UNUSABLE: (
            "Die Zertifikatsdateien für den Broker {place} sind nicht brauchbar ({error}). ca_file, cert_file und key_file prüfen."
        ),
        Key.CERTIFICATE_REFUSED: "Das Zertifikat des Brokers {place} wurde nicht anerkannt ({error}). ca_file und Hostnamen prüfen.",
        Key.TLS_FAILED: "TLS mit dem Broker {place} ist gescheitert ({error}). Prüfen, ob dieser Port TLS spricht.",
        Key.NAME_UNKNOWN: "Der Name in {place} ließ sich nicht auflösen. host und den Nameserver des Netzes prüfen.",
        Key.TOO_SLOW: "Der Broker {place} hat nicht rechtzeitig geantwortet. host, port und Firewall prüfen.",
        Key.NOTHING_LISTENS: "Unter {place} nimmt kein Programm Verbindungen an. Prüfen, ob der Broker läuft und ob host und port stimmen.",
        Key.UNREACHABLE: "Der Broker {place} ist nicht erreichbar ({error}).",
        Key.LOGIN_REFUSED: "Der Broker {place} hat die Anmeldung von {user} abgelehnt. "
        "Benutzername und Passwort hier und in der Passwortdatei des Brokers prüfen.",
        Key.CLIENT_ID_REFUSED: "Der Broker {place} hat die Client-ID {client} abgelehnt. Prüfen, ob sie für Benutzer {user} erlaubt ist.",
        Key.OTHER_PROTOCOL: "Der Broker {place} spricht hier kein MQTT {protocol}. protocol auf {other} setzen.",
        Key.CONNECTION_REFUSED: "Der Broker {place} hat die Verbindung abgelehnt: {code}.",
        Key.TAKEN_OVER: "Ein anderes Programm hat sich bei {place} als {client} angemeldet und diese Sitzung übernommen. "
        "Eines der beiden beenden.",
        Key.NOT_ALLOWED: "Der Broker {place} hat die Verbindung von {client} geschlossen: nicht erlaubt. Seine Zugriffsliste prüfen.",
        Key.MESSAGE_TOO_LARGE: "Der Broker {place} hat die Verbindung geschlossen: Eine Nachricht war größer, als er annimmt.",
        Key.SHUTTING_DOWN: "Der Broker {place} wird gerade beendet.",
        Key.NO_SIGN_OF_LIFE: "Der Broker {place} gibt kein Lebenszeichen mehr.",
        Key.CONNECTION_ENDED: "Der Broker {place} hat die Verbindung beendet: {code}.",
        Key.CONNECTION_BROKE: "Die Verbindung zum Broker {place} ist abgebrochen. Wenn das öfter vorkommt, prüfen, ob sich ein anderes "
        "Programm als {client} anmeldet und ob die Zugriffsliste des Brokers erlaubt, was gesendet wird.",
        Key.UNREADABLE: "Was {place} gesendet hat, ist nicht als MQTT lesbar ({kind}). Prüfen, ob der Port zu einem Broker gehört.",
        Key.LOGIN_UNANSWERED: "Der Broker {place} hat die Anmeldung nicht rechtzeitig beantwortet.",
        Key.SUBSCRIPTION_UNANSWERED: "Der Broker {place} hat das Abonnieren nicht rechtzeitig beantwortet.",
        Key.HUNG_UP_AT_LOGIN: "Der Broker {place} hat die Verbindung bei der Anmeldung geschlossen. "
        "Benutzername und Passwort von {user} und die MQTT-Version prüfen.",
        Key.SUBSCRIPTIONS_REFUSED: "Der Broker {place} hat Abonnements von {user} abgelehnt: {topics}. Seine Zugriffsliste prüfen.",
        Key.LARGER_THAN_TAKEN: "größer, als der Broker annimmt ({count} Byte)",
        Key.AS_TOLD: "{sentence}",
    }
)

LANGUAGES: Mapping[Language, Words] = MappingProxyType({"en": ENGLISH, "de": GERMAN})
