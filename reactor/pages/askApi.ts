import type { Context } from "hono";
import type { z } from "zod";
import { problemDocument } from "../http/wire/problemAnswers.ts";
import { Refusal } from "./Refusal.ts";
import type { SiteEnv, SitePorts } from "./site.ts";

type Asking = Readonly<{
  method: "GET" | "POST" | "PATCH";
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}>;

/**
 * The pages are a client of the API, in the same process: what a person may do there they may do here, and nothing else.
 * @returns the answer, read by its schema, and which state of the payment it is about.
 * @throws {Refusal} with the API's own sentence for every answer that is not a 2xx.
 */
export async function askApi<Schema extends z.ZodType>(
  { api }: Pick<SitePorts, "api">,
  c: Context<SiteEnv>,
  schema: Schema,
  { method, path, body, headers }: Asking,
): Promise<Readonly<{ view: z.output<Schema>; etag: string | null }>> {
  const { caller } = c.get("visitor");
  // Who comes back from a form must see what it did.
  const comesBack = c.req.query("hecho") !== undefined;
  const response = await api.request(
    path,
    {
      method,
      headers: {
        ...(comesBack && { "cache-control": "no-cache" }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    },
    caller === null ? {} : { caller },
  );
  const answer: unknown = await response.json();
  if (!response.ok) throw new Refusal(problemDocument.parse(answer));
  return { view: schema.parse(answer), etag: response.headers.get("etag") };
}

/** Reads something from the API. @throws {Refusal} as askApi does. */
export async function readApi<Schema extends z.ZodType>(
  ports: Pick<SitePorts, "api">,
  c: Context<SiteEnv>,
  schema: Schema,
  path: string,
): Promise<z.output<Schema>> {
  return (await askApi(ports, c, schema, { method: "GET", path })).view;
}
