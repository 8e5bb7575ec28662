// The list of requests and the worklists: the panel of one request, slips, and a session that has ended. htmx does the rest.
"use strict";

const panel = document.getElementById("panel");
let from = null;

document.addEventListener("htmx:afterSettle", (event) => {
  const target = event.detail.target;
  if (target.id === "panel-body" && panel) {
    if (!panel.open) { from = document.activeElement; panel.showModal(); }
    (target.querySelector("[data-focus]") ?? target.querySelector("h2"))?.focus();
  } else if (target.matches?.(".chore")) {
    // The row was put in another's place: whoever works by keyboard goes on from it.
    document.getElementById(target.id)?.focus();
  }
});

if (panel) {
  panel.addEventListener("close", () => { document.getElementById("panel-body").replaceChildren(); (from?.isConnected ? from : document.getElementById("q"))?.focus(); });
  panel.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) panel.close(); });
}

// Rows that are ticked: how many, and all of them at once.
const several = document.getElementById("several");
const rows = () => [...document.querySelectorAll('input[form="several"][name="id"]')];

function count() {
  const all = document.getElementById("tick-all"), ticked = rows().filter((row) => row.checked).length, said = document.getElementById("ticked");
  if (all) {
    all.closest("label").hidden = rows().length === 0;
    all.checked = ticked > 0 && ticked === rows().length;
    all.indeterminate = ticked > 0 && !all.checked;
  }
  said.textContent = ticked ? said.dataset.some.replace("{count}", ticked) : "";
}

if (several) {
  document.addEventListener("change", (event) => {
    if (event.target.id === "tick-all") for (const row of rows()) row.checked = event.target.checked;
    if (event.target.id === "tick-all" || event.target.name === "id") count();
  });
  document.addEventListener("htmx:afterSettle", count);
  several.addEventListener("submit", (event) => {
    if (rows().some((row) => row.checked)) return;
    event.preventDefault();
    const said = document.getElementById("ticked");
    said.textContent = said.dataset.none;
  });
  addEventListener("pageshow", count);
}

document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });

// What the address asks for goes into what is saved and what is downloaded.
document.addEventListener("htmx:pushedIntoHistory", () => {
  const query = location.search.slice(1);
  document.querySelector("#several [name=back]")?.setAttribute("value", query);
  document.querySelector("#save [name=query]")?.setAttribute("value", query);
  document.getElementById("csv")?.setAttribute("href", `/requests.csv?${query}`);
  document.querySelector(".picks [name=find]")?.setAttribute("value", new URLSearchParams(query).get("find") ?? "");
});

// The facets are those of the list that is shown. Its words are no part of the address: a name stands there for them.
document.addEventListener("htmx:configRequest", (event) => { if (event.detail.elt.id === "facets") event.detail.path = `/requests/facets${location.search}`; });

// A session that has ended, or a page that is too old, is loaded anew.
document.addEventListener("htmx:responseError", (event) => { if ([401, 403].includes(event.detail.xhr.status)) location.reload(); });
document.addEventListener("htmx:sendError", () => { const lost = document.getElementById("lost"); if (lost) lost.hidden = false; });
document.addEventListener("htmx:afterRequest", (event) => { const lost = document.getElementById("lost"); if (lost && event.detail.successful) lost.hidden = true; });
