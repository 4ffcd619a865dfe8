import { db } from "ponder:api";
import schema from "ponder:schema";
import { Hono } from "hono";
import { client, graphql } from "ponder";
import { LIMITS, refuseCostly } from "./limits.ts";
import { PAGE, POLICY } from "./page.ts";

/** Ponder's own door, on its own port: GraphQL for people and pages, read-only SQL for @ponder/client. */
const app = new Hono();

app.get("/graphql", (c) => c.html(PAGE, 200, { "content-security-policy": POLICY }));
app.post("/graphql", async (c, next) => {
  const body: unknown = await c.req.raw
    .clone()
    .json()
    .catch(() => null);
  const refused = refuseCostly(body);
  return refused === null ? next() : c.json({ errors: [{ message: refused }] }, 400);
});
app.use("/graphql", graphql({ db, schema }, LIMITS));
app.use("/sql/*", client({ db, schema }));

export default app;
