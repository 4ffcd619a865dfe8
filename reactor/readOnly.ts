import type { Send } from "./juno/client.ts";

/** What asks the node to change the chain. */
const SENDS = /"method":"(eth_send\w*|eth_sign\w*)"/;

/** The way to the bank of a reactor in shadow mode: it asks, and orders nothing, whoever calls. */
export function readOnlyBank(send: Send): Send {
  return (url, request, timeoutMs) => {
    if (request.method !== "GET") throw new Error("Modo sombra: al banco no se le ordena nada. (Shadow mode.)");
    return send(url, request, timeoutMs);
  };
}

/** The way to a node of a reactor in shadow mode: it reads, and sends no transaction. */
export function readOnlyNode(send: typeof fetch): typeof fetch {
  return (url, request) => {
    if (SENDS.test(String(request?.body))) {
      throw new Error("Modo sombra: a la cadena no se le envía nada. (Shadow mode.)");
    }
    return send(url, request);
  };
}
