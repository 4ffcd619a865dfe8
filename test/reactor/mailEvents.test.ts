import { afterAll, expect, test } from "vitest";
import { mailEvents } from "../../reactor/mailEvents.ts";
import type { StoredEvent } from "../../reactor/store/appendEvent.ts";
import { openMailbox } from "../harness/openMailbox.ts";

const mailbox = await openMailbox();
afterAll(() => mailbox.close());
const mail = mailEvents({ smtpUrl: mailbox.url, from: "kustodia@ejemplo.mx", to: "guardia@ejemplo.mx" });
const event = { es: "Alerta 3, KustodiaBankSilent", en: "Alert 3, KustodiaBankSilent" } as StoredEvent;

test("an alert reaches whoever is on call by mail, in both languages", async () => {
  await mail([event]);
  expect(mailbox.received).toMatchObject([{ from: "kustodia@ejemplo.mx", to: "guardia@ejemplo.mx" }]);
  expect(mailbox.received[0]?.lines).toContain("Subject: Kustodia: Alerta 3, KustodiaBankSilent");
  expect(mailbox.received[0]?.lines).toContain(event.en);
});

test("a mail server that does not take it is an error, and not a silence", async () => {
  mailbox.answer = "451 ahora no";
  await expect(mail([event])).rejects.toThrow("451");
});
