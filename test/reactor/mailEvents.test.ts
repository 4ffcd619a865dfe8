import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { createInterface } from "node:readline";
import { afterAll, expect, test } from "vitest";
import { mailEvents } from "../../reactor/mailEvents.ts";
import type { StoredEvent } from "../../reactor/store/appendEvent.ts";

/** A mail server as far as RFC 5321 asks of one that takes mail: what it was told, line by line. */
const told: string[] = [];
let taking = true;
const server = createServer((socket) => {
  let inData = false;
  socket.write("220 correo\r\n");
  createInterface({ input: socket }).on("line", (line) => {
    told.push(line);
    if (inData) {
      if (line !== ".") return;
      inData = false;
    } else if (line === "DATA") {
      inData = true;
      return socket.write("354 siga\r\n");
    } else if (line.startsWith("MAIL") && !taking) return socket.write("451 ahora no\r\n");
    return socket.write("250 bien\r\n");
  });
}).listen(0, "127.0.0.1");
await once(server, "listening");
afterAll(() => server.close());

const { port } = server.address() as AddressInfo;
const mail = mailEvents({ smtpUrl: `smtp://127.0.0.1:${port}`, from: "kustodia@ejemplo.mx", to: "guardia@ejemplo.mx" });
const event = { es: "Alerta 3, KustodiaBankSilent", en: "Alert 3, KustodiaBankSilent" } as StoredEvent;

test("an alert reaches whoever is on call by mail, in both languages", async () => {
  await mail([event]);
  expect(told).toContain("MAIL FROM:<kustodia@ejemplo.mx>");
  expect(told).toContain("RCPT TO:<guardia@ejemplo.mx>");
  expect(told).toContain("Subject: Kustodia: Alerta 3, KustodiaBankSilent");
  expect(told).toContain(event.en);
});

test("a mail server that does not take it is an error, and not a silence", async () => {
  taking = false;
  await expect(mail([event])).rejects.toThrow("451");
});
