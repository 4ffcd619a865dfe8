import type { Context } from "hono";
import { problemDocument } from "../../http/wire/problemAnswers.ts";
import { Refusal } from "../Refusal.ts";
import type { SiteEnv, SitePorts } from "../site.ts";

/** Hands on a file of the API's, to be kept under a name. @throws {Refusal} with the API's own sentence. */
export async function passFile(
  { api }: Pick<SitePorts, "api">,
  c: Context<SiteEnv>,
  path: string,
  name: string,
): Promise<Response> {
  const { caller } = c.get("visitor");
  const response = await api.request(path, {}, caller === null ? {} : { caller });
  if (!response.ok) throw new Refusal(problemDocument.parse(await response.json()));
  return c.body(await response.text(), 200, {
    "content-type": response.headers.get("content-type") ?? "text/plain",
    "content-disposition": `attachment; filename="${name.replace(/[^\w.-]/g, "_")}"`,
  });
}
