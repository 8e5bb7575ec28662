// How the stations are, as it changes, and a beep to find one.
import { align, copyOf, fill, follow, showTime, showTimes } from "./picture.js";

const all = document.getElementById("all");
const summary = document.getElementById("summary");

function onPicture(shown) {
  const says = document.getElementById("says");
  if (says.textContent !== shown.says) says.textContent = shown.says;
  summary.className = shown.well ? "well" : "ill";
  const cards = align(all, shown.stations.map((each) => each.name), newCard);
  shown.stations.forEach((each, place) => draw(cards[place], each));
}

function newCard() {
  const card = copyOf("card");
  card.querySelector(".identify").addEventListener("submit", identify);
  return card;
}

function draw(card, one) {
  card.dataset.station = one.name;
  card.dataset.kind = one.kind;
  card.toggleAttribute("data-trouble", one.trouble.length > 0);
  for (const name of ["since", "oldest", "last_scan"]) showTime(card.querySelector(`[data-time=${name}]`), one[name]);
  card.querySelector(".since").hidden = !one.since;
  card.querySelector(".oldest").hidden = !one.oldest;
  card.querySelector(".none").hidden = Boolean(one.last_scan);
  card.querySelector("[name=station]").value = one.name;
  card.querySelector(".identify button").disabled = one.kind !== "online";
  const link = card.querySelector("a.settings");
  if (link) link.href = `/station/${encodeURIComponent(one.name)}`;
  fill(card, one);
  const troubles = align(card.querySelector(".trouble"), one.trouble, () => document.createElement("li"));
  troubles.forEach((each, place) => { each.textContent = one.trouble[place]; });
  const scanners = align(card.querySelector(".scanners"), one.scanners.map((each, place) => `${place}`), () => copyOf("scanner"));
  one.scanners.forEach((each, place) => {
    scanners[place].className = each.there ? "there" : "gone";
    fill(scanners[place], each);
  });
}

async function identify(event) {
  event.preventDefault();
  const said = event.target.closest(".station").querySelector(".said");
  said.textContent = "";
  const answer = await fetch(event.target.action, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(new FormData(event.target)),
  }).catch(() => null);
  if (answer && answer.status === 401) location.reload();
  const told = answer ? await answer.json().catch(() => ({})) : {};
  said.textContent = told.said ?? told.detail ?? document.getElementById("lost").textContent;
}

for (const form of document.querySelectorAll(".identify")) form.addEventListener("submit", identify);
for (const card of all.children) card.dataset.key = card.dataset.station;
follow(document.querySelector("main").dataset.live, {
  picture: onPicture,
  lost: (away) => { document.getElementById("lost").hidden = !away; },
});
showTimes();
setInterval(showTimes, 5000);
