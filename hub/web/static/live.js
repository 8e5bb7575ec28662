// The page as it happens. Every text from outside is set as text, never as markup.
"use strict";

const page = document.getElementById("page");
const rows = document.getElementById("rows");
const scans = document.getElementById("scans");
const hub = document.getElementById("hub");
const notice = document.getElementById("notice");

const LANGUAGE = navigator.languages.find((each) => each.startsWith(document.documentElement.lang)) ?? document.documentElement.lang;
const MOST_ROWS = 100;
const MOST_SCANS = 30;
const AGAIN_MS = 3000;
const TONES = new Set(["ok", "route", "info", "no"]);

let health = { ready: hub.classList.contains("good"), problems: [] };
let connected = true;

function fill(element, fields) {
  for (const place of element.querySelectorAll("[data-field]")) {
    const value = fields[place.dataset.field];
    if (value === undefined) continue;
    if (place.tagName === "TIME") showTime(place, value);
    else place.textContent = value;
  }
}

function showTime(place, value) {
  const at = new Date(value);
  if (Number.isNaN(at.getTime())) return;
  place.dateTime = value;
  place.title = at.toLocaleString(LANGUAGE);
  const today = at.toDateString() === new Date().toDateString();
  const seconds = place.dataset.field === "at" ? { second: "2-digit" } : {};
  const time = at.toLocaleTimeString(LANGUAGE, { hour: "2-digit", minute: "2-digit", ...seconds });
  const thisYear = at.getFullYear() === new Date().getFullYear();
  const day = at.toLocaleDateString(LANGUAGE, { day: "numeric", month: "short", ...(thisYear ? {} : { year: "numeric" }) });
  place.textContent = today ? time : place.dataset.field === "at" ? `${day}, ${time}` : day;
}

function copyOf(template) {
  return document.getElementById(template).content.firstElementChild.cloneNode(true);
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
  fill(row, request);
  freshen(row);
}

function onScan(scan) {
  if ([...scans.children].some((each) => each.dataset.scan === scan.scan_id)) return;
  const line = copyOf("line");
  line.dataset.scan = scan.scan_id;
  line.className = `scan tone-${TONES.has(scan.tone) ? scan.tone : "info"}`;
  fill(line, scan);
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

function lose() {
  connected = false;
  showHub();
}

async function tryAgain() {
  const answer = await fetch("/", { cache: "no-store" }).catch(() => null);
  if (answer && answer.status === 401) location.reload();
  else follow();
}

function follow() {
  const source = new EventSource(`/live?after=${encodeURIComponent(page.dataset.after)}`);
  const on = (name, act) => source.addEventListener(name, (message) => {
    if (message.lastEventId) page.dataset.after = message.lastEventId;
    act(JSON.parse(message.data));
  });
  on("request", onRequest);
  on("scan", onScan);
  on("counts", onCounts);
  on("hub", (said) => { health = said; connected = true; showHub(); });
  on("reload", () => setTimeout(() => location.reload(), AGAIN_MS));
  source.addEventListener("error", () => {
    lose();
    // A refused connection is tried again by the browser; a refused request is not.
    if (source.readyState === EventSource.CLOSED) setTimeout(tryAgain, AGAIN_MS);
  });
}

for (const place of document.querySelectorAll("time")) showTime(place, place.dateTime);
follow();
