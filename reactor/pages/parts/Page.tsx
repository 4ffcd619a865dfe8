import type { Context } from "hono";
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import type { SiteEnv, Visitor } from "../site.ts";
import { FormToken } from "./ActionForm.tsx";
import { Navigation } from "./Navigation.tsx";

type PageOptions = Readonly<{
  title: string;
  /** Without the navigation: for who has not signed in. */
  bare?: boolean;
  /** It is made for paper too. */
  printed?: boolean;
  /** What makes the page show itself anew: every event, a payment's, or what a customer's page hears; left out, nothing. */
  live?: "all" | number | `/seguimiento/${string}`;
}>;

/** A customer may have no script: the page is then asked for again whole. */
const REFRESH_S = 30;

/** Where an open page hears that there is something new. */
function streamOf(live: NonNullable<PageOptions["live"]>): string {
  if (live === "all") return "/vivo";
  return typeof live === "number" ? `/vivo?pago=${live}` : `${live}/vivo`;
}

/** Answers with a whole page. */
export function answerPage(c: Context<SiteEnv>, options: PageOptions, content: Child) {
  return c.html(html`<!doctype html>${<Page visitor={c.get("visitor")} {...options} content={content} />}`);
}

function Page({ visitor, title, bare, printed, live, content }: PageOptions & { visitor: Visitor; content: Child }) {
  const { language, say } = visitor;
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · Kustodia`}</title>
        <link rel="icon" href="/recursos/kustodia.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/recursos/kustodia.css" />
        {printed && <link rel="stylesheet" href="/recursos/recibo.css" />}
        {live !== undefined && <script type="module" src="/recursos/live.js" />}
        {typeof live === "string" && live !== "all" && (
          <noscript>
            <meta http-equiv="refresh" content={String(REFRESH_S)} />
          </noscript>
        )}
      </head>
      <body>
        <a class="skip" href="#contenido">
          {say.skip}
        </a>
        <header class="top">
          <a class="brand" href="/">
            <img src="/recursos/kustodia.svg" alt="" width="28" height="28" />
            Kustodia
          </a>
          {bare ? <span class="spacer" /> : <Navigation visitor={visitor} />}
          <div class="person">
            {visitor.caller && !bare && <span class="quiet">{visitor.caller.owner.name}</span>}
            <LanguageSwitch visitor={visitor} />
            {visitor.caller && !bare && (
              <form method="post" action="/salir">
                <FormToken visitor={visitor} />
                <button type="submit" class="plain">
                  {say.sign_out}
                </button>
              </form>
            )}
          </div>
        </header>
        <main id="contenido" class={bare ? "slim" : ""} {...(live !== undefined && { "data-live": streamOf(live) })}>
          {content}
        </main>
        <footer class="quiet">{say.footer}</footer>
      </body>
    </html>
  );
}

function LanguageSwitch({ visitor }: { visitor: Visitor }) {
  const other = visitor.language === "es" ? "en" : "es";
  return (
    <form method="post" action="/idioma">
      <FormToken visitor={visitor} />
      <input type="hidden" name="idioma" value={other} />
      <input type="hidden" name="volver" value={visitor.path} />
      <button type="submit" class="plain" lang={other}>
        {other === "en" ? "English" : "Español"}
      </button>
    </form>
  );
}
