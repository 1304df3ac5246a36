"use strict";
// Runs the query of the editor against the endpoint and shows the result; everything is written as text.
const form = document.getElementById("editor"), query = document.getElementById("query");
const result = document.getElementById("result"), ready = document.getElementById("ready");
ready.addEventListener("change", () => { if (ready.value) query.value = ready.value; });
query.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
const element = (name, text) => { const e = document.createElement(name); if (text !== undefined) e.textContent = text; return e; };
function cell(term) {
  const td = element("td");
  const local = term && term.type === "uri" && term.value.match(/^https:\/\/geopolitical-kg\.example(\/(?:actor|event|article)\/.*)$/);
  if (local) { const a = element("a", term.value); a.href = local[1]; td.append(a); } else td.textContent = term ? term.value : "";
  return td;
}
function table(data) {
  const t = element("table"), head = element("tr");
  for (const name of data.head.vars) head.append(element("th", name));
  t.append(head);
  for (const row of data.results.bindings) {
    const tr = element("tr");
    for (const name of data.head.vars) tr.append(cell(row[name]));
    t.append(tr);
  }
  return t;
}
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  result.replaceChildren(element("p", "Running…"));
  const answer = await fetch("/sparql", {
    method: "POST", headers: {Accept: "application/sparql-results+json, text/turtle;q=0.9"},
    body: new URLSearchParams({query: query.value}),
  });
  const text = await answer.text();
  if (!answer.ok) { const p = element("p", text); p.className = "error"; result.replaceChildren(p); return; }
  if (!(answer.headers.get("content-type") || "").includes("json")) { result.replaceChildren(element("pre", text)); return; }
  const data = JSON.parse(text);
  if ("boolean" in data) { result.replaceChildren(element("p", data.boolean ? "Yes" : "No")); return; }
  result.replaceChildren(element("p", data.results.bindings.length + " rows"), table(data));
});
