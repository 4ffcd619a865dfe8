import { writeFileSync } from "node:fs";
import type { Ask } from "./askApi.ts";
import {
  tellBalances,
  tellControls,
  tellKeys,
  tellKillSwitch,
  tellLanes,
  tellLegs,
  tellOperated,
  tellPayment,
  tellPlans,
  tellReceipt,
  tellStatus,
  tellVerified,
  tellWhy,
} from "./tell.ts";
import { given, numberOf, type Options, WrongUsage } from "./usage.ts";

/** What a command answers: the API's own body, and the same for a person. */
export type Answered = Readonly<{
  body: unknown;
  text: string;
  /** What was looked at is not as it says: the command ends as one that was refused. */
  differs?: boolean;
}>;
type Command = (words: readonly string[], options: Options, ask: Ask) => Promise<Answered>;

/** Asks once and tells the answer. The body is the API's: what each `tell` reads of it is the document's. */
const told = <Body>(body: unknown, tell: (body: Body) => string): Answered => ({ body, text: tell(body as Body) });

const FILTERS = ["status", "state", "q", "clabe", "amount", "limit"] as const;

/** Every command by its first word, each through the REST API. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  status: async (_words, _options, ask) => told(await ask("GET", "/automation/status"), tellStatus),

  payments: async ([id], options, ask) => {
    if (id !== undefined) return told(await ask("GET", `/payments/${numberOf(id)}`), tellPayment);
    const query = new URLSearchParams();
    for (const name of FILTERS) if (options[name] !== undefined) query.set(name, options[name]);
    return told<{ payments: Parameters<typeof tellPayment>[0][] }>(await ask("GET", `/payments?${query}`), (body) =>
      body.payments.map(tellPayment).join("\n"),
    );
  },

  why: async ([id], _options, ask) => told(await ask("GET", `/payments/${numberOf(id)}/why`), tellWhy),

  receipts: async ([id], options, ask) => {
    const body = await ask("GET", `/payments/${numberOf(id)}/receipt`);
    if (options.save === undefined) return told(body, tellReceipt);
    writeFileSync(options.save, `${JSON.stringify(body, null, 2)}\n`);
    return { body, text: options.save };
  },

  "verify-receipt": async ([file], options) => verified(given(file), given(options.rpc), options),

  trigger: async ([process], _options, ask) => triggered(ask, given(process)),

  reconcile: async (_words, _options, ask) => triggered(ask, "sync"),

  verify: async () => {
    // What knows the database takes a second to load, which who asks the API need not wait for.
    const { verify } = await import("./verify.ts");
    return verify();
  },

  history: async (words, options) => {
    const { history } = await import("./history.ts");
    return history(words, options);
  },

  balances: async (_words, { at }, ask) =>
    told(await ask("GET", `/books/balances${at === undefined ? "" : `?${new URLSearchParams({ at })}`}`), tellBalances),

  review: async ([id, leg, outcome], options, ask) => {
    const payment = numberOf(id);
    if (leg === undefined) return told(await ask("GET", `/payments/${payment}/legs`), tellLegs);
    const shown = { bank_transaction: options["bank-transaction"], token_transfer: options["token-transfer"] };
    return told(
      await ask("POST", `/payments/${payment}/review`, {
        reason: given(options.reason),
        leg_id: numberOf(leg),
        outcome: given(outcome),
        evidence: { ...shown, refund: options.refund },
      }),
      tellOperated,
    );
  },

  controls: async ([name, value], options, ask) => {
    if (name === undefined) return told(await ask("GET", "/controls"), tellControls);
    const body = { reason: given(options.reason), value: given(value) };
    return told(await ask("POST", `/controls/${encodeURIComponent(name)}`, body), tellOperated);
  },

  lanes: async ([verb, name], options, ask) => {
    if (verb === undefined) return told(await ask("GET", "/lanes"), tellLanes);
    const path = `/lanes/${encodeURIComponent(given(name))}/${encodeURIComponent(verb)}`;
    return told(await ask("POST", path, { reason: given(options.reason) }), tellOperated);
  },

  plans: async (_words, _options, ask) => told(await ask("GET", "/plans"), tellPlans),

  confirm: async ([hash], _options, ask) =>
    told(await ask("POST", `/plans/${encodeURIComponent(given(hash))}/confirm`, {}), tellOperated),

  "kill-switch": async ([verb], options, ask) => {
    if (verb === "status") return told(await ask("GET", "/kill-switch"), tellKillSwitch);
    const reason = given(options.reason);
    if (verb === "pull") return told(await ask("POST", "/kill-switch/pull", { reason }), tellKillSwitch);
    if (verb !== "lift") throw new WrongUsage();
    const upTo = options["up-to"];
    const body = { reason, ...(upTo !== undefined && { up_to: numberOf(upTo) }) };
    return told(await ask("POST", "/kill-switch/lift", body), tellOperated);
  },

  keys: async ([verb, id], options, ask) => {
    if (verb === "list") return told(await ask("GET", "/keys"), tellKeys);
    if (verb === "revoke") {
      const body = await ask("POST", `/keys/${encodeURIComponent(given(id))}/revoke`, {
        reason: given(options.reason),
      });
      return { body, text: `Revocada / revoked: ${id}` };
    }
    if (verb !== "create") throw new WrongUsage();
    const body = await ask("POST", "/keys", {
      owner: given(options.person ?? options.service),
      owner_kind: options.person === undefined ? "service" : "person",
      scopes: given(options.scopes).split(","),
      reason: given(options.reason),
      ...(options.days !== undefined && { days: numberOf(options.days) }),
    });
    return told<{ key: string } & Parameters<typeof tellOperated>[0]>(body, (made) =>
      [made.key, "Se muestra solo esta vez. / Shown this once.", tellOperated(made)].join("\n"),
    );
  },
};

async function verified(file: string, rpc: string, { mxnb, escrow }: Options): Promise<Answered> {
  // What decodes a chain's words takes a second to load, which no other command need wait for.
  const { readReceiptFile } = await import("../verifyReceipt/readReceiptFile.ts");
  const { nodeAt } = await import("../verifyReceipt/askNode.ts");
  const { verifyReceipt } = await import("../verifyReceipt/verifyReceipt.ts");
  const known = { mxnb: mxnb?.toLowerCase() ?? null, escrow: escrow?.toLowerCase() ?? null };
  const body = await verifyReceipt(readReceiptFile(file), nodeAt(rpc), known);
  return { body, text: tellVerified(body), differs: body.findings.some(({ differs }) => differs !== null) };
}

async function triggered(ask: Ask, process: string): Promise<Answered> {
  return told<{ result: Record<string, number | string> }>(
    await ask("POST", "/automation/trigger", { process }),
    ({ result }) => [process, ...Object.entries(result).map(([name, count]) => `${name} ${count}`)].join("  "),
  );
}
