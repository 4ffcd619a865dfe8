import { randomBytes } from "node:crypto";
import { createRoute } from "@hono/zod-openapi";
import { parseClabe } from "../../payments/clabe.ts";
import { SMALLEST_CENTAVOS, toPesos } from "../../payments/money.ts";
import { type Split, splitAmount } from "../../payments/splitAmount.ts";
import { DAY_MS } from "../../payments/table.ts";
import type { BankLimits } from "../../store/bankLimits.ts";
import { createPayment, type Part, type Refused } from "../../store/createPayment.ts";
import { adoptClabe, findDepositPlace, moveCustomer } from "../../store/customers.ts";
import { openAccounts } from "../../store/lanes.ts";
import { findRepeat } from "../../store/repeats.ts";
import { takeSpare } from "../../store/spareClabes.ts";
import type { ApiApp } from "../caller.ts";
import { custodyEndMs } from "../custodyEnd.ts";
import { hashRequest } from "../hashRequest.ts";
import { Problem } from "../Problem.ts";
import type { AppPorts } from "../ports.ts";
import { type PaymentRequest, paymentRequest } from "../wire/paymentRequest.ts";
import { paymentView } from "../wire/paymentView.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { repeatable } from "../wire/repeatable.ts";
import { readView } from "./showPayment.ts";

/** How long a payment waits for its deposit. */
const DEPOSIT_WITHIN_DAYS = 7;

const payment = { "application/json": { schema: paymentView } };
const route = createRoute({
  method: "post",
  path: "/api/payments",
  operationId: "createPayment",
  tags: ["payments"],
  summary: "Create a payment",
  request: {
    headers: repeatable,
    body: { required: true, content: { "application/json": { schema: paymentRequest } } },
  },
  responses: {
    201: { description: "Created", content: payment },
    200: { description: "A repeat: the same payment as before", content: payment },
    ...problemAnswers,
  },
});

/** A payment is created once: a repeat under the same external_id answers what the first one made. */
export function postPayment(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const request = c.req.valid("json");
    const names = {
      externalId: request.external_id ?? null,
      requestHash: hashRequest(request),
      answerKey: c.get("answerKey") ?? null,
    };
    // First of all: a repeat is the same payment even when its custody_end has passed meanwhile.
    const known = await findRepeat(ports.db, names);
    const nowMs = ports.nowMs();
    const creation =
      known ??
      (await createPayment(
        ports.db,
        {
          ...termsOf(request, nowMs),
          account: ports.facts.account,
          depositClabe: request.deposit_clabe ?? (await depositClabeOf(ports, request.payer.id)),
          ...names,
          actor: c.get("caller").owner.name,
        },
        ports.bankLimits,
      ));
    if (creation.kind === "refused") throw toProblem(creation, request, ports.bankLimits);
    const view = await readView(ports, creation.paymentId, c.get("caller"));
    if (creation.kind === "repeated") return c.json(view, 200);
    for (const event of creation.events) ports.show(event);
    ports.wake();
    return c.json(view, 201, { location: `/api/payments/${creation.paymentId}` });
  });
}

function termsOf(request: PaymentRequest, nowMs: number) {
  return {
    id: request.id ?? null,
    lane: null,
    customerId: request.payer.id,
    payerName: request.payer.name,
    refundClabe: request.payer.refund_clabe ?? null,
    payerEmail: request.payer.email ?? null,
    recipientEmail: request.recipient.email ?? null,
    parts: partsOf(request),
    amountCentavos: request.amount,
    custodyEndMs: custodyEndMs(request, nowMs),
    releaseBy: request.release_by ?? "operator",
    expiresAtMs: nowMs + DEPOSIT_WITHIN_DAYS * DAY_MS,
    nowMs,
    description: request.description ?? null,
    conditions: request.conditions ?? null,
    allowSameAmount: request.allow_same_amount ?? false,
    salt: randomBytes(32).toString("hex"),
  };
}

/**
 * Who is paid what out of which money.
 * @throws {Problem} naming the sum that was found, when the parts are not to the centavo what the deposit can give.
 */
function partsOf({ amount, custody_amount, commissions = [], ...request }: PaymentRequest): readonly Part[] {
  const split = splitAmount({
    amountCentavos: amount,
    custodyCentavos: custody_amount ?? null,
    commissions: commissions.map(({ role: payee, amount: amountCentavos, paid_from: source = "deposit" }) => ({
      ...{ payee, source, amountCentavos },
    })),
  });
  if (!split.ok) throw toSplitProblem(split);
  return split.parts.map(({ commission, ...part }) => {
    const named = commission === null ? undefined : commissions[commission];
    const { legal_name: legalName, clabe } = named ?? { ...request.recipient, clabe: request.payout_clabe };
    return { ...part, account: { legalName, clabe } };
  });
}

function toSplitProblem(split: Extract<Split, { ok: false }>): Problem {
  if (split.problem === "part_too_small") {
    const facts = { part: toPesos(split.partCentavos), minimum: toPesos(SMALLEST_CENTAVOS) };
    return new Problem("part_too_small", { facts, pointer: "/custody_amount" });
  }
  const facts = { sum: toPesos(split.sumCentavos), whole: toPesos(split.wholeCentavos) };
  return new Problem("parts_exceed_whole", { facts, pointer: "/custody_amount" });
}

/**
 * The customer's CLABE, or a new one in the open bank account with the fewest payments, kept for that customer at once: if the rest
 * fails, the next request finds it. Of two that were given at the same time the first is kept; a spare is harmless (DESIGN 6).
 * A customer whose account takes no new payments gets one in another.
 */
async function depositClabeOf({ db, facts, askForClabe }: AppPorts, customerId: string): Promise<string> {
  const known = await findDepositPlace(db, customerId);
  const open = await openAccounts(db);
  if (known !== null && (open.length === 0 || open.includes(known.account))) return known.depositClabe;
  for (const account of open) {
    const depositClabe = account === facts.account ? await newClabe(askForClabe) : await takeSpare(db, account);
    if (depositClabe === null) continue;
    const next = { depositClabe, account };
    const given =
      known === null ? await adoptClabe(db, customerId, next) : await moveCustomer(db, customerId, known, next);
    if (given === null) throw new Error("The bank gave a deposit CLABE that is another customer's.");
    return given;
  }
  throw new Problem("no_open_lane");
}

async function newClabe(askForClabe: AppPorts["askForClabe"]): Promise<string> {
  const asked = await askForClabe();
  if (!asked.ok) throw new Problem("bank_gave_no_clabe", { facts: { message: asked.message } });
  if (!parseClabe(asked.clabe).ok) throw new Error("The bank gave a deposit CLABE that is not one.");
  return asked.clabe;
}

function toProblem(refused: Refused, request: PaymentRequest, limits: BankLimits): Problem {
  const maximum = refused.why === "over_bank_operation" ? limits.operationCentavos : limits.dayCentavos;
  const facts = {
    id: String(refused.paymentId ?? "—"),
    amount: toPesos(request.amount),
    maximum: maximum === null ? "—" : toPesos(maximum),
  };
  return new Problem(refused.why, { facts, pointer: pointers[refused.why] });
}

const pointers: Readonly<Record<Refused["why"], string | undefined>> = {
  same_amount_pending: "/amount",
  clabe_of_another_customer: "/deposit_clabe",
  customer_has_another_clabe: "/deposit_clabe",
  id_taken: "/id",
  over_bank_operation: "/amount",
  over_bank_day: "/amount",
  no_open_lane: undefined,
  external_id_reused: "/external_id",
};
