// The desk's page as it happens; nothing here stops the next scan.
import { LANGUAGE, TIME, copyOf, fill, listen, setTime, toneOf } from "./page.js";

const desk = document.getElementById("desk");
const big = document.getElementById("big");
const rows = document.getElementById("rows");
const field = document.getElementById("barcode");
const lost = document.getElementById("lost");
const unsent = document.getElementById("unsent");
const WORDS = JSON.parse(desk.dataset.words);

const MOST_ROWS = 50;
const AGAIN_MS = 2000;
const ANSWER_MS = 10000;
const SOUNDS = {
  ok: [[1760, 130]],
  route: [[880, 110], [0, 60], [1320, 150]],
  info: [[587, 220]],
  no: [[233, 480]],
};

// ---- what is shown

function said(at) {
  return at.toLocaleTimeString(LANGUAGE, { ...TIME, second: "2-digit" });
}

let forgetting = 0;
let shown = JSON.parse(big.dataset.first);

function showBig(scan) {
  shown = scan;
  big.className = `tone-${toneOf(scan)}`;
  fill(big, scan);
  fit();
  clearTimeout(forgetting);
  forgetting = setTimeout(showReady, Number(big.dataset.lasts));
}

// What was scanned long ago is no longer in anybody's hand.
function showReady() {
  shown = null;
  big.className = "quiet";
  fill(big, { tone_words: "", again_words: "", lead: "", head: WORDS["desk.ready"], until: "", rest: "", title: "" });
  fit();
}

function fit() {
  const length = big.querySelector(".head").textContent.length;
  big.classList.toggle("word", length > 5 && length <= 10);
  big.classList.toggle("long", length > 10 && length <= 45);
  big.classList.toggle("sentences", length > 45);
}

// What a desk is told of a patron is shown as long as their session lasts, and no longer.
function forgetPatron() {
  if (shown && shown.patron) showBig({ ...shown, lead: "", head: shown.row, rest: "" });
}

function seen(id) {
  return rows.querySelector(`[data-scan="${CSS.escape(id)}"]`) !== null;
}

// The feed and the answer to a typed scan both tell it, and a repeat has no row.
const repeats = [];

function onScan(scan) {
  if (seen(scan.scan_id) || repeats.includes(scan.scan_id)) return;
  if (scan.again && repeats.push(scan.scan_id) > MOST_ROWS) repeats.shift();
  showBig(scan);
  sound(toneOf(scan));
  if (scan.again) return;
  addRow(scan);
  if (autoPrint() && scan.slips.length) printSlips(scan.slips);
}

function addRow(scan) {
  const row = copyOf("row");
  row.dataset.scan = scan.scan_id;
  row.className = `row fresh tone-${toneOf(scan)}`;
  fill(row, scan, said);
  const notes = row.querySelector(".notes");
  notes.hidden = scan.notes.length === 0;
  notes.replaceChildren(...scan.notes.map((note) => item(note)));
  row.querySelector(".prints").replaceChildren(...scan.slips.map(printButton));
  if (scan.book) follow(row, scan.book);
  const older = [...rows.children].find((each) => each.querySelector("time").dateTime <= scan.at);
  rows.insertBefore(row, older ?? null);
  while (rows.children.length > MOST_ROWS) rows.lastElementChild.remove();
  document.getElementById("none").hidden = true;
}

function item(text) {
  const line = document.createElement("li");
  const isolated = document.createElement("bdi");
  isolated.textContent = text;
  line.append(isolated);
  return line;
}

function follow(row, book) {
  if (row.dataset.request === book.request_id && Number(row.dataset.version) > book.version) return;
  row.dataset.request = book.request_id;
  row.dataset.version = book.version;
  fill(row, { now: book.now });
}

function onBook(book) {
  for (const row of rows.children) if (row.dataset.request === book.request_id) follow(row, book);
}

// ---- what the station remembers, with the time left

let waits = [];

function onWaits(told) {
  const now = performance.now();
  waits = told.map((each) => ({ ...each, until: now + each.left_ms }));
  drawWaits();
}

function drawWaits() {
  const now = performance.now();
  const had = waits.some((each) => each.kind === "session");
  waits = waits.filter((each) => each.until > now);
  if (!waits.some((each) => each.kind === "session") && (had || (shown && shown.patron))) forgetPatron();
  const list = document.getElementById("waits");
  list.replaceChildren(...waits.map((each) => {
    const line = item(each.says);
    line.className = `wait wait-${each.kind}`;
    const left = document.createElement("span");
    left.className = "left";
    left.textContent = WORDS["desk.left"].replace("{seconds}", Math.ceil((each.until - now) / 1000));
    line.append(" ", left);
    return line;
  }));
  const clear = document.getElementById("clear");
  if (!clear) return;
  const session = waits.some((each) => each.kind === "session");
  clear.hidden = waits.length === 0;
  clear.textContent = session ? clear.dataset.session : clear.dataset.other;
}

