import type { Send } from "./juno/client.ts";
import { bankEndpoint } from "./metrics/bankEndpoint.ts";
import type { Metrics } from "./metrics/createMetrics.ts";
import { inSpan, noteInSpan } from "./tracing/inSpan.ts";

/** The same, but that each call to the bank is told with how long it took and what was answered. */
export function timeBank(metrics: Pick<Metrics, "bankCall">, send: Send): Send {
  return async (url, request, timeoutMs) => {
    const startedMs = performance.now();
    const told = { method: request.method, pathname: url.pathname };
    let status: number | null = null;
    try {
      const answer = await inSpan(`bank ${bankEndpoint(request.method, url.pathname)}`, {}, async () => {
        const answered = await send(url, request, timeoutMs);
        noteInSpan({ "http.response.status_code": answered.httpStatus });
        return answered;
      });
      status = answer.httpStatus;
      return answer;
    } finally {
      metrics.bankCall({ ...told, ms: performance.now() - startedMs, status });
    }
  };
}

/** The same, but that each call to a node is told with its method, how long it took and whether HTTP went well. */
export function timeRpc(metrics: Pick<Metrics, "rpcCall">, node: number, send: typeof fetch): typeof fetch {
  return async (url, request) => {
    const startedMs = performance.now();
    let ok = false;
    try {
      const answer = await inSpan(`rpc ${methodOf(request?.body)}`, { "rpc.node": node }, () => send(url, request));
      ok = answer.ok;
      return answer;
    } finally {
      metrics.rpcCall({ node, method: methodOf(request?.body), ms: performance.now() - startedMs, ok });
    }
  };
}

/** The JSON-RPC method of a call, without reading all of a body that may be long. */
function methodOf(body: unknown): string {
  return typeof body === "string" ? (/"method":"(\w+)"/.exec(body)?.[1] ?? "") : "";
}
