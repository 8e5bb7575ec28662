"""What the keys of the settings file mean, in other languages than that of the file itself."""

from __future__ import annotations

from collections.abc import Mapping

GERMAN: dict[str, str] = {
    "hold_days": "Tage im Abholregal",
    "loan_days": "Tage einer Ausleihe",
    "shipping_margin_days": "Tage, die ein Medium vor dem Fälligkeitstag des Partners für den Heimweg braucht",
    "shortest_loan_days": "eine Bereitstellung endet früh genug für eine Ausleihe von so vielen Tagen",
    "ready_notice_delay_s": "Sekunden, die ein Brief wartet, damit ein Irrtum zurückgenommen werden kann",
    "transit_days": "ein Medium, das länger als dies unterwegs ist, ist Arbeit für das Personal",
    "recall_days": "Tage, um Zurückgefordertes zurückzubringen, wenn kein Tag genannt ist",
    "renewals": "wie oft eine Ausleihe verlängert werden kann",
    "hold_reminder_days": "Tage vor dem Ende einer Bereitstellung, an denen erinnert wird; 0 nie",
    "due_soon_days": "Tage vor der Fälligkeit, an denen erinnert wird; 0 nie",
    "reactivate_days": "Tage nach dem Abschluss, an denen eine Bestellung wiederbelebt werden kann",
    "forget_days": "Tage nach dem Abschluss, nach denen eine Bestellung vergisst, wer bestellt hatte",
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
MEANS: Mapping[str, Mapping[str, str]] = {"en": {}, "de": GERMAN}
"""By language; what is not here is said by the settings themselves."""
