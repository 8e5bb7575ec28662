// What all pages share that show how something is as a whole: the hub's clock, lists that keep their places, times in words.
import { LANGUAGE, TIME, listen, setTime } from "./page.js";

export { LANGUAGE, copyOf, fill, setText } from "./page.js";

// Where a page says so, times are those of the library's clocks, wherever the screen hangs.
const timeZone = document.querySelector("[data-zone]")?.dataset.zone;

let ahead = 0;

// The hub's time: of this device's clock only its pace is used.
export function now() {
  return new Date(performance.timeOrigin + performance.now() + ahead);
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

const dayOf = (moment) => moment.toLocaleDateString(LANGUAGE, { day: "numeric", month: "short", timeZone });

function said(at) {
  const day = dayOf(at);
  return `${day === dayOf(now()) ? "" : `${day}, `}${at.toLocaleTimeString(LANGUAGE, { ...TIME, timeZone })} (${age(at)})`;
}

export function showTime(place, value) {
  place.hidden = !value;
  if (value) setTime(place, value, said, timeZone);
}

export function showTimes() {
  for (const place of document.querySelectorAll("time[data-time]")) if (place.dateTime) showTime(place, place.getAttribute("datetime"));
}

// `on.picture` is given all of it, `on.lost` whether the connection is lost;
// `on.update` is called while the hub serves another edition of its pages than `on.edition`.
export function follow(address, on) {
  const there = () => on.lost(false);
  listen(() => address, {
    picture: (shown) => { there(); on.picture(shown); },
    clock: (said) => {
      ahead = new Date(said.now).getTime() - (performance.timeOrigin + performance.now());
      if (on.edition && on.edition !== said.edition) on.update();
      there();
    },
  }, { lost: () => on.lost(true) });
}
