import { afterAll, expect, test } from "vitest";
import { saveAlerts } from "../../reactor/store/alerts.ts";
import { openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());
await api.db.transaction((tx) => saveAlerts(tx, [{ name: "KustodiaBankSilent", detail: "Juno calla" }]));
const REASON = { reason: "llamo al banco" };

test("alerts are listed, and a person takes one with their own key, once", async () => {
  const ana = await api.person("Ana", ["operate"]);
  const beto = await api.person("Beto", ["operate"]);
  const path = "/api/alerts/1/acknowledge";
  expect((await api.get("/api/alerts")).body).toMatchObject({
    alerts: [{ id: 1, name: "KustodiaBankSilent", detail: "Juno calla", acknowledged_by: null, closed_at: null }],
  });
  expect(await api.post(path, REASON)).toMatchObject({
    status: 403,
    body: { type: "/problems/needs_a_person" },
  });
  expect(await ana.post(path, REASON)).toMatchObject({ status: 200, body: { id: 1, acknowledged_by: "Ana" } });
  expect(api.heard.shown).toEqual(["alerta_atendida"]);
  const { rows } = await api.pool.query("select actor, es from kustodia.event where type = 'alerta_atendida'");
  expect(rows).toEqual([{ actor: "Ana", es: expect.stringContaining("Motivo: llamo al banco") }]);
  expect(await beto.post(path, REASON)).toMatchObject({
    status: 409,
    body: { type: "/problems/alert_not_open" },
  });
  expect((await api.app.request("/api/alerts")).status).toBe(401);
});
