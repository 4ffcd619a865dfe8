import { expect, test } from "vitest";
import { messageOf } from "../../reactor/webhooks/messageOf.ts";

const INSTALLATION = "6f1c2f63-3c1e-4f57-9f0e-0c4b7d1a2b3c";

const told = (type: Parameters<typeof messageOf>[0]["type"], data: Record<string, string>) =>
  JSON.parse(messageOf({ id: 7, type, data, atMs: 0, paymentId: 81, externalId: null }, INSTALLATION).body).data;

test("of what two persons plan and do only the plan's hash is told: not its words, its reason, nor the plan", () => {
  const plan = { es: "Pago 81: para Ana Pérez", en: "Payment 81: for Ana Pérez", reason: "lo pide Ana Pérez" };
  const data = { ...plan, plan: JSON.stringify({ ...plan, clabe: "032180000118359719" }), hash: "762ae462202f" };
  for (const type of ["plan_propuesto", "accion_de_operador"] as const) {
    const message = told(type, data);
    expect(message).toMatchObject({ payment_id: 81, hash: "762ae462202f" });
    expect(JSON.stringify(message)).not.toMatch(/Ana|\d{18}/);
  }
  expect(told("plan_propuesto", data).description).toBe("Por confirmar: …. Motivo: …");
});

test("of a new key its public half and its scopes are told, and not whose it is", () => {
  const message = told("clave_creada", { key: "9f2c4e61a0b3", owner: "Ana Pérez", scopes: "read, approve" });
  expect(message).toMatchObject({ key: "9f2c4e61a0b3", scopes: "read, approve" });
  expect(message.description).toBe("Llave 9f2c4e61a0b3 creada para …: leer, aprobar");
  expect(JSON.stringify(message)).not.toContain("Ana");
});