function onStation(troubles) {
  document.getElementById("troubles").replaceChildren(...troubles.map((text) => {
    const line = document.createElement("p");
    line.className = "trouble";
    line.textContent = text;
    return line;
  }));
}

// ---- typing: a scan is sent in its turn, and again with the same number until the hub has answered

const waiting = [];
let sending = false;
let failed = false;
let over = false;

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let place = 0; place < 6; place += 1) bytes[place] = Math.floor(now / 2 ** (8 * (5 - place))) % 256;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function send(barcode) {
  waiting.push({ station: desk.dataset.station, barcode, scan_id: newId() });
  showUnsent();
  sendNext();
}

function showUnsent() {
  if (!unsent) return;
  const late = waiting.length > 1 || failed || lost.hidden === false;
  unsent.hidden = waiting.length === 0;
  unsent.textContent = late ? WORDS[waiting.length === 1 ? "desk.waits" : "desk.unsent"].replace("{count}", waiting.length) : WORDS["desk.sending"];
}

async function sendNext() {
  if (sending || waiting.length === 0 || over) return;
  sending = true;
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": desk.dataset.token };
  const asked = { method: "POST", headers, body: JSON.stringify(waiting[0]), cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) };
  const answer = await fetch(`/desk/${desk.dataset.desk}/scan`, asked).catch(() => null);
  // An answer that breaks off has told nobody anything: the same scan is sent again, and taken once.
  const told = answer && await answer.json().catch(() => null);
  sending = false;
  failed = !answer || answer.status >= 500 || (answer.ok && !told);
  if (answer && (answer.status === 401 || answer.status === 403)) return end();
  if (failed) {
    // The feed may not have noticed yet that nobody is there.
    if (!answer && desk.dataset.live === "yes") { onLost(); followAgain(); }
    showUnsent();
    setTimeout(sendNext, AGAIN_MS);
    return undefined;
  }
  waiting.shift();
  if (answer.ok) taken(told);
  else refused(told ?? {});
  showUnsent();
  return sendNext();
}

function taken(told) {
  if (told.scan) onScan(told.scan);
  onWaits(told.waits);
  // On a phone, writing brings the field into view and may take the answer out of it.
  big.scrollIntoView({ block: "nearest" });
}

function refused(problem) {
  const says = problem.detail ?? "";
  showBig({ tone: "no", tone_words: JSON.parse(desk.dataset.tones).no, again_words: "", lead: "", head: says, rest: "", title: "", until: "", patron: false });
  sound("no");
}

function end() {
  over = true;
  showLost(WORDS["desk.over"]);
}

if (field) {
  document.getElementById("typing").addEventListener("submit", (event) => {
    event.preventDefault();
    startSound();
    const barcode = field.value.trim();
    field.value = "";
    if (barcode) send(barcode);
    field.focus({ preventScroll: true });
  });
  // Any key begins a barcode; whoever writes elsewhere keeps the cursor there.
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest?.("input:not([type=checkbox]), select, textarea, [contenteditable]");
    if (busy || event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1 || event.key === " ") return;
    field.focus({ preventScroll: true });
  });
}

for (const button of document.querySelectorAll("[data-send]")) button.addEventListener("click", () => send(button.dataset.send));
window.addEventListener("beforeunload", (event) => { if (waiting.length && !over) event.preventDefault(); });

// ---- sound

let audio = null;
const soundButton = document.getElementById("sound");

function isMuted() {
  return localStorage.getItem("holdshelf-muted") === "yes";
}

function showSound() {
  soundButton.setAttribute("aria-pressed", String(!isMuted()));
  soundButton.textContent = isMuted() ? WORDS["desk.sound.off"] : WORDS["desk.sound.on"];
}

function startSound() {
  if (isMuted()) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume().catch(() => undefined);
}

function sound(tone) {
  if (isMuted()) return;
  // Before somebody has touched the page a browser makes no sound; it must not be heard later instead.
  if (!audio || audio.state !== "running") return;
  let at = audio.currentTime;
  for (const [hz, ms] of SOUNDS[tone]) {
    if (hz) note(hz, at, ms / 1000, tone === "info" ? 0.1 : 0.3);
    at += ms / 1000;
  }
}

