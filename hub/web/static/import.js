// Sends a list of patrons as it is, and shows how far it is.
const main = document.querySelector("main");
const form = document.getElementById("file-form");

async function send(event) {
  event.preventDefault();
  const wrong = document.getElementById("wrong");
  const sending = document.getElementById("sending");
  const { address, token, large, lost, most } = form.dataset;
  const [file] = document.getElementById("file").files;
  wrong.textContent = "";
  if (!file) return;
  if (file.size > Number(most) * 1048576) { wrong.textContent = large; return; }
  sending.textContent = form.dataset.sending;
  const headers = { "X-CSRF-Token": token, "Content-Type": "application/octet-stream", Accept: "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: file }).catch(() => null);
  if (answer && answer.status === 401) { location.reload(); return; }
  const told = answer ? await answer.json().catch(() => ({})) : {};
  if (told.address) { location.assign(told.address); return; }
  sending.textContent = "";
  wrong.textContent = told.said ?? told.detail ?? lost;
}

function onState(told, feed) {
  const bar = document.getElementById("bar");
  if (told.stage === "reading" || told.stage === "writing") {
    bar.max = told.total;
    bar.value = told.done;
    // Read out by a screen reader now and then, not five times a second.
    const says = document.getElementById("says");
    const now = Date.now();
    if (now - (onState.at ?? 0) > 1000) { says.textContent = told.says; onState.at = now; }
    return;
  }
  feed.close();
  location.replace(location.pathname);
}

if (form) form.addEventListener("submit", send);
if (main.dataset.live) {
  const feed = new EventSource(main.dataset.live);
  feed.addEventListener("state", (event) => onState(JSON.parse(event.data), feed));
}
