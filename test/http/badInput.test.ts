import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { goodPayment, NOW_MS, newClabe, openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());

const soon = (ms: number) => new Date(NOW_MS + ms).toISOString();
const DAY_MS = 86_400_000;

/** What is changed, where it is wrong, the problem's name, and words that the Spanish sentence must have. */
const cases: readonly [string, object, string, string, RegExp][] = [
  [
    "a payout CLABE with a wrong check digit",
    { payout_clabe: "002115016003269412" },
    "/payout_clabe",
    "wrong_check_digit",
    /dígito verificador/,
  ],
  [
    "a deposit CLABE with a wrong check digit",
    { deposit_clabe: "710969000000000001" },
    "/deposit_clabe",
    "wrong_check_digit",
    /dígito verificador/,
  ],
  ["a CLABE of 17 digits", { payout_clabe: "00211501600326941" }, "/payout_clabe", "not_18_digits", /18 dígitos/],
  ["a CLABE as a number", { payout_clabe: 2115016003269411 }, "/payout_clabe", "not_18_digits", /18 dígitos/],
  ["a 710 payout CLABE", { payout_clabe: newClabe() }, "/payout_clabe", "juno_clabe", /710/],
  [
    "a 710 refund CLABE",
    { payer: { id: "c", name: "N", refund_clabe: newClabe() } },
    "/payer/refund_clabe",
    "juno_clabe",
    /^payer\.refund_clabe: .*710/,
  ],
  [
    "what is no e-mail address",
    { payer: { id: "c", name: "N", email: "ana@ejemplo" } },
    "/payer/email",
    "not_email",
    /correo electrónico/,
  ],
  ["three decimals", { amount: "1500.123" }, "/amount", "too_many_decimals", /dos decimales/],
  ["three decimals that are zero", { amount: "1500.000" }, "/amount", "too_many_decimals", /dos decimales/],
  ["zero", { amount: "0" }, "/amount", "not_positive", /mayor que cero/],
  ["a negative amount", { amount: "-150.00" }, "/amount", "not_positive", /mayor que cero/],
  ["an amount under 100", { amount: "99.99" }, "/amount", "too_small", /\$100\.00/],
  ["an absurdly large amount", { amount: "10000000.01" }, "/amount", "too_large", /\$10,000,000\.00/],
  ["an amount beyond any number", { amount: "9".repeat(400) }, "/amount", "not_decimal", /texto decimal/],
  ["an amount as a number", { amount: 1500 }, "/amount", "not_decimal", /texto decimal/],
  ["an amount with an exponent", { amount: "1e5" }, "/amount", "not_decimal", /texto decimal/],
  ["an amount with commas", { amount: "1,500.00" }, "/amount", "not_decimal", /texto decimal/],
  ["no amount", { amount: undefined }, "/amount", "missing", /obligatorio/],
  ["no payer", { payer: undefined }, "/payer", "missing", /obligatorio/],
  ["a payer that is text", { payer: "cliente" }, "/payer", "not_object", /objeto/],
  ["no payer.id", { payer: { name: "N" } }, "/payer/id", "missing", /^payer\.id: /],
  ["an empty name", { recipient: { legal_name: "  " } }, "/recipient/legal_name", "empty", /vacío/],
  ["a name with a NUL", { recipient: { legal_name: "a\u0000b" } }, "/recipient/legal_name", "unprintable", /control/],
  [
    "a name with half a character",
    { recipient: { legal_name: "a\ud800b" } },
    "/recipient/legal_name",
    "unprintable",
    /control/,
  ],
  ["conditions with a NUL", { conditions: "a\u0000" }, "/conditions", "unprintable", /control/],
  ["a name too long", { recipient: { legal_name: "n".repeat(201) } }, "/recipient/legal_name", "too_long", /200/],
  ["a null description", { description: null }, "/description", "not_text", /texto/],
  [
    "a custody end that has passed",
    { custody_days: undefined, custody_end: soon(-1) },
    "/custody_end",
    "not_in_future",
    /ya pasó/,
  ],
  ["a custody end now", { custody_days: undefined, custody_end: soon(0) }, "/custody_end", "not_in_future", /ya pasó/],
  [
    "a custody end beyond the bound",
    { custody_days: undefined, custody_end: soon(180 * DAY_MS + 1) },
    "/custody_end",
    "custody_too_long",
    /180 días/,
  ],
  [
    "a custody end without an offset",
    { custody_days: undefined, custody_end: "2026-03-01T12:00:00" },
    "/custody_end",
    "not_iso_date",
    /ISO 8601/,
  ],
  [
    "a custody end on no calendar",
    { custody_days: undefined, custody_end: "2026-02-30T12:00:00Z" },
    "/custody_end",
    "not_iso_date",
    /ISO 8601/,
  ],
  ["both ends of custody", { custody_end: soon(DAY_MS) }, "/custody_end", "custody_twice", /solo uno/],
  ["no end of custody", { custody_days: undefined }, "/custody_end", "custody_missing", /custody_days/],
  ["181 days of custody", { custody_days: 181 }, "/custody_days", "out_of_range", /1 a 180/],
  ["no days of custody", { custody_days: 0 }, "/custody_days", "out_of_range", /1 a 180/],
  ["half a day of custody", { custody_days: 1.5 }, "/custody_days", "not_whole_number", /entero/],
  ["days of custody as text", { custody_days: "5" }, "/custody_days", "not_whole_number", /entero/],
  ["an unknown field", { monto: "1" }, "/monto", "unknown_field", /^monto: /],
  [
    "an unknown field within a field",
    { payer: { id: "c", name: "N", rfc: "X" } },
    "/payer/rfc",
    "unknown_field",
    /^payer\.rfc: /,
  ],
  ["a flag that is text", { allow_same_amount: "true" }, "/allow_same_amount", "not_boolean", /true o false/],
  ["a number of zero", { id: 0 }, "/id", "out_of_range", /1 a 999999999/],
  ["a number beyond the sequence", { id: 2_147_483_647 }, "/id", "out_of_range", /999999999/],
];

