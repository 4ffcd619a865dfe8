import { z } from "zod";

const ANSWER_WITHIN_MS = 15_000;

/** The node did not answer, or not as a node does. */
class NodeSilent extends Error {
  override readonly name = "NodeSilent";
}

export type AskNode = <Schema extends z.ZodType>(
  schema: Schema,
  method: string,
  ...params: readonly unknown[]
) => Promise<z.output<Schema>>;

const answer = z.object({ result: z.unknown().optional(), error: z.object({ message: z.string() }).optional() });

/** Asks an Ethereum node by JSON-RPC. @throws {NodeSilent} from every call that it does not answer in its words. */
export function nodeAt(url: string): AskNode {
  return async (schema, method, ...params) => {
    const silent = (cause: unknown) =>
      new NodeSilent(`El nodo ${url} no respondió a ${method}. / The node did not answer.`, { cause });
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch((cause: unknown) => {
      throw silent(cause);
    });
    const parsed = answer.safeParse(await response.json().catch(() => null));
    if (!parsed.success || parsed.data.error) throw silent(parsed.data?.error?.message ?? parsed.error);
    const result = schema.safeParse(parsed.data.result ?? null);
    if (!result.success) throw silent(result.error);
    return result.data;
  };
}
