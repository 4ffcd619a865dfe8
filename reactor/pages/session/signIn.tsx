import type { Context } from "hono";
import { authenticate } from "../../http/authenticate.ts";
import { createBuckets } from "../../http/limits/createBuckets.ts";
import { addressOf } from "../../http/limits/limitRate.ts";
import { Problem } from "../../http/Problem.ts";
import { createSession } from "../../store/sessions.ts";
import { FormToken } from "../parts/ActionForm.tsx";
import { answerPage } from "../parts/Page.tsx";
import type { Site, SiteEnv, SitePorts } from "../site.ts";
import { backTo } from "./backTo.ts";
import { drawToken, dropCookie, hashToken, writeCookie } from "./cookies.ts";

/** From one address; the next one then has to wait. */
const WRONG_KEYS_PER_MINUTE = 5;

/** A key opens a session: the key itself is not kept in the browser. Who tries wrong keys waits, with a right one too. */
export function signIn(site: Site, ports: SitePorts): void {
  const wrongKeys = createBuckets(WRONG_KEYS_PER_MINUTE, ports.monotonicMs);
  site.get("/entrar", (c) => {
    const wanted = backTo(c.req.query("volver"));
    return c.get("visitor").caller === null ? showForm(c, wanted, null) : c.redirect(wanted, 303);
  });
  site.post("/entrar", async (c) => {
    const form = await c.req.parseBody();
    const wanted = backTo(typeof form.volver === "string" ? form.volver : undefined);
    const address = addressOf(c) ?? "";
    const { allowed, retryInS } = wrongKeys(address, 0);
    if (!allowed) {
      c.status(429);
      c.header("retry-after", String(retryInS));
      return showForm(c, wanted, new Problem("too_many_wrong_keys", { facts: { seconds: String(retryInS) } }));
    }
    try {
      const { keyId } = await authenticate(ports, `Bearer ${typeof form.llave === "string" ? form.llave.trim() : ""}`);
      const token = drawToken();
      writeCookie(c, "session", token, await createSession(ports.db, hashToken(token), keyId));
      dropCookie(c, "visit");
      return c.redirect(wanted, 303);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      wrongKeys(address);
      c.status(401);
      return showForm(c, wanted, error);
    }
  });
}

function showForm(c: Context<SiteEnv>, wanted: string, refused: Problem | null) {
  const visitor = c.get("visitor");
  const { say, language } = visitor;
  const document = refused?.toDocument();
  return answerPage(
    c,
    { title: say.sign_in, bare: true },
    <section class="card sign-in">
      <h1>{say.sign_in}</h1>
      <p class="quiet">{say.sign_in_how}</p>
      {document && (
        <p class="notice bad" role="alert">
          {language === "es" ? document.detail : document.detail_en}
        </p>
      )}
      <form method="post" action="/entrar">
        <FormToken visitor={visitor} />
        <input type="hidden" name="volver" value={wanted} />
        <label>
          {say.key}
          <input type="password" name="llave" autocomplete="current-password" required placeholder="kst_…" />
        </label>
        <button type="submit" class="main">
          {say.sign_in}
        </button>
      </form>
    </section>,
  );
}
