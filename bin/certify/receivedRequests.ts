import { z } from "zod";

const requests = z.object({
  requests: z.array(
    z.object({
      at: z.number(),
      method: z.string(),
      path: z.string(),
      apiKey: z.string().optional(),
      idempotencyKey: z.string().optional(),
      body: z.string().optional(),
      answered: z.number().optional(),
    }),
  ),
});

export type Received = z.output<typeof requests>["requests"][number];

/** The calls that reached the sandbox, oldest first, whatever became of them. */
export async function receivedRequests(sandbox: { url: string }): Promise<readonly Received[]> {
  return requests.parse(await (await fetch(`${sandbox.url}/sandbox/requests`)).json()).requests;
}
