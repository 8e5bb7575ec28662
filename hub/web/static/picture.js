// What all pages share that show how something is as a whole: the stream, the hub's clock, times in words.
// Every text from outside is set as text, never as markup.

export const LANGUAGE = document.documentElement.lang;
// Where a page says so, times are those of the library's clocks, wherever the screen hangs.
const timeZone = document.querySelector("[data-zone]")?.dataset.zone;
const AGAIN_MS = 3000;
// The hub says its time every fifteen seconds; after so long without, nobody is there whatever the browser believes.
const SILENT_MS = 40000;

let ahead = 0;
let heard = performance.now();

// The hub's time: of this device's clock only its pace is used.
export function now() {
  return new Date(performance.timeOrigin + performance.now() + ahead);
}

export function fill(element, fields) {
  for (const place of element.querySelectorAll("[data-field]")) {
    const value = fields[place.dataset.field];
    if (value !== undefined && place.textContent !== String(value)) place.textContent = value;
  }
}

export function copyOf(template) {
  return document.getElementById(template).content.firstElementChild.cloneNode(true);
}

// Brings the children of a list to what is to be shown: those that stay are changed, not made anew, so nobody loses their place.
export function align(list, keys, make) {
  const there = new Map([...list.children].map((each) => [each.dataset.key, each]));
  const wanted = keys.map((key) => {
    const child = there.get(key) ?? make();
    child.dataset.key = key;
    return child;
  });
  for (const each of [...list.children]) if (!wanted.includes(each)) each.remove();
  wanted.forEach((each, place) => { if (list.children[place] !== each) list.insertBefore(each, list.children[place] ?? null); });
  return wanted;
}

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const spoken = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "always", style: "short" });

export function age(at) {
  const seconds = (now() - at) / 1000;
  const [unit, length] = UNITS.find(([, each]) => seconds >= each) ?? ["second", 1];
  return spoken.format(-Math.max(Math.floor(seconds / length), 0), unit);
}

export function showTime(place, value) {
  place.hidden = !value;
  if (!value) return;
  const at = new Date(value);
  if (Number.isNaN(at.getTime())) return;
  place.dateTime = value;
  place.title = at.toLocaleString(LANGUAGE, { timeZone });
  const dayOf = (moment) => moment.toLocaleDateString(LANGUAGE, { day: "numeric", month: "short", timeZone });
  const day = dayOf(at), today = day === dayOf(now());
  const time = at.toLocaleTimeString(LANGUAGE, { hour: "2-digit", minute: "2-digit", timeZone });
  const said = `${today ? "" : `${day}, `}${time} (${age(at)})`;
  if (place.textContent !== said) place.textContent = said;
}

export function showTimes() {
  for (const place of document.querySelectorAll("time[data-time]")) if (place.dateTime) showTime(place, place.getAttribute("datetime"));
}

// `on.picture` is given all of it, `on.lost` whether the connection is lost;
// `on.update` is called while the hub serves another edition of its pages than `on.edition`.
export function follow(address, on) {
  let source;
  const there = () => { heard = performance.now(); on.lost(false); };
  const open = () => {
    source = new EventSource(address);
    source.addEventListener("picture", (message) => { there(); on.picture(JSON.parse(message.data)); });
    source.addEventListener("clock", (message) => {
      const said = JSON.parse(message.data);
      ahead = new Date(said.now).getTime() - (performance.timeOrigin + performance.now());
      if (on.edition && on.edition !== said.edition) on.update();
      there();
    });
    source.addEventListener("error", () => {
      on.lost(true);
      // A refused connection is tried again by the browser; a refused request is not.
      if (source.readyState === EventSource.CLOSED) setTimeout(again, AGAIN_MS);
    });
  };
  const again = async () => {
    const answer = await fetch(location.pathname, { cache: "no-store" }).catch(() => null);
    if (answer && (answer.status === 401 || answer.redirected)) location.reload();
    else open();
  };
  setInterval(() => {
    if (performance.now() - heard < SILENT_MS) return;
    heard = performance.now();
    on.lost(true);
    source.close();
    again();
  }, 1000);
  open();
}