function note(hz, at, seconds, loudness) {
  const source = audio.createOscillator();
  const volume = audio.createGain();
  source.frequency.value = hz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(loudness, at + 0.005);
  volume.gain.setValueAtTime(loudness, at + seconds - 0.01);
  volume.gain.linearRampToValueAtTime(0, at + seconds);
  source.connect(volume).connect(audio.destination);
  source.start(at);
  source.stop(at + seconds);
}

soundButton.addEventListener("click", () => {
  localStorage.setItem("holdshelf-muted", isMuted() ? "no" : "yes");
  showSound();
  startSound();
});
document.addEventListener("keydown", startSound, { once: true });
document.addEventListener("pointerdown", startSound, { once: true });

// ---- slips

const auto = document.getElementById("auto-print");

function autoPrint() {
  return auto.checked;
}

function printButton(slip) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "print";
  button.dataset.slip = JSON.stringify(slip);
  button.textContent = desk.dataset.print.replace("%", slip.kind);
  return button;
}

const SVG = "http://www.w3.org/2000/svg";

// Bars and spaces in turn, with ten narrow ones of white at each side.
function drawn(widths) {
  const picture = document.createElementNS(SVG, "svg");
  let at = 10;
  for (const [place, width] of widths.entries()) {
    if (place % 2 === 0) {
      const bar = document.createElementNS(SVG, "rect");
      for (const [name, value] of Object.entries({ x: at, y: 0, width, height: 40 })) bar.setAttribute(name, value);
      picture.append(bar);
    }
    at += width;
  }
  picture.setAttribute("viewBox", `0 0 ${at + 10} 40`);
  picture.setAttribute("width", `${(at + 10) * 0.33}mm`);
  picture.setAttribute("height", "13mm");
  picture.setAttribute("preserveAspectRatio", "none");
  picture.setAttribute("shape-rendering", "crispEdges");
  return picture;
}

function printSlips(slips) {
  document.getElementById("slip").replaceChildren(...slips.map((slip) => {
    const paper = document.createElement("div");
    paper.className = "paper";
    for (const [place, text] of [...slip.lines, slip.barcode ?? ""].entries()) {
      const line = document.createElement("p");
      line.className = place === 0 ? "slip-head" : place === slip.lines.length ? "slip-barcode" : "slip-line";
      line.textContent = text;
      paper.append(line);
    }
    if (slip.bars.length) paper.insertBefore(drawn(slip.bars), paper.lastElementChild);
    return paper;
  }));
  window.print();
}

rows.addEventListener("click", (event) => {
  const button = event.target.closest(".print");
  if (button) printSlips([JSON.parse(button.dataset.slip)]);
});
auto.checked = localStorage.getItem("holdshelf-print") === "yes";
auto.addEventListener("change", () => localStorage.setItem("holdshelf-print", auto.checked ? "yes" : "no"));

// ---- what is new

function showLost(text) {
  lost.hidden = text === "";
  lost.textContent = text;
  showUnsent();
}

function onHub(health) {
  desk.dataset.live = "yes";
  if (!over) showLost(health.ready ? "" : `${WORDS["desk.unanswered"]} ${health.problems.join(" ")}`);
  sendNext();
}

function address() {
  const named = [...new Set([...rows.children].map((row) => row.dataset.request).filter(Boolean))];
  const asked = new URLSearchParams({ after: desk.dataset.after, shown: named.join(",") });
  if (desk.dataset.station) asked.set("station", desk.dataset.station);
  return `/desk/${desk.dataset.desk}/live?${asked}`;
}

function onLost() {
  desk.dataset.live = "no";
  if (!over) showLost(WORDS["desk.lost"]);
}

for (const place of rows.querySelectorAll("time")) setTime(place, place.dateTime, said);
onWaits([...document.querySelectorAll("#waits li")].map((line) => (
  { kind: [...line.classList].at(-1).replace("wait-", ""), says: line.querySelector("bdi").textContent, left_ms: Number(line.dataset.left) }
)));
fit();
if (shown) forgetting = setTimeout(showReady, Number(big.dataset.lasts));
showSound();
setInterval(() => { if (waits.length) drawWaits(); }, 500);
const followAgain = listen(address, {
  scan: onScan,
  book: onBook,
  waits: onWaits,
  station: onStation,
  hub: onHub,
  place: () => undefined,
  reload: () => { if (waiting.length === 0) setTimeout(() => location.reload(), AGAIN_MS); },
}, {
  place: (at) => { desk.dataset.after = at; },
  lost: onLost,
  refused: () => { if (waiting.length === 0) location.reload(); else end(); },
});
