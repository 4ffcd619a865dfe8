import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { type Outside, postOnce } from "../../reactor/webhooks/postOnce.ts";
import { reachOf } from "../../reactor/webhooks/reach.ts";
import { openReceiver } from "./openReceiver.ts";

const receiver = await openReceiver();
const elsewhere = await openReceiver();
afterAll(() => Promise.all([receiver.close(), elsewhere.close()]));

const LOOPBACK = ["127.0.0.1/32"];
const goOn = new AbortController().signal;
const post = (url: string) => ({ url, headers: { "webhook-id": "evt_1" }, body: '{"ñ":1}' });

/** The name servers are a function here: a test cannot make the real ones change their mind between two questions. */
function outside(addresses: readonly (readonly string[])[], allowed = LOOPBACK, timeoutMs = 2_000) {
  const asked: string[] = [];
  const world: Outside = {
    resolve: async (hostname) => {
      asked.push(hostname);
      return addresses[asked.length - 1] ?? addresses.at(-1) ?? [];
    },
    mayReach: reachOf(allowed),
    timeoutMs,
  };
  return { world, asked };
}

test("the body and the headers arrive as they were given, at the address that was resolved, under the host's own name", async () => {
  const { world, asked } = outside([["127.0.0.1"]]);
  const answer = await postOnce(post(`http://avisos.ejemplo:${receiver.port}/a?b=c`), world, goOn);
  expect(answer).toMatchObject({ status: 200 });
  expect(receiver.received.at(-1)).toMatchObject({
    path: "/a?b=c",
    body: '{"ñ":1}',
    headers: { host: `avisos.ejemplo:${receiver.port}`, "webhook-id": "evt_1" },
  });
  expect(asked).toEqual(["avisos.ejemplo"]);
});

test("a name is resolved once: what it stands for a moment later leads nowhere (DNS rebinding)", async () => {
  const { world, asked } = outside([["127.0.0.1"], ["169.254.169.254"]]);
  expect(await postOnce(post(`http://avisos.ejemplo:${receiver.port}/`), world, goOn)).toMatchObject({ status: 200 });
  expect(asked).toHaveLength(1);
});

test.each([
  ["a private address behind a name", "https://avisos.ejemplo/", ["10.0.0.1"]],
  ["one private address among public ones", "https://avisos.ejemplo/", ["8.8.8.8", "169.254.169.254"]],
  ["the literal loopback", "https://127.0.0.1/", []],
  ["loopback as a number", "https://2130706433/", []],
  ["loopback in hexadecimal", "https://0x7f.1/", []],
  ["loopback in IPv6", "https://[::1]/", []],
  ["a public address by plain http", "http://avisos.ejemplo/", ["8.8.8.8"]],
])("%s is refused before anything is sent", async (_what, url, addresses) => {
  const answer = await postOnce(post(url), outside([addresses], []).world, goOn);
  expect(answer).toMatchObject({ status: null, error: expect.stringContaining("no está permitida") });
});

test("a redirect is an answer and is not followed", async () => {
  const before = elsewhere.received.length;
  receiver.reply = () => ({ status: 307, headers: { location: elsewhere.url } });
  expect(await postOnce(post(receiver.url), outside([]).world, goOn)).toMatchObject({ status: 307 });
  receiver.reply = () => ({ status: 200 });
  expect(elsewhere.received).toHaveLength(before);
});

test("an answer without end is cut off", { timeout: 10_000 }, async () => {
  let tellCutOff: () => void = () => undefined;
  const cutOff = new Promise<void>((resolve) => {
    tellCutOff = resolve;
  });
  const endless = createServer((_request, response) => {
    response.writeHead(200).on("close", tellCutOff);
    const pour = () => {
      while (response.write("x".repeat(64 * 1_024)));
    };
    response.on("drain", pour);
    pour();
  });
  endless.listen(0, "127.0.0.1");
  await once(endless, "listening");
  const { port } = endless.address() as AddressInfo;
  // No timeout that comes first: only the length may end it.
  const { world } = outside([], LOOPBACK, 120_000);
  expect(await postOnce(post(`http://127.0.0.1:${port}/`), world, goOn)).toMatchObject({ status: 200 });
  await cutOff;
  endless.close();
});

test("a receiver that does not answer costs the timeout and no more", async () => {
  receiver.reply = () => ({ status: 200, afterMs: 3_000 });
  const answer = await postOnce(post(receiver.url), outside([], LOOPBACK, 300).world, goOn);
  receiver.reply = () => ({ status: 200 });
  expect(answer).toEqual({ status: null, error: "sin respuesta en 300 ms" });
});

test("a name server that does not answer costs the timeout and no more", async () => {
  const world = { ...outside([], LOOPBACK, 300).world, resolve: () => new Promise<never>(() => undefined) };
  const answer = await postOnce(post("https://avisos.ejemplo/"), world, goOn);
  expect(answer).toEqual({ status: null, error: "sin respuesta en 300 ms" });
});

test("nobody listening is told in words", async () => {
  const { port, close } = await openReceiver();
  await close();
  const answer = await postOnce(post(`http://127.0.0.1:${port}/`), outside([]).world, goOn);
  expect(answer).toMatchObject({ status: null, error: expect.stringContaining("ECONNREFUSED") });
});

test("a stop breaks a try off, and is no answer", async () => {
  const stopping = new AbortController();
  receiver.reply = () => ({ status: 200, afterMs: 1_500 });
  const answer = postOnce(post(receiver.url), outside([]).world, stopping.signal);
  setTimeout(() => stopping.abort(new Error("parada")), 100);
  await expect(answer).rejects.toThrow("parada");
  receiver.reply = () => ({ status: 200 });
});
