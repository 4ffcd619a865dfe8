import { afterAll, expect, test } from "vitest";
import { paymentView } from "../../reactor/http/wire/paymentView.ts";
import { goodPayment, newClabe, openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());

const statuses = (answers: readonly { status: number }[]) => answers.map((answer) => answer.status).sort();

test("of two payments of one CLABE and amount at the same time one is created", async () => {
  for (let round = 0; round < 10; round++) {
    const body = { ...goodPayment(), deposit_clabe: newClabe() };
    const answers = await Promise.all([api.post("/api/payments", body), api.post("/api/payments", body)]);
    expect(statuses(answers)).toEqual([201, 409]);
  }
});

test("of two customers who are given one CLABE at the same time one keeps it", async () => {
  for (let round = 0; round < 10; round++) {
    const deposit_clabe = newClabe();
    const answers = await Promise.all(
      [goodPayment(), goodPayment()].map((body) => api.post("/api/payments", { ...body, deposit_clabe })),
    );
    expect(statuses(answers)).toEqual([201, 409]);
  }
});

test("two first payments of one customer at the same time share one CLABE", async () => {
  const customer = goodPayment();
  const payments = await Promise.all([api.create(customer), api.create({ ...customer, amount: "200.00" })]);
  expect(new Set(payments.map((payment) => payment.deposit_clabe)).size).toBe(1);
});

test("a customer who is given two CLABEs at the same time keeps one", async () => {
  for (let round = 0; round < 10; round++) {
    const customer = goodPayment();
    const answers = await Promise.all(
      [newClabe(), newClabe()].map((deposit_clabe) => api.post("/api/payments", { ...customer, deposit_clabe })),
    );
    expect(statuses(answers)).toEqual([201, 409]);
  }
});

test("an import and the ordinary payments around it never meet in a number", async () => {
  for (let round = 0; round < 10; round++) {
    const { id } = await api.create();
    const ordinary = Array.from({ length: 4 }, () => api.post("/api/payments", goodPayment()));
    // Just ahead of the sequence: whoever is first has the number, and the other has another or is told.
    const imports = [1, 2].map((ahead) => api.post("/api/payments", { ...goodPayment(), id: id + ahead }));
    const created = (await Promise.all(ordinary)).concat(
      (await Promise.all(imports)).filter(({ status }) => status !== 409),
    );
    for (const answer of created) expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    expect(new Set(created.map((answer) => paymentView.parse(answer.body).id)).size).toBe(created.length);
  }
  expect(api.heard.failures).toEqual([]);
});
