import { createHash } from "node:crypto";
import type { Context } from "hono";
import { html, raw } from "hono/html";

export type Html = ReturnType<typeof html>;

const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); --quiet: color-mix(in srgb, currentColor 72%, transparent); --accent: light-dark(#0b6a5b, #5bcbb5); --raised: light-dark(#f5f4ef, #1e262a); }
html { background: light-dark(#fff, #181f22); color: light-dark(#182220, #e9eeec); }
a { color: var(--accent); text-underline-offset: .15em; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem 4rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
h3 { margin: 2.5rem 0 .3rem; font-size: 1.05rem; overflow-wrap: anywhere; }
h4 { margin: 1.2rem 0 .3rem; font-size: .9rem; color: var(--quiet); }
code, pre { font: .875em/1.5 ui-monospace, monospace; }
p code, li code, td code { padding: .05em .3em; border-radius: 4px; background: var(--raised); }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: .8rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.method { font-weight: 700; text-transform: uppercase; }
nav ul { columns: 2 20rem; column-gap: 2rem; padding: 1rem 1.2rem; list-style: none; background: var(--raised); border-radius: 10px; font-size: .92rem; }
nav li { break-inside: avoid; padding: .1rem 0; }
h2::first-letter { text-transform: uppercase; }
`;
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
${body}
</body>
</html>`;
  return c.html(page, 200, { "content-security-policy": POLICY });
}
