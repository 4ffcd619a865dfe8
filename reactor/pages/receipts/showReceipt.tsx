import type { Context } from "hono";
import { readReceiptView } from "../../http/receipts/readReceiptView.ts";
import { type ReceiptView, receiptView } from "../../http/receipts/receiptView.ts";
import { readApi } from "../askApi.ts";
import { findShownPayment } from "../customer/findShownPayment.ts";
import { answerPage } from "../parts/Page.tsx";
import type { Site, SiteEnv, SitePorts } from "../site.ts";
import { Receipt } from "./Receipt.tsx";

/** A payment's receipt, to be read, printed and kept. */
export function showReceipt(site: Site, ports: SitePorts): void {
  const read = (c: Context<SiteEnv>, id: string) => readApi(ports, c, receiptView, `/api/payments/${id}/receipt`);
  site.get("/pagos/:id{[0-9]+}/recibo", async (c) => {
    const back = `/pagos/${c.req.param("id")}`;
    return answerReceipt(c, await read(c, c.req.param("id")), back);
  });
  site.get("/pagos/:id{[0-9]+}/recibo.json", async (c) => answerFile(c, await read(c, c.req.param("id"))));
}

/** The same for the buyer or the seller, by their own address: of this payment only. */
export function showReceiptToCustomer(site: Site, ports: SitePorts): void {
  const read = async (token: string) => {
    const { paymentId, audience } = await findShownPayment(ports.db, token);
    const seesDepositClabe = audience === "buyer";
    return readReceiptView(ports.db, paymentId, { facts: ports.facts, seesDepositClabe, nowMs: ports.nowMs() });
  };
  site.get("/seguimiento/:token/recibo", async (c) => {
    const token = c.req.param("token");
    return answerReceipt(c, await read(token), `/seguimiento/${token}`);
  });
  site.get("/seguimiento/:token/recibo.json", async (c) => answerFile(c, await read(c.req.param("token"))));
}

function answerReceipt(c: Context<SiteEnv>, receipt: ReceiptView, back: string) {
  const visitor = c.get("visitor");
  const title = `${visitor.say.receipt} ${receipt.payment.id}`;
  return answerPage(
    c,
    { title, bare: true, printed: true },
    <Receipt visitor={visitor} receipt={receipt} json={`${back}/recibo.json`} back={back} />,
  );
}

function answerFile(c: Context<SiteEnv>, receipt: ReceiptView) {
  return c.body(`${JSON.stringify(receipt, null, 2)}\n`, 200, {
    "content-type": "application/json; charset=utf-8",
    "content-disposition": `attachment; filename="kustodia-recibo-${receipt.payment.id}.json"`,
  });
}
