"""What the keys of the settings file mean, in other languages than that of the file itself."""

from __future__ import annotations

from collections.abc import Mapping

GERMAN: dict[str, str] = {
    "hold_days": "Tage im Abholregal",
    "loan_days": "Tage einer Ausleihe",
    "shipping_margin_days": "Tage, die ein Medium vor dem Fälligkeitstag des Partners für den Heimweg braucht",
    "shortest_loan_days": "eine Bereitstellung endet früh genug für eine Ausleihe von so vielen Tagen",
    "ready_notice_delay_s": "Sekunden, die ein Brief wartet, damit ein Irrtum zurückgenommen werden kann",
    "transit_days": "Tage, die ein Medium unterwegs sein darf; was länger unterwegs ist, ist Arbeit für das Personal",
    "recall_days": "Tage, um Zurückgefordertes zurückzubringen, wenn kein Tag genannt ist",
    "renewals": "wie oft eine Ausleihe verlängert werden kann",
    "hold_reminder_days": "Tage vor dem Ende einer Bereitstellung, an denen erinnert wird; 0 nie",
    "due_soon_days": "Tage vor der Fälligkeit, an denen erinnert wird; 0 nie",
    "reactivate_days": "Tage nach dem Abschluss, an denen eine Bestellung wiederbelebt werden kann",
    "forget_days": "Tage nach dem Abschluss, nach denen eine Bestellung vergisst, wer bestellt hatte",
    "send": "Benachrichtigungen, die gesendet werden",
    "delay_s": "Sekunden, die einzelne Benachrichtigungen warten; was leer ist, wartet so lange wie alle",
    "overdue_days": "Tage nach dem Fälligkeitstag, an denen gemahnt wird, wie 1, 8, 22; leer nie",
    "together_s": "Sekunden, die ein Brief höchstens auf weitere Medien für dieselbe Person an derselben Theke wartet; 0 nie",
    "quiet": "Stunden, in denen kein Brief hinausgeht, wie 21:00-08:00; leer hat keine",
    "open_days_only": "Briefe gehen nur an Tagen hinaus, an denen die Theke offen ist",
    "channels": "Wege zu allen, die nichts anderes wünschen, der Reihe nach",
    "calendar": "Briefe über eine Bereitstellung bringen ihren letzten Tag als Kalendereintrag (.ics)",
    "bounce_s": "derselbe Barcode so bald noch einmal ist derselbe Scan",
    "patron_session_s": "ein offenes Konto schließt sich nach so langer Zeit ohne Scan",
    "armed_request_s": "ein Bestellzettel wartet so lange auf sein Medium",
    "armed_item_s": "ein Medium wartet so lange auf seinen Zettel",
    "handover_s": "ein Scan so bald nach der Ausleihe ist keine Rückgabe",
    "armed_command_s": "ein Befehlsbarcode wartet so lange auf sein Medium",
    "undo_s": "der letzte Schritt einer Station lässt sich so lange zurücknehmen",
    "reprint_s": "die letzten Zettel werden so lange ohne das Medium noch einmal gedruckt",
    "patron": "Ausweise",
    "request": "Bestellzettel",
    "item": "Medien; nach anderen Barcodes wird bei der Annahme einmal gefragt",
    "check_digits": "14 Ziffern eines Mediums, deren letzte keine Prüfziffer mod 10 ist: warn (warnen und annehmen), confirm "
    "(zweimal scannen) oder ignore",
    "strip_prefix": "was die Scanner des Hauses vor einen Barcode setzen",
    "strip_suffix": "und dahinter",
}
ENGLISH: dict[str, str] = {
    "send": "notices that are sent",
    "delay_s": "seconds that single notices wait; an empty one waits as long as all",
    "overdue_days": "days after the due day on which a loan is called for, like 1, 8, 22; empty never",
    "quiet": "hours in which no letter leaves, like 21:00-08:00; empty has none",
    "channels": "the ways to reach patrons who have said nothing, in order",
    "together_s": "seconds a letter waits at most for more books that come for its patron at its desk; 0 never",
}
"""Where the settings themselves speak of how it is written in the file."""
MEANS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "de": GERMAN}
"""By language; what is not here is said by the settings themselves."""
