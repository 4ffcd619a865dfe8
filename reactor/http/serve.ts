import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";

/** An app as a value: Hono's, and what the connection is to it. */
type Served = { fetch(request: Request, connection: object): Response | Promise<Response> };

export type ServedApp = Readonly<{ url: string; close(): Promise<void> }>;

/** What is still being answered when the API closes gets this long, ms. */
const CLOSE_WITHIN_MS = 3_000;

/**
 * Opens the API's port. Port 0 takes a free one; the URL tells which.
 * @throws Error in one sentence when the port cannot be had.
 */
export async function serveApp(app: Served, { port, host }: { port: number; host: string }): Promise<ServedApp> {
  const server = createAdaptorServer({
    fetch: (request, connection) => app.fetch(request, connection),
    serverOptions: { headersTimeout: 10_000, requestTimeout: 30_000 },
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(
        new Error(
          taken
            ? `El puerto ${port} ya está en uso: cierre el otro programa o elija otro puerto. (Port ${port} is already taken.)`
            : `No se pudo abrir el puerto ${port} en ${host}. (Port ${port} on ${host} could not be opened.)`,
          { cause: error },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        if (!("closeAllConnections" in server)) return;
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS).unref();
      }),
  };
}
