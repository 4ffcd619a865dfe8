import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What the proxy does with one request: pass it on, pass it on and lose the reply, or answer with an error itself. */
export type Fault = "none" | "lose_reply" | { code: number; message: string };

/**
 * A real HTTP endpoint in front of a real Anvil that can fail the way hosted RPCs do and an Anvil on loopback never
 * does: lose a reply after the node acted, or not serve a block tag.
 */
export async function startRpcProxy(
  target: string,
  faultOf: (request: { method: string; params: readonly unknown[] }) => Fault,
): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const request = JSON.parse(body);
    const fault = faultOf(request);
    outgoing.setHeader("content-type", "application/json");
    if (typeof fault === "object") {
      outgoing.end(JSON.stringify({ jsonrpc: "2.0", id: request.id, error: fault }));
      return;
    }
    const reply = await fetch(target, { method: "POST", headers: { "content-type": "application/json" }, body });
    const text = await reply.text();
    if (fault === "lose_reply") outgoing.destroy();
    else outgoing.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
