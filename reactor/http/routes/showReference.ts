import type { ApiApp } from "../caller.ts";
import { isProblem, Problem } from "../Problem.ts";
import { describeApi } from "../reference/describeApi.ts";
import { answerPage } from "../reference/frame.ts";
import { problemPage, problemsPage } from "../reference/problemPages.ts";
import { type Described, referencePage } from "../reference/referencePage.ts";

/** The API's document, for generators, and what it and its problems mean, for people. Open: nothing in it is secret. */
export function showReference(app: ApiApp): void {
  // Drawn once, at the first reader: every route is there by then.
  let drawn: string | undefined;
  const document = () => {
    drawn ??= JSON.stringify(describeApi(app));
    return drawn;
  };
  app.get("/openapi.json", (c) => c.body(document(), 200, { "content-type": "application/json" }));
  app.get("/docs", (c) => answerPage(c, "API", referencePage(JSON.parse(document()) as Described)));
  app.get("/problems", (c) => answerPage(c, "Errores", problemsPage()));
  app.get("/problems/:name", (c) => {
    const name = c.req.param("name");
    if (!isProblem(name)) throw new Problem("route_not_found", { facts: { method: "GET", path: c.req.path } });
    return answerPage(c, name, problemPage(name));
  });
}
