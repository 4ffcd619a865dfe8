import { html } from "hono/html";
import { PROBLEM_NAMES, type ProblemName, problemRow } from "../Problem.ts";
import type { Html } from "./frame.ts";

/** Every problem that this API answers, by its `type`. */
export const problemsPage = (): Html => html`<h1>Errores / Problems</h1>
<p>Cada rechazo es un documento RFC 9457; su <code>type</code> es una de estas páginas y no cambia.<br>
Every refusal is an RFC 9457 document; its <code>type</code> is one of these pages and stays.</p>
<table><thead><tr><th>type</th><th></th><th>title</th></tr></thead><tbody>${PROBLEM_NAMES.map((name) => {
  const { status, title } = problemRow(name);
  return html`<tr><td><a href="/problems/${name}"><code>/problems/${name}</code></a></td><td>${String(status)}</td><td>${title}</td></tr>`;
})}</tbody></table>`;

/** What one problem means, as it is said: a word in braces stands for what is told each time. */
export function problemPage(name: ProblemName): Html {
  const { status, title, es, en } = problemRow(name);
  return html`<h1>${title}</h1>
<p><code>/problems/${name}</code> · HTTP ${String(status)}</p>
<p>${es}</p>
<p lang="en" class="quiet">${en}</p>
<p>${REPEATING[String(status)] ?? REPEATING.other}</p>`;
}

/** Whether the same request may be sent again, by the status. */
const REPEATING: Readonly<Record<string, string>> = {
  429: "Espere los segundos de Retry-After y repita. / Wait for Retry-After's seconds and repeat.",
  500: "Es seguro repetir la solicitud con la misma Idempotency-Key. / It is safe to repeat the request under the same Idempotency-Key.",
  503: "Repita más tarde, con la misma Idempotency-Key. / Repeat later, under the same Idempotency-Key.",
  504: "Es seguro repetir la solicitud con la misma Idempotency-Key. / It is safe to repeat the request under the same Idempotency-Key.",
  other:
    "Repetir lo mismo dará lo mismo: corrija lo que dice. / The same again is answered the same: mend what it says.",
};
