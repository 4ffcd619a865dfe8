import type { Context } from "hono";
import type { z } from "zod";
import { askApi } from "./askApi.ts";
import type { SiteEnv, SitePorts } from "./site.ts";

/**
 * Does what a form asks for by the API, once: the form's own number is the API's Idempotency-Key. A form with a `version`
 * is for its payment as it was shown, and is refused when that has changed since.
 * @throws {Refusal} with the API's sentence.
 */
export async function sendForm<Schema extends z.ZodType>(
  ports: Pick<SitePorts, "api">,
  c: Context<SiteEnv>,
  schema: Schema,
  { method = "POST", path, body }: Readonly<{ method?: "POST" | "PATCH"; path: string; body: unknown }>,
): Promise<z.output<Schema>> {
  const { peticion, version } = await readForm(c);
  const headers = {
    ...(peticion !== undefined && { "idempotency-key": peticion }),
    ...(version !== undefined && { "if-match": version }),
  };
  return (await askApi(ports, c, schema, { method, path, body, headers })).view;
}

/** The form's fields that have a text in them. */
export async function readForm(c: Context<SiteEnv>): Promise<Readonly<Record<string, string | undefined>>> {
  const fields = Object.entries(await c.req.parseBody());
  return Object.fromEntries(fields.filter(([, value]) => typeof value === "string" && value.trim() !== "")) as Record<
    string,
    string
  >;
}
