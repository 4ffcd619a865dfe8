import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Json } from "./openTestBank.ts";

/** A callback URL: keeps every event, in the order of arrival, and answers `status`. */
export async function openReceiver() {
  const events: Json[] = [];
  const receiver = { events, status: 200 };
  const server = createServer(async (request, reply) => {
    const body = await text(request);
    events.push({ ...JSON.parse(body), headers: request.headers });
    reply.writeHead(receiver.status).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    /** Statuses that arrived for this transaction. */
    statusesOf: (id: string): string[] =>
      events.filter(({ payload }) => payload.id === id).map(({ payload }) => payload.status),
    stop: () => new Promise((resolve) => server.close(resolve)),
  });
}
export type Receiver = Awaited<ReturnType<typeof openReceiver>>;
