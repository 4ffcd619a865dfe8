import { expect, test } from "vitest";
import { readOnlyBank, readOnlyNode } from "../../reactor/readOnly.ts";

// What is behind the two guards is a note of who came through, since what must not happen is that anything does.
test("in shadow mode a question reaches the bank, and an order does not", async () => {
  const came: string[] = [];
  const bank = readOnlyBank(async (_url, { method }) => {
    came.push(method);
    return { httpStatus: 200, retryAfter: null, text: "{}", tooLong: false };
  });
  const send = async (method: "GET" | "POST") => bank(new URL("https://banco.mx/"), { method, headers: {} }, 1);
  await send("GET");
  await expect(send("POST")).rejects.toThrow("Modo sombra");
  expect(came).toEqual(["GET"]);
});

test.each([
  ["eth_call", true],
  ["eth_getTransactionReceipt", true],
  ["eth_sendRawTransaction", false],
  ["eth_sendTransaction", false],
])("in shadow mode %s reaches the node: %s", async (method, does) => {
  let came = 0;
  const node = readOnlyNode(async () => {
    came++;
    return new Response("{}");
  });
  const ask = async () => node("http://node/", { body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] }) });
  if (does) await ask();
  else await expect(ask()).rejects.toThrow("Modo sombra");
  expect(came).toBe(does ? 1 : 0);
});
