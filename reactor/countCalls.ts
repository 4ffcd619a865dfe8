import type { JunoClient } from "./juno/client.ts";
import { sendByHttp } from "./juno/exchange.ts";

export type Calls = { rpc: number; bank: number };

/** The same client, and the same place in its account's queue, but that each call that leaves is counted. */
export function countBank(juno: JunoClient, calls: Calls): JunoClient {
  const send = juno.send ?? sendByHttp;
  return {
    ...juno,
    send: (...request) => {
      calls.bank++;
      return send(...request);
    },
  };
}

/** The same, but that each call to a node is counted as it leaves. */
export function countRpc(send: typeof fetch, calls: Calls): typeof fetch {
  return (...request) => {
    calls.rpc++;
    return send(...request);
  };
}
