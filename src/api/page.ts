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
:root { color-scheme: light dark; --line: light-dark(#dcdad0, #2d383c); --quiet: light-dark(#55625e, #a3b3ae); --accent: light-dark(#0b6a5b, #5bcbb5); --surface: light-dark(#fff, #181f22); }
*, *::before { box-sizing: border-box; }
html { background: light-dark(#f5f4ef, #101517); color: light-dark(#182220, #e9eeec); font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.2; letter-spacing: -.01em; }
p { margin: .4rem 0 1.2rem; color: var(--quiet); }
label { display: block; margin: .9rem 0 .25rem; color: var(--quiet); font-size: .9rem; }
select, textarea, pre, button { border: 1px solid var(--quiet); border-radius: 8px; background: var(--surface); color: inherit; }
select { width: 100%; min-height: 2.6rem; padding: 0 .6rem; font: inherit; }
textarea, pre { width: 100%; padding: .6rem .75rem; font: 14px/1.5 ui-monospace, monospace; }
pre { overflow-x: auto; min-height: 4rem; border-color: var(--line); }
button { margin: 1rem 0 .6rem; padding: .5rem 1rem; border-color: var(--accent); background: var(--accent); color: light-dark(#fff, #05231d); font: inherit; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
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
<main>
<h1>Lo que muestra la cadena / What the chain shows</h1>
<p>Montos en unidades de MXNB (un peso: 1 000 000), momentos en segundos unix. / Amounts in MXNB base units (a peso: 1,000,000), moments in unix seconds.</p>
<label for="choose">Preguntas / Questions</label>
<select id="choose">${Object.entries(QUERIES)
  .map(([name, { es, en }]) => `<option value="${name}">${asText(es)} / ${asText(en)}</option>`)
  .join("")}</select>
<label for="query">GraphQL</label>
<textarea id="query" rows="14" spellcheck="false">${asText(first?.query ?? "")}</textarea>
<label for="variables">Variables</label>
<textarea id="variables" rows="2" spellcheck="false">${asText(JSON.stringify(first?.variables))}</textarea>
<button id="ask" type="button">Preguntar / Ask</button>
<pre id="answer" role="region" aria-live="polite" aria-label="Respuesta / Answer" tabindex="0"></pre>
</main>
<script type="application/json" id="queries">${JSON.stringify(QUERIES).replace(/</g, "\\u003c")}</script>
<script>${SCRIPT}</script>
</body>
</html>`;
