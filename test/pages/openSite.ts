import type { AppPorts } from "../../reactor/http/ports.ts";
import { createSite } from "../../reactor/pages/createSite.tsx";
import type { Site } from "../../reactor/pages/site.ts";
import { NOW_MS, openApi } from "../http/openApi.ts";
import { FACTS_CONTEXT } from "../store/chainView.ts";

const HOST = "127.0.0.1:4000";

/** The pages and the API behind them on a real Postgres; what the API is given is openApi's. */
export async function openSite(change: Partial<AppPorts> = {}) {
  const api = await openApi(change);
  const site = createSite({
    api: api.app,
    db: api.db,
    facts: FACTS_CONTEXT,
    approveAfterMs: 0,
    mailsParties: change.mailsParties ?? true,
    show: (event) => void api.heard.shown.push(event.type),
    wake: () => {
      api.heard.wakes++;
    },
    hasSandbox: change.sandboxDeposit !== undefined,
    nowMs: () => NOW_MS,
    monotonicMs: change.monotonicMs ?? (() => performance.now()),
    closing: api.heard.closing.signal,
    failed: (_doing, error) => {
      api.heard.failures.push(error);
    },
  });
  return {
    ...api,
    site,
    visit: () => visitorOf(site),
    /** A browser in which somebody has signed in. */
    async signedIn(key: string) {
      const browser = visitorOf(site);
      await browser.get("/entrar");
      const { status } = await browser.post("/entrar", { llave: key });
      if (status !== 303) throw new Error(`Signing in was answered ${status}.`);
      return browser;
    },
  };
}

/** As much of a browser as a form needs: it keeps cookies and sends the form's token of the page that it saw last. */
function visitorOf(site: Site) {
  const cookies = new Map<string, string>();
  let token = "";

  async function send(method: string, path: string, fields?: Record<string, string>, headers = {}) {
    const body = fields && new URLSearchParams({ formulario: token, ...fields });
    const response = await site.request(`http://${HOST}${path}`, {
      method,
      headers: {
        host: HOST,
        accept: "text/html",
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(method === "POST" && { origin: `http://${HOST}` }),
        ...headers,
      },
      ...(body && { body }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const [name = "", value = ""] = pair.split("=");
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const text = await response.text();
    token = /name="formulario" value="([^"]+)"/.exec(text)?.[1] ?? token;
    return { status: response.status, headers: response.headers, text, location: response.headers.get("location") };
  }

  return {
    cookies,
    get: (path: string) => send("GET", path),
    post: (path: string, fields: Record<string, string> = {}, headers = {}) => send("POST", path, fields, headers),
  };
}
