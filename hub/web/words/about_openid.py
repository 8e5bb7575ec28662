"""What is said of signing in with an identity provider, in both languages side by side."""

from __future__ import annotations

from hub.openid import SAYS

ENGLISH: dict[str, str] = {
    **SAYS,
    "enter.openid": "Sign in with {name}",
    "enter.openid.plain": "Sign in with the library's account",
    "password.elsewhere": "You sign in with {name}; your password is changed there.",
}

GERMAN: dict[str, str] = {
    "openid.off": "So meldet sich hier niemand an.",
    "openid.away": "Der Anmeldedienst antwortet jetzt nicht. Gleich noch einmal versuchen, oder mit Name und Passwort anmelden.",
    "openid.denied": "Der Anmeldedienst hat nicht angemeldet, oder es wurde abgebrochen. Nichts wurde getan.",
    "openid.old": "Diese Anmeldung hat zu lange gedauert oder in einem anderen Browser begonnen. Noch einmal beginnen.",
    "openid.unfit": "Der Anmeldedienst hat etwas Unstimmiges gesagt, niemand wurde angemeldet. Was, steht im Protokoll des Hubs.",
    "openid.role": "Der Anmeldedienst kennt dieses Konto, gibt ihm hier aber keine Rolle. In der Verwaltung danach fragen.",
    "enter.openid": "Anmelden mit {name}",
    "enter.openid.plain": "Mit dem Konto der Bibliothek anmelden",
    "password.elsewhere": "Die Anmeldung geht über {name}; dort wird auch das Passwort geändert.",
}
