import type { ErrorHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { toProblem } from "../http/answerError.ts";
import { answerPage } from "./parts/Page.tsx";
import { Refusal } from "./Refusal.ts";
import { backTo } from "./session/backTo.ts";
import type { SiteEnv, SitePorts } from "./site.ts";
import { pageWords } from "./words/language.ts";

/** A page for whatever was refused, in the words that the API has for it, and the way back. A stack never leaves. */
export function answerRefusal({ failed }: Pick<SitePorts, "failed">): ErrorHandler<SiteEnv> {
  return (error, c) => {
    const known = error instanceof Refusal;
    const problem = known ? error.problem : toProblem(error).toDocument();
    if (!known && problem.status === 500) failed(`${c.req.method} ${c.req.path}`, error);
    // What fails before the visitor is known is told in Spanish.
    const visitor = c.get("visitor") ?? STRANGER;
    c.set("visitor", visitor);
    c.status(problem.status as ContentfulStatusCode);
    const { language, say } = visitor;
    // Titles of problems are Spanish only.
    const title = language === "es" ? problem.title : say.refused;
    return answerPage(
      c,
      { title, bare: visitor.caller === null },
      <section class="card narrow">
        <h1>{title}</h1>
        <p class="notice bad" role="alert">
          {language === "es" ? problem.detail : problem.detail_en}
        </p>
        <p>
          <a href={pageBefore(c.req.header("referer"))}>{say.go_back}</a>
        </p>
      </section>,
    );
  };
}

const pageBefore = (referer = "") => (URL.canParse(referer) ? backTo(new URL(referer).pathname) : "/");

const STRANGER = { language: "es", say: pageWords.es, caller: null, formToken: "", path: "/" } as const;
