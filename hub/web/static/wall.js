// A desk's wall: looks after itself for months. Its clock is the hub's, and other pages of the hub are fetched by themselves.
import { LANGUAGE, align, copyOf, fill, follow, now, showTime, showTimes } from "./picture.js";

const main = document.querySelector("main");
const clock = document.getElementById("clock");
const zone = clock.dataset.zone;
const hour = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit", timeZone: zone });
const day = new Intl.DateTimeFormat(LANGUAGE, { weekday: "long", day: "numeric", month: "long", timeZone: zone });

function list(id, template, found, draw) {
  const rows = align(document.getElementById(id), found.map((each, place) => `${place}`), () => copyOf(template));
  found.forEach((each, place) => { fill(rows[place], each); draw(rows[place], each); });
}

function onPicture(shown) {
  const verdict = document.getElementById("verdict");
  const said = shown.late.length ? verdict.dataset.ill : verdict.dataset.well;
  if (verdict.textContent !== said) verdict.textContent = said;
  document.getElementById("look").className = shown.late.length ? "ill" : "well";
  document.getElementById("place").textContent = shown.desk;
  list("late", "late-one", shown.late, (row, each) => showTime(row.querySelector("time"), each.since));
  list("numbers", "number", shown.numbers, (row, each) => {
    row.dataset.kind = each.kind;
    row.toggleAttribute("data-some", each.count > 0);
  });
  list("arrivals", "arrival", shown.arrivals, (row, each) => showTime(row.querySelector("time"), each.at));
  document.getElementById("none").hidden = shown.arrivals.length > 0;
}

function tick() {
  const said = hour.format(now());
  if (clock.textContent !== said) clock.textContent = said;
  document.getElementById("day").textContent = day.format(now());
}

// Only when the new page is there: a browser's own page of errors would never come back.
async function update() {
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (answer && answer.ok) location.reload();
}

follow(main.dataset.live, {
  edition: main.dataset.edition,
  picture: onPicture,
  update,
  lost: (away) => { document.getElementById("lost").hidden = !away; },
});
showTimes();
tick();
setInterval(tick, 1000);
setInterval(showTimes, 10000);
