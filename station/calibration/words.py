"""Every sentence of the card and of the calibration, in each language; apart from the desk's words, which every station keeps in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from types import MappingProxyType

from station.words import Language


class Word(StrEnum):
    """The short name of a sentence, the same in every language."""

    TITLE = auto()
    PURPOSE = auto()
    HOW_TO_PRINT = auto()
    HOW_TO_SCAN = auto()
    BAR_1 = auto()
    BAR_2 = auto()
    BAR_3 = auto()
    BAR_4 = auto()
    BAR_5 = auto()
    BAR_6 = auto()
    BAR_7 = auto()
    FOOT = auto()

    WHICH = auto()
    USING = auto()
    BEGIN = auto()
    SCAN_NOW = auto()
    SCAN_OR_SKIP = auto()
    BAR_READ = auto()
    OTHER_BAR_READ = auto()
    BAR_AGAIN = auto()
    TWO_AT_ONCE = auto()
    NOT_OF_THE_CARD = auto()
    MANY_MISSES = auto()
    KEYS_LOST = auto()
    NEEDED = auto()
    SKIPPED = auto()
    OTHER_RATE = auto()
    RATE_FOUND = auto()
    UNPLUGGED = auto()
    PLUGGED = auto()
    STOPPED = auto()

    FOUND = auto()
    LAYOUT = auto()
    ALIKE = auto()
    SAME = auto()
    ANY_LAYOUT = auto()
    ALT_CODES = auto()
    CAPS_PRESSED = auto()
    END = auto()
    NO_END_OF_KEYS = auto()
    NO_END_OF_BYTES = auto()
    PAUSE = auto()
    SLOW = auto()
    RATE = auto()
    FRAMED_LINE = auto()
    FRAMED_STX = auto()
    FRAMED_SSI = auto()
    PREFIX = auto()
    SUFFIX = auto()
    AIM_ON = auto()
    AIM_OFF = auto()
    CODE_LETTERS = auto()
    PREFIX_OR_LETTER = auto()
    NOT_READ = auto()
    FULL_ASCII = auto()
    CLSI = auto()

    CANNOT = auto()
    UPPER_CASE = auto()
    LOWER_CASE = auto()
    CAPS_LOCK_ASSUMED = auto()
    NO_LAYOUT = auto()
    NO_FRAMING = auto()
    AIM_FIRST = auto()
    LEADS_DIFFER = auto()
    TAILS_DIFFER = auto()
    KINDS_DIFFER = auto()
    NOT_PROVED = auto()

    PROVED = auto()
    LINES = auto()
    AS_IT_IS = auto()
    CHANGES = auto()
    ASK_TO_WRITE = auto()
    YES = auto()
    WRITTEN = auto()
    NOT_WRITTEN = auto()
    BY_HAND = auto()


Words = Mapping[Word, str]


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence in no language yet: its word and what stands in its places."""

    word: Word
    fields: Mapping[str, object] = field(default_factory=dict)

    def said(self, language: Language) -> str:
        """Give the sentence."""
        return LANGUAGES[language][self.word].format_map(self.fields)


