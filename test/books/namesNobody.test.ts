import { afterAll, expect, test } from "vitest";
import { words } from "../../reactor/payments/words.ts";
import { openApi } from "../http/openApi.ts";

const api = await openApi();
afterAll(() => api.close());

/**
 * What an event's words may quote: amounts, masks, ids and addresses of the outside, code names of ours, what an operator
 * gave as a reason, and what a machine said. A name here is a promise that no payer and no beneficiary is in it.
 */
const QUOTED = [
  ...[
    "amount",
    "clabe",
    "custody_end",
    "count",
    "number",
    "block",
    "tx_hash",
    "escrow_id",
    "issuanceId",
    "redemptionId",
  ],
  ...["action", "alert", "audience", "detail", "endpoint", "host", "key", "log", "name", "scopes", "es", "en"],
  ...["next", "owner", "reason", "message", "why"],
  // Of an import what the other system called it; of a payer only whether the name is another; of a check its own number.
  ...["status", "stage", "payer", "verdict", "reference"],
];

test("an event's words quote nothing that names a payer or a beneficiary", () => {
  const quoted = Object.values(words).flatMap(({ es, en }) =>
    [...`${es} ${en}`.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
  );
  expect([...new Set(quoted)].filter((name) => name === undefined || !QUOTED.includes(name))).toEqual([]);
});

test("a payment's history has neither the names nor the accounts of its parties, though an operator writes an account into it", async () => {
  const ana = await api.person("Ana", ["read", "operate", "approve"]);
  const [payout, refund] = ["002115016003269411", "032180000118359719"];
  const { id } = await api.create({
    payer: { id: "c-9", name: "Compradora Irrepetible", refund_clabe: refund },
    recipient: { legal_name: "Vendedora Irrepetible SA" },
    payout_clabe: payout,
    description: "para Compradora Irrepetible",
  });
  const quoting = `la cuenta ${payout} no es suya`;
  expect((await ana.post(`/api/payments/${id}/hold`, { reason: quoting })).status).toBe(200);
  expect((await ana.post(`/api/payments/${id}/cancel`, { reason: quoting })).status).toBeLessThan(300);
  const { rows } = await api.pool.query<{ event: string }>(
    "select row_to_json(event)::text as event from kustodia.event",
  );
  expect(rows.length).toBeGreaterThan(2);
  const told = rows.map(({ event }) => event).join("\n");
  expect(told).toContain("la cuenta ••••9411 no es suya");
  expect(told).not.toMatch(/Irrepetible|(?<!\w)\d{18}(?!\w)/);
});
