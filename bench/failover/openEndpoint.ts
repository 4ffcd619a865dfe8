import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type Endpoint = Readonly<{
  port: number;
  /** From now on new connections go to this port of 127.0.0.1; those that there are end. */
  turnTo(port: number): void;
  /** What is under way stays under way: connections stay open and nothing more passes. */
  hold(): void;
  close(): void;
}>;

/**
 * A TCP address that stays while the server behind it changes, as a hosted Postgres' endpoint, a floating address or a
 * pooler gives: `pg` takes one host, so that who is the primary is not the client's business.
 */
export async function openEndpoint(first: number): Promise<Endpoint> {
  const open = new Set<Socket>();
  let target = first;
  // A commit is a few bytes each way: held back to be sent with more, each would cost some 40 ms.
  const server = createServer({ noDelay: true }, (client) => {
    const behind = connect({ port: target, host: "127.0.0.1", noDelay: true });
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      open.add(one);
      // The end of either is the other's; its reason is told there.
      one.on("error", () => one.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const endAll = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    turnTo: (port) => {
      target = port;
      endAll();
    },
    hold: () => {
      for (const socket of open) socket.unpipe().pause();
    },
    close: () => {
      server.close();
      endAll();
    },
  };
}
