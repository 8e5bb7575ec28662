// The page as it happens.
import { LANGUAGE, TIME, copyOf, fill, listen, setTime, toneOf } from "./page.js";

const page = document.getElementById("page");
const rows = document.getElementById("rows");
const scans = document.getElementById("scans");
const hub = document.getElementById("hub");
const notice = document.getElementById("notice");

const MOST_ROWS = 100;
const MOST_SCANS = 30;
const RELOAD_MS = 3000;

let health = { ready: hub.classList.contains("good"), problems: [] };
let connected = true;

// The time of a scan to the second; of a request, its day once that is over.
function said(at, place) {
  const exact = place.dataset.field === "at";
  const today = at.toDateString() === new Date().toDateString();
  const time = at.toLocaleTimeString(LANGUAGE, { ...TIME, ...(exact ? { second: "2-digit" } : {}) });
  const thisYear = at.getFullYear() === new Date().getFullYear();
  const day = at.toLocaleDateString(LANGUAGE, { day: "numeric", month: "short", ...(thisYear ? {} : { year: "numeric" }) });
  return today ? time : exact ? `${day}, ${time}` : day;
}

function freshen(element) {
  element.classList.remove("fresh");
  // Reading a size makes the browser see the class as gone before it comes again.
  void element.offsetWidth;
  element.classList.add("fresh");
}

function onRequest(request) {
  const row = [...rows.children].find((each) => each.dataset.request === request.request_id);
  if (row && Number(row.dataset.version) >= request.version) return;
  const shown = page.dataset.state === "active" ? request.state !== "CLOSED" : request.state === page.dataset.state;
  if (row && shown) draw(row, request);
  else if (row) row.remove();
  else if (shown && page.dataset.first === "yes" && belongsHere(request)) place(request);
  document.getElementById("nothing").hidden = rows.children.length > 0;
}

// Rows stand newest request first, by their numbers.
function number(id) {
  return Number(id.split("-")[1]);
}

function belongsHere(request) {
  const last = rows.lastElementChild;
  return rows.children.length < MOST_ROWS || number(request.request_id) > number(last.dataset.request);
}

function place(request) {
  const row = copyOf("row");
  const before = [...rows.children].find((each) => number(each.dataset.request) < number(request.request_id));
  rows.insertBefore(row, before ?? null);
  draw(row, request);
  while (rows.children.length > MOST_ROWS) rows.lastElementChild.remove();
}

function draw(row, request) {
  row.dataset.request = request.request_id;
  row.dataset.version = request.version;
  row.dataset.state = request.state;
  fill(row, request, said);
  freshen(row);
}

function onScan(scan) {
  if ([...scans.children].some((each) => each.dataset.scan === scan.scan_id)) return;
  const line = copyOf("line");
  line.dataset.scan = scan.scan_id;
  line.className = `scan tone-${toneOf(scan)}`;
  fill(line, scan, said);
  const older = [...scans.children].find((each) => each.querySelector("time").dateTime <= scan.at);
  scans.insertBefore(line, older ?? null);
  freshen(line);
  while (scans.children.length > MOST_SCANS) scans.lastElementChild.remove();
  document.getElementById("quiet").hidden = true;
}

function onCounts(counts) {
  for (const place of document.querySelectorAll("[data-count]")) place.textContent = counts[place.dataset.count] ?? 0;
}

function showHub() {
  const good = connected && health.ready;
  hub.className = `hub ${good ? "good" : connected ? "bad" : "away"}`;
  fill(hub, { hub: good ? hub.dataset.good : connected ? hub.dataset.bad : hub.dataset.away });
  notice.hidden = good;
  if (good) return;
  fill(notice, { notice: connected ? health.problems.join(" ") : hub.dataset.lost });
}

for (const place of document.querySelectorAll("time")) setTime(place, place.dateTime, said);
listen(() => `/live?after=${encodeURIComponent(page.dataset.after)}`, {
  request: onRequest,
  scan: onScan,
  counts: onCounts,
  hub: (told) => { health = told; connected = true; showHub(); },
  reload: () => setTimeout(() => location.reload(), RELOAD_MS),
}, {
  place: (at) => { page.dataset.after = at; },
  lost: () => { connected = false; showHub(); },
});
