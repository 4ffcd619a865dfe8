import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * What the proxy does with one request: pass it on, pass it on and lose the reply, lose the request, or answer by itself:
 * with an error, with a result that no node gave, or with an HTTP status alone.
 */
export type Fault =
  | "none"
  | "lose_reply"
  | "lose_request"
  | { code: number; message: string; data?: string }
  | { result: unknown }
  | { status: number };

/**
 * A real HTTP endpoint in front of a real Anvil that can fail the way hosted RPCs do and an Anvil on loopback never
 * does: lose a reply after the node acted, or not serve a block tag.
 */
export async function startRpcProxy(
  target: string,
  faultOf: (request: { method: string; params: readonly unknown[] }) => Fault | Promise<Fault>,
): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer(async (incoming, outgoing) => {
    const body = await bodyOf(incoming);
    if (body === null) {
      outgoing.destroy();
      return;
    }
    const request = JSON.parse(body);
    const fault = await faultOf({ method: request.method, params: request.params ?? [] });
    if (fault === "lose_request") {
      outgoing.destroy();
      return;
    }
    if (typeof fault === "object" && "status" in fault) {
      outgoing.writeHead(fault.status).end();
      return;
    }
    outgoing.setHeader("content-type", "application/json");
    if (typeof fault === "object") {
      const answer = "result" in fault ? fault : { error: fault };
      outgoing.end(JSON.stringify({ jsonrpc: "2.0", id: request.id, ...answer }));
      return;
    }
    const text = await fetch(target, { method: "POST", headers: { "content-type": "application/json" }, body })
      .then((reply) => reply.text())
      // The node behind is gone: whoever asked has no answer.
      .catch(() => null);
    if (text === null || fault === "lose_reply") outgoing.destroy();
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

/** Null for what is no call: it was broken off, or somebody looks at this port for a program of theirs, with an empty GET. */
async function bodyOf(incoming: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk);
  } catch {
    return null;
  }
  return chunks.length === 0 ? null : Buffer.concat(chunks).toString();
}