ENGLISH: Words = MappingProxyType(
    {
        Word.TITLE: "Holdshelf calibration card",
        Word.PURPOSE: "For whoever sets up a desk: with these barcodes a station finds out how its scanner is set.",
        Word.HOW_TO_PRINT: "Print this page at 100 % (actual size), on a laser printer if there is one.",
        Word.HOW_TO_SCAN: 'Stop the station, start "holdshelf-station calibrate" and scan the bars from 1 to 7, each after the last was '
        "answered. "
        "Cover the neighbours with a sheet of paper if the scanner catches them.",
        Word.BAR_1: "Digits and the signs that library barcodes use.",
        Word.BAR_2: "Signs that are dead keys on some keyboards.",
        Word.BAR_3: "Signs that move from keyboard to keyboard.",
        Word.BAR_4: "Brackets, which many keyboards type with AltGr.",
        Word.BAR_5: "The other signs and letters.",
        Word.BAR_6: "A barcode in Code 39. If the scanner does not read it, skip it.",
        Word.BAR_7: "A barcode in Codabar. If the scanner does not read it, skip it.",
        Word.FOOT: "No barcode here belongs to a book or a person. Card 1",
        Word.WHICH: "Which of them? [1-{count}] ",
        Word.USING: "Scanner: {scanner}.",
        Word.BEGIN: "Have the card at hand (holdshelf-station card makes it). Ctrl-C stops and changes nothing.",
        Word.SCAN_NOW: "Scan bar {bar} of {count}.",
        Word.SCAN_OR_SKIP: "Scan bar {bar} of {count} ({kind}), or press Enter if the scanner does not read it.",
        Word.BAR_READ: "  Bar {bar}: read.",
        Word.OTHER_BAR_READ: "  That was bar {bar}: read, too.",
        Word.BAR_AGAIN: "  Bar {bar} again: the later scan counts.",
        Word.TWO_AT_ONCE: "  Two bars came at once: wait for the answer to each, and scan again.",
        Word.NOT_OF_THE_CARD: "  Something came, but no bar of this card: scan again.",
        Word.MANY_MISSES: "  Again no bar of this card. Is it printed at 100 %, clean and flat? Is it the card of this "
        "version? Scan again.",
        Word.KEYS_LOST: "  This computer was too slow for the scanner's keys: scan again.",
        Word.NEEDED: "  Bar {bar} cannot be skipped: nothing can be said without it.",
        Word.SKIPPED: "  Bar {bar}: skipped.",
        Word.OTHER_RATE: "  Trying {baud} baud, {bits}: scan the same bar again.",
        Word.RATE_FOUND: "  The scanner sends {bits}.",
        Word.UNPLUGGED: "  The scanner was unplugged: plug it in again. The bars read so far are kept.",
        Word.PLUGGED: "  It is back.",
        Word.STOPPED: "Stopped. Nothing was changed.",
        Word.FOUND: "What the card showed:",
        Word.LAYOUT: "The scanner types like a keyboard with the layout {layout} ({title}).",
        Word.ALIKE: "The layout {other} types every ASCII character just the same: the card cannot tell it from {chosen}. "
        "They differ in {signs}; if your barcodes hold such signs and come out wrong, set layout to {other}.",
        Word.SAME: "The layouts {chosen} and {other} are the same here.",
        Word.ANY_LAYOUT: "It types so that the layout hardly matters (Alt codes): nothing needs to be changed.",
        Word.ALT_CODES: "It types some or all characters as Alt codes. That is read rightly, but slowly.",
        Word.CAPS_PRESSED: "It presses Caps Lock around its scans. That is read rightly.",
        Word.END: "Each scan ends with {end}.",
        Word.NO_END_OF_KEYS: "Nothing ends a scan. It is taken as over after {idle} ms without a key, so every answer comes "
        "that much later: "
        "better set the scanner to send Enter behind each barcode, and calibrate again.",
        Word.NO_END_OF_BYTES: "Nothing ends a scan. It is taken as over after {idle} ms of silence: "
        "better set the scanner to send CR behind each barcode, and calibrate again.",
        Word.PAUSE: "The longest pause between two keys was {pause} ms; a scan that stands still for {idle} ms is cut off.",
        Word.SLOW: "It types slowly: {pause} ms passed between two keys, so a scan is cut off only after {idle} ms. "
        "If its manual knows an inter-character delay, set that to 0.",
        Word.RATE: "It sends with {baud} baud, {bits} (USB-COM ports take any rate).",
        Word.FRAMED_LINE: "Each scan is a line.",
        Word.FRAMED_STX: "Each scan stands between STX and ETX (LRC: {lrc}). "
        "If the scanner waits for an answer to each scan, add answer = true.",
        Word.FRAMED_SSI: "It sends Zebra's SSI packets.",
        Word.PREFIX: "It puts {prefix} before each barcode; the station takes that off.",
        Word.SUFFIX: "It puts {suffix} behind each barcode; the station takes that off.",
        Word.AIM_ON: "It sends AIM identifiers. Good: the station knows which kind of barcode each is.",
        Word.AIM_OFF: "It sends no AIM identifiers. That works; with them (see the scanner's manual) the station knows which "
        "kind of barcode each is.",
        Word.CODE_LETTERS: "It puts its maker's letters before some kinds of barcode ({letters}). Those of other kinds are in "
        "its manual (aim_map); "
        "better set it to send AIM identifiers instead.",
        Word.PREFIX_OR_LETTER: "{prefix} came before bars of one kind only. If it is a letter for this kind and not a prefix for all, "
        "other kinds will be read wrongly: set the scanner to send AIM identifiers.",
        Word.NOT_READ: "Bar {bar} was not read: if your library has {kind}, switch it on in the scanner.",
        Word.FULL_ASCII: "It reads Code 39 as Full ASCII, so that +C becomes c: switch that off, or barcodes in Code 39 come out wrong.",
        Word.CLSI: "It puts blanks into Codabar (CLSI editing): switch that off, or barcodes in Codabar come out wrong.",
        Word.CANNOT: "No settings of the station can make up for this. Change the scanner by its manual, then calibrate again.",
        Word.UPPER_CASE: "The scanner makes all letters upper case: switch that off.",
        Word.LOWER_CASE: "The scanner makes all letters lower case: switch that off.",
        Word.CAPS_LOCK_ASSUMED: "The scanner takes it that Caps Lock is on, so that upper and lower case are swapped (layout {layout}): "
        "switch that off (Caps Lock off, or automatic).",
        Word.NO_LAYOUT: "No keyboard layout fits all bars: the scanner is set to a country that is not known here, or some bar "
        "was read with a mistake. "
        "Set the scanner to US keyboard, or to USB-COM.",
        Word.NO_FRAMING: "What ends a scan could not be found: set the scanner to send CR behind each barcode.",
        Word.AIM_FIRST: "The AIM identifier stands before the prefix ({lead}): set the scanner to the other order, or to no prefix.",
        Word.LEADS_DIFFER: "What stands before bar {bar} ({other}) is not what stands before the bars above ({one}): set the "
        "scanner to a fixed prefix or none.",
        Word.TAILS_DIFFER: "What stands behind bar {bar} ({other}) is not what stands behind the first ({one}): set the "
        "scanner to a fixed suffix or none.",
        Word.KINDS_DIFFER: "What stands before the barcodes depends on their kind, and is no letter or two ({leads}): "
        "set the scanner to send AIM identifiers, or nothing.",
        Word.NOT_PROVED: "With these settings bar {bar} would still not be read as it stands on the card.",
        Word.PROVED: "With these settings the station reads every scanned bar exactly.",
        Word.LINES: "The lines for the settings file:",
        Word.AS_IT_IS: "{path} says so already: nothing to change.",
        Word.CHANGES: "Changes to {path}:",
        Word.ASK_TO_WRITE: "Write them? [y/n] ",
        Word.YES: "y",
        Word.WRITTEN: "Written. Start the station again.",
        Word.NOT_WRITTEN: "Nothing was changed.",
        Word.BY_HAND: "{path} is written in a way that cannot be changed safely here: put these lines in by hand.",
    }
)