test.each(cases)("%s is refused in one sentence, and nothing is stored", async (_, change, pointer, problem, words) => {
  const asked = api.heard.asked;
  const answer = await api.post("/api/payments", { ...goodPayment(), ...change });
  expect(answer.body).toEqual({
    type: `/problems/${problem}`,
    title: "Dato inválido",
    status: 400,
    detail: expect.stringMatching(words),
    detail_en: expect.any(String),
    pointer,
  });
  expect(answer.status).toBe(400);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  const field = pointer.slice(1).replaceAll("/", ".");
  expect(answer.body).toMatchObject({
    detail: expect.stringMatching(`^${field}: `),
    detail_en: expect.stringMatching(`^${field}: `),
  });
  expect(JSON.stringify(answer.body)).not.toMatch(/[{]\w+[}]|—/);
  expect(await api.countRows()).toBe(0);
  expect(api.heard.asked).toBe(asked);
});

test.each([
  ["malformed JSON", '{"amount": ', 400, "malformed_json"],
  ["no JSON at all", "amount=1500", 400, "malformed_json"],
  ["an array", "[]", 400, "not_object"],
  ["null", "null", 400, "not_object"],
  ["a body over 64 KiB", JSON.stringify({ description: "x".repeat(64 * 1024) }), 413, "body_too_large"],
  ["a polluting key", '{"__proto__": {"amount": "1500"}}', 400, "missing"],
])("%s is refused, and nothing is stored", async (_, text, status, problem) => {
  const answer = await api.post("/api/payments", text);
  expect(answer).toMatchObject({ status, body: { type: `/problems/${problem}`, status } });
  expect(await api.countRows()).toBe(0);
});

test("a body that is not sent as JSON is refused", async () => {
  const answer = await api.post("/api/payments", JSON.stringify(goodPayment()), { "content-type": "text/plain" });
  expect(answer).toMatchObject({ status: 415, body: { type: "/problems/wrong_content_type" } });
  expect(await api.countRows()).toBe(0);
});

test("a body over the limit is refused while it streams, whatever it says of its length", async () => {
  const chunk = new TextEncoder().encode("x".repeat(16 * 1024));
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      sent++;
      if (sent > 1_000) controller.close();
      else controller.enqueue(chunk);
    },
  });
  const request = new Request("http://localhost/webhooks/juno", {
    method: "POST",
    body,
    duplex: "half",
  } as RequestInit);
  const response = await api.app.request(request);
  expect(response.status).toBe(413);
  expect(sent).toBeLessThan(20);
});

test("amounts of two decimals within the limits are stored to the centavo, and no other text is accepted", async () => {
  const centavos = fc.bigInt({ min: 100_00n, max: 10_000_000_00n });
  await fc.assert(
    fc.asyncProperty(centavos, async (amount) => {
      const text = `${amount / 100n}.${String(amount % 100n).padStart(2, "0")}`;
      const payment = await api.create({ amount: text });
      expect(payment.amount).toBe(text);
      expect(payment.legs.map((leg) => leg.amount)).toEqual([text, text, text]);
    }),
    { numRuns: 40 },
  );
  const rows = await api.countRows();
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String)), async (text) => {
      fc.pre(!/^\d{3,15}(\.\d{1,2})?$/.test(text));
      const answer = await api.post("/api/payments", { ...goodPayment(), amount: text });
      expect(answer).toMatchObject({ status: 400, body: { pointer: "/amount" } });
    }),
    { numRuns: 200 },
  );
  expect(await api.countRows()).toBe(rows);
});

test("no body whatever leads to an error of ours", async () => {
  const bodies = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record({ amount: fc.jsonValue(), payer: fc.jsonValue(), custody_end: fc.jsonValue() })
      .map((body) => JSON.stringify({ ...goodPayment(), ...body })),
  );
  await fc.assert(
    fc.asyncProperty(bodies, async (text) => {
      const { status } = await api.post("/api/payments", text);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }),
    { numRuns: 200 },
  );
  expect(api.heard.failures).toEqual([]);
});
