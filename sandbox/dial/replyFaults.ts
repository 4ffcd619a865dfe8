import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import { REFUSALS } from "../guesses.ts";
import { Refusal } from "../http/refusal.ts";
import { dropConnection } from "./dropConnection.ts";
import type { Fault, FaultKind } from "./fault.ts";

/** What a fault makes of the reply to a request that went through. `not_met`: nothing in this reply to spoil; not used up. */
type ReplyRow = (fault: Fault, body: string, c: Context<{ Bindings: HttpBindings }>) => Response | "not_met";

/** Read backwards: what an earlier answer would have said. */
const EARLIER_STATUS: Readonly<Record<string, string>> = {
  COMPLETE: "IN_PROGRESS",
  FAILED: "IN_PROGRESS",
  IN_PROGRESS: "PENDING",
};

const json = (body: string): Response => new Response(body, { headers: { "content-type": "application/json" } });

/** Faults that strike when the work is done and only the reply can go wrong. */
export const REPLY_FAULTS = {
  "accept-then-drop-reply": (_fault, _body, c) => dropConnection(c),
  "500-after-accepting": () => new Refusal(REFUSALS.internal).response(),
  "refuse-after-accepting": () => new Refusal(REFUSALS.validation, ["amount: refused"]).response(),
  "malformed-json": () => json("<html><body>upstream connect error</body></html>"),
  "truncated-json": (_fault, body) => json(body.slice(0, Math.floor(body.length / 2))),
  "unknown-status-word": ({ word }, body) =>
    rewriteStatuses(body, (status) => (status in EARLIER_STATUS || status === "PENDING" ? word : undefined)),
  "status-goes-backwards": (_fault, body) => rewriteStatuses(body, (status) => EARLIER_STATUS[status]),
} as const satisfies Partial<Record<FaultKind, ReplyRow>>;

/** Replaces the status words of transactions; `not_met` when there was none to replace. */
function rewriteStatuses(body: string, replace: (status: string) => string | undefined): Response | "not_met" {
  let isRewritten = false;
  const rewritten = JSON.parse(body, (key, value: unknown) => {
    const isStatus = (key === "status" || key === "summary_status") && typeof value === "string";
    const word = isStatus ? replace(value) : undefined;
    if (word === undefined) return value;
    isRewritten = true;
    return word;
  });
  return isRewritten ? json(JSON.stringify(rewritten)) : "not_met";
}