GERMAN: Words = MappingProxyType(
    {
        Word.TITLE: "Holdshelf-Kalibrierkarte",
        Word.PURPOSE: "Für alle, die eine Theke einrichten: Mit diesen Barcodes findet eine Station heraus, wie ihr Scanner "
        "eingestellt ist.",
        Word.HOW_TO_PRINT: "Diese Seite mit 100 % (tatsächliche Größe) drucken, möglichst auf einem Laserdrucker.",
        Word.HOW_TO_SCAN: "Die Station beenden, „holdshelf-station calibrate“ starten und die Barcodes 1 bis 7 scannen, jeden "
        "erst nach der Antwort auf den vorigen. "
        "Erwischt der Scanner die Nachbarn, sie mit einem Blatt Papier abdecken.",
        Word.BAR_1: "Ziffern und die Zeichen, die Bibliotheken in Barcodes verwenden.",
        Word.BAR_2: "Zeichen, die auf manchen Tastaturen tote Tasten sind.",
        Word.BAR_3: "Zeichen, die von Tastatur zu Tastatur wandern.",
        Word.BAR_4: "Klammern, die viele Tastaturen mit AltGr schreiben.",
        Word.BAR_5: "Die übrigen Zeichen und Buchstaben.",
        Word.BAR_6: "Ein Barcode in Code 39. Liest der Scanner ihn nicht, überspringen.",
        Word.BAR_7: "Ein Barcode in Codabar. Liest der Scanner ihn nicht, überspringen.",
        Word.FOOT: "Kein Barcode auf dieser Karte gehört zu einem Buch oder einer Person. Karte 1",
        Word.WHICH: "Welcher davon? [1-{count}] ",
        Word.USING: "Scanner: {scanner}.",
        Word.BEGIN: "Die Karte bereithalten (holdshelf-station card erzeugt sie). Strg-C bricht ab und ändert nichts.",
        Word.SCAN_NOW: "Barcode {bar} von {count} scannen.",
        Word.SCAN_OR_SKIP: "Barcode {bar} von {count} scannen ({kind}) oder Eingabe drücken, wenn der Scanner ihn nicht liest.",
        Word.BAR_READ: "  Barcode {bar}: gelesen.",
        Word.OTHER_BAR_READ: "  Das war Barcode {bar}: auch gelesen.",
        Word.BAR_AGAIN: "  Noch einmal Barcode {bar}: Der spätere Scan gilt.",
        Word.TWO_AT_ONCE: "  Zwei Barcodes kamen auf einmal: jede Antwort abwarten und noch einmal scannen.",
        Word.NOT_OF_THE_CARD: "  Es kam etwas, aber kein Barcode dieser Karte: noch einmal scannen.",
        Word.MANY_MISSES: "  Wieder kein Barcode dieser Karte. Ist sie mit 100 % gedruckt, sauber und glatt? Ist es die Karte "
        "dieser Version? Noch einmal scannen.",
        Word.KEYS_LOST: "  Dieser Computer war zu langsam für die Tasten des Scanners: noch einmal scannen.",
        Word.NEEDED: "  Barcode {bar} lässt sich nicht überspringen: Ohne ihn lässt sich nichts sagen.",
        Word.SKIPPED: "  Barcode {bar}: übersprungen.",
        Word.OTHER_RATE: "  Jetzt {baud} Baud, {bits}: denselben Barcode noch einmal scannen.",
        Word.RATE_FOUND: "  Der Scanner sendet {bits}.",
        Word.UNPLUGGED: "  Der Scanner wurde abgezogen: wieder einstecken. Was gelesen ist, bleibt gelesen.",
        Word.PLUGGED: "  Er ist wieder da.",
        Word.STOPPED: "Abgebrochen. Es wurde nichts geändert.",
        Word.FOUND: "Das hat die Karte gezeigt:",
        Word.LAYOUT: "Der Scanner tippt wie eine Tastatur mit der Belegung {layout} ({title}).",
        Word.ALIKE: "Die Belegung {other} tippt jedes ASCII-Zeichen genauso: Die Karte kann sie nicht von {chosen} unterscheiden. "
        "Verschieden sind {signs}; enthalten Ihre Barcodes solche Zeichen und kommen falsch an, layout auf {other} setzen.",
        Word.SAME: "Die Belegungen {chosen} und {other} sind hier dieselbe.",
        Word.ANY_LAYOUT: "Er tippt so, dass die Belegung kaum eine Rolle spielt (Alt-Codes): Es muss nichts geändert werden.",
        Word.ALT_CODES: "Er tippt einige oder alle Zeichen als Alt-Codes. Das wird richtig gelesen, aber langsam.",
        Word.CAPS_PRESSED: "Er drückt um seine Scans die Feststelltaste. Das wird richtig gelesen.",
        Word.END: "Jeder Scan endet mit {end}.",
        Word.NO_END_OF_KEYS: "Nichts beendet einen Scan. Er gilt nach {idle} ms ohne Taste als beendet, und jede Antwort kommt "
        "um so viel später: "
        "besser den Scanner so einstellen, dass er hinter jedem Barcode Enter sendet, und neu kalibrieren.",
        Word.NO_END_OF_BYTES: "Nichts beendet einen Scan. Er gilt nach {idle} ms Stille als beendet: "
        "besser den Scanner so einstellen, dass er hinter jedem Barcode CR sendet, und neu kalibrieren.",
        Word.PAUSE: "Die längste Pause zwischen zwei Tasten war {pause} ms; ein Scan, der {idle} ms stillsteht, wird abgebrochen.",
        Word.SLOW: "Er tippt langsam: Zwischen zwei Tasten vergingen {pause} ms, deshalb wird ein Scan erst nach {idle} ms abgebrochen. "
        "Kennt sein Handbuch eine Pause zwischen den Zeichen (inter-character delay), sie auf 0 setzen.",
        Word.RATE: "Er sendet mit {baud} Baud, {bits} (USB-COM-Anschlüsse nehmen jede Rate).",
        Word.FRAMED_LINE: "Jeder Scan ist eine Zeile.",
        Word.FRAMED_STX: "Jeder Scan steht zwischen STX und ETX (LRC: {lrc}). "
        "Wartet der Scanner auf eine Antwort zu jedem Scan, answer = true ergänzen.",
        Word.FRAMED_SSI: "Er sendet Zebras SSI-Pakete.",
        Word.PREFIX: "Er setzt {prefix} vor jeden Barcode; die Station nimmt das weg.",
        Word.SUFFIX: "Er setzt {suffix} hinter jeden Barcode; die Station nimmt das weg.",
        Word.AIM_ON: "Er sendet AIM-Kennungen. Gut: So weiß die Station, welche Art von Barcode es jeweils ist.",
        Word.AIM_OFF: "Er sendet keine AIM-Kennungen. Das geht; mit ihnen (siehe Handbuch des Scanners) weiß die Station, "
        "welche Art von Barcode es jeweils ist.",
        Word.CODE_LETTERS: "Er setzt Buchstaben seines Herstellers vor manche Arten von Barcode ({letters}). Die der übrigen "
        "Arten stehen in seinem Handbuch (aim_map); "
        "besser auf AIM-Kennungen umstellen.",
        Word.PREFIX_OR_LETTER: "{prefix} kam nur vor Barcodes einer Art. Ist es ein Buchstabe für diese Art und kein Präfix für alle, "
        "werden andere Arten falsch gelesen: den Scanner auf AIM-Kennungen umstellen.",
        Word.NOT_READ: "Barcode {bar} wurde nicht gelesen: Hat Ihre Bibliothek {kind}, ihn im Scanner einschalten.",
        Word.FULL_ASCII: "Er liest Code 39 als Full ASCII, sodass aus +C ein c wird: ausschalten, sonst kommen Barcodes in "
        "Code 39 falsch an.",
        Word.CLSI: "Er setzt Leerzeichen in Codabar (CLSI-Bearbeitung): ausschalten, sonst kommen Barcodes in Codabar falsch an.",
        Word.CANNOT: "Das lässt sich mit keiner Einstellung der Station ausgleichen. Den Scanner nach seinem Handbuch "
        "umstellen und neu kalibrieren.",
        Word.UPPER_CASE: "Der Scanner macht alle Buchstaben groß: ausschalten.",
        Word.LOWER_CASE: "Der Scanner macht alle Buchstaben klein: ausschalten.",
        Word.CAPS_LOCK_ASSUMED: "Der Scanner nimmt an, dass die Feststelltaste an ist, sodass Groß- und Kleinschreibung "
        "vertauscht sind (Belegung {layout}): "
        "ausschalten (Caps Lock aus oder automatisch).",
        Word.NO_LAYOUT: "Keine Tastaturbelegung passt zu allen Barcodes: Der Scanner ist auf ein Land eingestellt, das hier "
        "nicht bekannt ist, oder ein Barcode wurde falsch gelesen. "
        "Den Scanner auf US-Tastatur oder auf USB-COM stellen.",
        Word.NO_FRAMING: "Was einen Scan beendet, ließ sich nicht finden: den Scanner so einstellen, dass er hinter jedem "
        "Barcode CR sendet.",
        Word.AIM_FIRST: "Die AIM-Kennung steht vor dem Präfix ({lead}): im Scanner die andere Reihenfolge einstellen oder kein Präfix.",
        Word.LEADS_DIFFER: "Was vor Barcode {bar} steht ({other}), ist nicht, was vor den Barcodes darüber steht ({one}): im "
        "Scanner ein festes Präfix einstellen oder keines.",
        Word.TAILS_DIFFER: "Was hinter Barcode {bar} steht ({other}), ist nicht, was hinter dem ersten steht ({one}): im "
        "Scanner ein festes Suffix einstellen oder keines.",
        Word.KINDS_DIFFER: "Was vor den Barcodes steht, hängt von ihrer Art ab und ist nicht nur ein Buchstabe oder zwei ({leads}): "
        "den Scanner auf AIM-Kennungen umstellen oder auf nichts.",
        Word.NOT_PROVED: "Mit diesen Einstellungen würde Barcode {bar} noch immer nicht so gelesen, wie er auf der Karte steht.",
        Word.PROVED: "Mit diesen Einstellungen liest die Station jeden gescannten Barcode genau.",
        Word.LINES: "Die Zeilen für die Einstellungsdatei:",
        Word.AS_IT_IS: "In {path} steht das schon: Es ist nichts zu ändern.",
        Word.CHANGES: "Änderungen an {path}:",
        Word.ASK_TO_WRITE: "Schreiben? [j/n] ",
        Word.YES: "j",
        Word.WRITTEN: "Geschrieben. Die Station wieder starten.",
        Word.NOT_WRITTEN: "Es wurde nichts geändert.",
        Word.BY_HAND: "{path} ist so geschrieben, dass es sich hier nicht sicher ändern lässt: diese Zeilen von Hand eintragen.",
    }
)

LANGUAGES: Mapping[Language, Words] = MappingProxyType({"en": ENGLISH, "de": GERMAN})
