import { createServer } from "node:net";
import { StackError } from "./StackError.ts";

/** A TCP port on 127.0.0.1 that nobody listens on now. Nothing reserves it: bind to it at once. */
export function freePort(): Promise<number> {
  return listenOnce(0);
}

/**
 * Makes sure `port` of 127.0.0.1 is free for `who` (the name a reader of the sentence knows).
 * @throws {StackError} when somebody listens there, or when the port needs rights we lack
 */
export async function requireFreePort(port: number, who: string): Promise<void> {
  try {
    await listenOnce(port);
  } catch (cause) {
    throw new StackError(
      {
        es: `El puerto ${port}, que necesita ${who}, está ocupado o no se puede usar: cierre el programa que lo usa o elija otro puerto.`,
        en: `Port ${port}, which ${who} needs, is taken or cannot be used: close the program that holds it or choose another port.`,
      },
      { cause },
    );
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1" }, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}
