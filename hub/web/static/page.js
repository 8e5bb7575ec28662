// What the scripts of all pages share: the reader's language, texts and times set in their places, and the feed.
// Every text from outside is set as text, never as markup.

const OURS = document.documentElement.lang;
const AGAIN_MS = 2000;
const ANSWER_MS = 10000;
// A feed says something every fifteen seconds; after so long without, nobody is there whatever the browser believes.
const SILENT_MS = 40000;

// Of the page's language, the kind this reader's browser asks for.
export const LANGUAGE = navigator.languages.find((each) => each.startsWith(OURS)) ?? OURS;
export const TIME = { hour: "2-digit", minute: "2-digit" };

const TONES = new Set(["ok", "route", "info", "no"]);

export function toneOf(scan) {
  return TONES.has(scan.tone) ? scan.tone : "info";
}

// What is the same stays untouched, so that nothing is read out twice; `said` gives the words of a time.
export function fill(element, fields, said) {
  for (const place of element.querySelectorAll("[data-field]")) {
    const value = fields[place.dataset.field];
    if (value === undefined) continue;
    if (place.tagName === "TIME") setTime(place, value, said);
    else setText(place, String(value));
  }
}

export function setText(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

export function setTime(place, value, said, timeZone) {
  const at = new Date(value);
  if (Number.isNaN(at.getTime())) return;
  place.dateTime = value;
  place.title = at.toLocaleString(LANGUAGE, { timeZone });
  setText(place, said(at, place));
}

export function copyOf(template) {
  return document.getElementById(template).content.firstElementChild.cloneNode(true);
}

// Follows a feed; `acts` are what to do, by the names of its news. `on.lost` is called when it is lost, `on.place` with each place
// in it, `on.refused` (else the page is loaded anew) when whoever reads is no longer signed in. Gives what tries it again.
export function listen(address, acts, on) {
  let source;
  let heard = performance.now();
  const refused = on.refused ?? (() => location.reload());
  const open = () => {
    source?.close();
    source = new EventSource(address());
    for (const [name, act] of Object.entries({ beat: () => undefined, ...acts })) {
      source.addEventListener(name, (message) => {
        heard = performance.now();
        if (message.lastEventId) on.place?.(message.lastEventId);
        act(JSON.parse(message.data));
      });
    }
    source.addEventListener("error", () => {
      on.lost();
      // A refused connection is tried again by the browser; a refused request is not.
      if (source.readyState === EventSource.CLOSED) setTimeout(again, AGAIN_MS);
    });
  };
  const again = async () => {
    source.close();
    const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => null);
    if (answer && (answer.status === 401 || answer.status === 403 || answer.redirected)) refused();
    else open();
  };
  setInterval(() => {
    if (performance.now() - heard < SILENT_MS) return;
    heard = performance.now();
    on.lost();
    again();
  }, 1000);
  open();
  return again;
}
