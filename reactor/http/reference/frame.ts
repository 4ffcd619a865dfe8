import { createHash } from "node:crypto";
import type { Context } from "hono";
import { html, raw } from "hono/html";

export type Html = ReturnType<typeof html>;

const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); --quiet: color-mix(in srgb, currentColor 72%, transparent); --accent: light-dark(#0b6a5b, #5bcbb5); --raised: light-dark(#f5f4ef, #1e262a); }
html { background: light-dark(#fff, #181f22); color: light-dark(#182220, #e9eeec); }
a { color: var(--accent); text-underline-offset: .15em; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 0 1rem 4rem; }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem 1.25rem; padding: .7rem 0; border-bottom: 1px solid var(--line); font-size: .95rem; }
.brand { display: inline-flex; align-items: center; gap: .5rem; margin-right: auto; color: inherit; font-weight: 650; font-size: 1.05rem; text-decoration: none; }
h1 { font-size: 1.7rem; letter-spacing: -.01em; line-height: 1.25; margin: 1.5rem 0 1rem; overflow-wrap: anywhere; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
h3 { margin: 2.5rem 0 .3rem; font-size: 1.05rem; overflow-wrap: anywhere; }
h4 { margin: 1.2rem 0 .3rem; font-size: .9rem; color: var(--quiet); }
code, pre { font: .875em/1.5 ui-monospace, monospace; }
p code, li code, td code { padding: .05em .3em; border-radius: 4px; background: var(--raised); }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: .8rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
@media (min-width: 48rem) { td:first-child { width: 16rem; } td:nth-child(2) { width: 11rem; } }
.quiet { color: var(--quiet); }
.method { font-weight: 700; text-transform: uppercase; }
.index { columns: 2 20rem; column-gap: 2rem; padding: 1rem 1.2rem; background: var(--raised); border-radius: 10px; font-size: .92rem; }
.index p { margin: 0; font-weight: 600; break-after: avoid; }
.index ul { margin: 0 0 .8rem; padding: 0; list-style: none; }
.index li { break-inside: avoid; padding: .1rem 0; }
h2::first-letter, .index p::first-letter { text-transform: uppercase; }
`;
/** As the operators' pages have it, within the page: nothing may be loaded. */
const LOGO = raw(
  '<svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#0b6e5f"/><path d="M9 7v18M23 8 12 16l11 8" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/><circle cx="22.5" cy="16" r="2.4" fill="#f2b84b"/></svg>',
);
/** Nothing but this very style is loaded or run: these pages need no script, no picture and no other host. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** A page of the reference, whole: it works without JavaScript and under a policy that forbids it. */
export async function answerPage(c: Context, title: string, body: Html): Promise<Response> {
  const page = await html`<!doctype html>
<html lang="es">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Kustodia</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header class="top"><a class="brand" href="/">${LOGO} Kustodia</a><a href="/docs">API</a><a href="/problems">Errores / Problems</a><a href="/openapi.json">openapi.json</a></header>
${body}
</body>
</html>`;
  return c.html(page, 200, { "content-security-policy": POLICY });
}
