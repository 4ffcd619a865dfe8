import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { API_KEYS, nextNonce, openTestBank, openTestChain, type TestBank, type TestChain } from "./openTestBank.ts";

let chain: TestChain;
let bank: TestBank;
beforeAll(async () => {
  chain = await openTestChain();
  bank = await openTestBank(chain);
});
afterAll(async () => {
  await bank.stop();
  await chain.stop();
});

const PATH = "/mint_platform/v1/transactions?size=5";

/** A request signed here by hand, so that each part can be wrong. */
async function signed(parts: { key?: string; nonce?: number | string; secret?: string; signedPath?: string } = {}) {
  const { key = "llave", nonce = nextNonce(), secret = API_KEYS.llave, signedPath = PATH } = parts;
  const signature = createHmac("sha256", secret).update(`${nonce}GET${signedPath}`).digest("hex");
  const reply = await fetch(bank.url + PATH, { headers: { Authorization: `Bitso ${key}:${nonce}:${signature}` } });
  return { status: reply.status, json: await reply.json() };
}

describe("the signature", () => {
  test("over nonce, method and path with query is accepted", async () => {
    expect(await signed()).toMatchObject({ status: 200, json: { success: true } });
  });

  test.each([
    ["another secret", { secret: "falso" }, "0201"],
    ["a path signed without its query", { signedPath: "/mint_platform/v1/transactions" }, "0201"],
    ["an unknown key", { key: "nadie" }, "0201"],
    ["the secret of another key", { key: "tripwire" }, "0201"],
    ["a nonce that is no integer", { nonce: "1.5" }, "0206"],
  ])("%s is refused", async (_what, parts, code) => {
    expect(await signed(parts)).toMatchObject({ status: 401, json: { success: false, error: { code } } });
  });

  test("covers the body as sent", async () => {
    const sent = await bank.raw("POST", "/mint_platform/v1/clabes", {});
    expect(sent.status).toBe(201);
    const nonce = nextNonce();
    const signature = createHmac("sha256", API_KEYS.llave)
      .update(`${nonce}POST/mint_platform/v1/clabes{}`)
      .digest("hex");
    const headers = { Authorization: `Bitso llave:${nonce}:${signature}` };
    const other = await fetch(`${bank.url}/mint_platform/v1/clabes`, { method: "POST", headers, body: "{ }" });
    expect(other.status).toBe(401);
  });

  test("is demanded", async () => {
    const reply = await fetch(bank.url + PATH);
    expect(reply.status).toBe(401);
    expect(await reply.json()).toMatchObject({ success: false, error: { code: "0208" } });
  });
});

describe("the nonce", () => {
  test("must grow: the same and a lower one are refused", async () => {
    const nonce = nextNonce();
    expect((await signed({ nonce })).status).toBe(200);
    expect(await signed({ nonce })).toMatchObject({ status: 401, json: { error: { code: "0207" } } });
    expect(await signed({ nonce: nonce - 1 })).toMatchObject({ status: 401, json: { error: { code: "0207" } } });
  });

  test("belongs to its key", async () => {
    expect((await signed()).status).toBe(200);
    expect((await signed({ key: "tripwire", secret: API_KEYS.tripwire, nonce: 1 })).status).toBe(200);
  });

  test("of a request whose signature is wrong is not used up", async () => {
    const nonce = nextNonce();
    await signed({ nonce, secret: "falso" });
    expect((await signed({ nonce })).status).toBe(200);
  });
});

test("the 301st request of a minute is refused and the account locked out for a minute", async () => {
  let now = 1_800_000_000_000;
  const strict = await openTestBank(chain, { rules: { requestsPerMinute: 300, lockoutMs: 60_000 }, now: () => now });
  const ask = async () => (await strict.raw("GET", "/spei/v1/clabes")).status;
  const statuses = [];
  for (let request = 0; request < 301; request++) statuses.push(await ask());
  expect(statuses.filter((status) => status === 200)).toHaveLength(300);
  expect(statuses.at(-1)).toBe(429);
  now += 59_000;
  expect(await ask()).toBe(429);
  now += 1_001;
  expect(await ask()).toBe(200);
  await strict.stop();
});
