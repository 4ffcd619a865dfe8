import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

export type Received = Readonly<{ path: string; headers: IncomingHttpHeaders; body: string }>;
type Reply = Readonly<{ status: number; afterMs?: number; headers?: Record<string, string>; body?: string }>;

/** A real receiver of webhooks on loopback: keeps what came, in the order of arrival, and answers as it is told to. */
export async function openReceiver(reply: (received: Received) => Reply = () => ({ status: 200 })) {
  const received: Received[] = [];
  const receiver = { received, reply };
  const server = createServer(async (request, response) => {
    const one = { path: request.url ?? "", headers: request.headers, body: await text(request) };
    received.push(one);
    const { status, afterMs = 0, headers = {}, body = "" } = receiver.reply(one);
    if (afterMs > 0) await sleep(afterMs);
    response.writeHead(status, headers).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return Object.assign(receiver, {
    port,
    url: `http://127.0.0.1:${port}/avisos`,
    /** Numbers of the events that came, in order, each try once more. */
    eventIds: (): number[] => received.map(({ body }) => JSON.parse(body).data.event_id),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
