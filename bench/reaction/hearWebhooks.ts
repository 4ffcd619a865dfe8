import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import type { System } from "../../bin/certify/openSystem.ts";
import { getTransaction } from "../../reactor/juno/getTransaction.ts";
import { BASE_UNITS_PER_CENTAVO } from "../../reactor/payments/money.ts";
import { bankClient } from "../../tripwire/bankClient.ts";
import type { Reaction } from "./benchReaction.ts";

const issuanceComplete = z.object({
  payload: z.object({ type: z.literal("ISSUANCE"), status: z.literal("COMPLETE"), id: z.string() }),
});

const TIMEOUT_MS = 5_000;

/**
 * Stands between the bank's webhooks and the reactor, and notes when the bank tells that an issuance is complete. The floor
 * is what believes no webhook at its least: one question about that transaction, asked at once and answered.
 */
export async function hearWebhooks({ apiUrl, sandbox, tripwireKey }: System): Promise<
  Readonly<{
    url: string;
    /** @param ordersAtMs when the bank got orders of its withdrawal, unix ms. @throws Error unless there was one of each. */
    reactionOf(payment: Readonly<{ id: number; amountCentavos: bigint }>, ordersAtMs: readonly number[]): Reaction;
    stop(): Promise<void>;
  }>
> {
  const juno = bankClient({ baseUrl: sandbox.url, ...tripwireKey }, TIMEOUT_MS);
  const told = new Map<bigint, { atMs: number; knownAtMs: number }>();
  const look = async (id: string, atMs: number) => {
    const reply = await getTransaction(juno, id);
    if (reply.outcome !== "done") throw new Error(`The bank did not tell of ${id}: ${reply.message}`);
    told.set(reply.value.amountBaseUnits, { atMs, knownAtMs: Date.now() });
  };
  const server = createServer(async (incoming, outgoing) => {
    const atMs = Date.now();
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const passed = fetch(`${apiUrl}/webhooks/juno`, { method: "POST", body }).then(({ status }) => status);
    const event = issuanceComplete.safeParse(JSON.parse(body));
    const looked = event.success ? look(event.data.payload.id, atMs) : Promise.resolve();
    const [status] = await Promise.all([passed, looked]).catch(() => [500]);
    outgoing.writeHead(status ?? 500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/juno`,
    reactionOf({ id, amountCentavos }, ordersAtMs) {
      const issuance = told.get(amountCentavos * BASE_UNITS_PER_CENTAVO);
      const [orderedAtMs, ...more] = ordersAtMs;
      if (issuance === undefined) throw new Error(`The bank never told of payment ${id}'s issuance.`);
      if (orderedAtMs === undefined || more.length > 0)
        throw new Error(`Payment ${id} was withdrawn by ${ordersAtMs.length} orders.`);
      return { tookMs: orderedAtMs - issuance.atMs, floorMs: issuance.knownAtMs - issuance.atMs };
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
