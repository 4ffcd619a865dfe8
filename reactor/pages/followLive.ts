import type { Site, SitePorts } from "./site.ts";

/** The API's stream of events to the signed-in person's open page, whose script cannot send a key. */
export function followLive(site: Site, { api }: SitePorts): void {
  site.get("/vivo", (c) => {
    const { caller } = c.get("visitor");
    const payment = c.req.query("pago");
    const last = c.req.header("last-event-id");
    return api.request(
      `/api/events${payment === undefined ? "" : `?payment_id=${encodeURIComponent(payment)}`}`,
      { headers: last === undefined ? {} : { "last-event-id": last } },
      caller === null ? {} : { caller },
    );
  });
}
