import { createHash } from "node:crypto";
import { QUERIES } from "./queries.ts";

const SCRIPT = `
const box = (id) => document.getElementById(id);
const queries = JSON.parse(box("queries").textContent);
box("choose").addEventListener("change", ({ target }) => {
  const { query, variables } = queries[target.value];
  box("query").value = query;
  box("variables").value = JSON.stringify(variables);
});
box("ask").addEventListener("click", async () => {
  try {
    const body = JSON.stringify({ query: box("query").value, variables: JSON.parse(box("variables").value || "{}") });
    const answer = await fetch("/graphql", { method: "POST", headers: { "content-type": "application/json" }, body });
    box("answer").textContent = JSON.stringify(await answer.json(), null, 2);
  } catch (error) {
    box("answer").textContent = String(error);
  }
});
`;
const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
textarea, pre { width: 100%; box-sizing: border-box; font: 14px/1.5 ui-monospace, monospace; }
pre { overflow-x: auto; min-height: 4rem; border: 1px solid; border-radius: 6px; padding: .6rem; }
label, button { display: block; margin: .8rem 0 .3rem; }
`;
const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

export const POLICY = `default-src 'none'; script-src ${hashOf(SCRIPT)}; style-src ${hashOf(STYLE)}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const asText = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
const [[first]] = [Object.values(QUERIES)];

/** A page to ask the index, which loads nothing from elsewhere: the documented questions, and any other. */
export const PAGE = `<!doctype html>
<html lang="es">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphQL · Kustodia</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Lo que muestra la cadena / What the chain shows</h1>
<label for="choose">Preguntas / Questions</label>
<select id="choose">${Object.entries(QUERIES)
  .map(([name, { es, en }]) => `<option value="${name}">${asText(es)} / ${asText(en)}</option>`)
  .join("")}</select>
<label for="query">GraphQL</label>
<textarea id="query" rows="14" spellcheck="false">${asText(first?.query ?? "")}</textarea>
<label for="variables">Variables</label>
<textarea id="variables" rows="2" spellcheck="false">${asText(JSON.stringify(first?.variables))}</textarea>
<button id="ask" type="button">Preguntar / Ask</button>
<pre id="answer" aria-live="polite"></pre>
<script type="application/json" id="queries">${JSON.stringify(QUERIES).replace(/</g, "\\u003c")}</script>
<script>${SCRIPT}</script>
</body>
</html>`;
