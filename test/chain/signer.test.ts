import fc from "fast-check";
import { keccak256, parseTransaction, recoverTransactionAddress, serializeTransaction, toHex } from "viem";
import { expect, test } from "vitest";
import { signerFromPrivateKey, type UnsignedTransaction } from "../../reactor/chain/signer.ts";
import { BRIDGE_KEY, FEES } from "./localChain.ts";

const transaction: UnsignedTransaction = {
  chainId: 31337,
  nonce: 7,
  gas: 90_000n,
  ...FEES,
  to: "0x00000000000000000000000000000000000e5c20",
  data: "0x37bdc99b",
};

test("the same transaction gives the same bytes, from another signer of the same key too", async () => {
  const [first, again] = [signerFromPrivateKey(BRIDGE_KEY), signerFromPrivateKey(BRIDGE_KEY)];
  const signed = await first.sign(transaction);
  expect(await first.sign(transaction)).toEqual(signed);
  expect(await again.sign({ ...transaction })).toEqual(signed);
});

test("the bytes are the transaction that was given, with no ether in it, signed by the signer's address", async () => {
  const signer = signerFromPrivateKey(BRIDGE_KEY);
  const { raw, hash } = await signer.sign(transaction);
  expect(hash).toBe(keccak256(raw));
  const { r, s, yParity, v, ...parsed } = parseTransaction(raw);
  expect(parsed).toEqual({ ...transaction, type: "eip1559" });
  const serializedTransaction = serializeTransaction(parsed, {
    r: r ?? "0x",
    s: s ?? "0x",
    v: v ?? 27n,
    yParity: yParity ?? 0,
  });
  expect(serializedTransaction).toBe(raw);
  expect(await recoverTransactionAddress({ serializedTransaction: raw as `0x02${string}` })).toBe(signer.address);
});

test("another nonce or another fee is another hash", async () => {
  const signer = signerFromPrivateKey(BRIDGE_KEY);
  const hashes = await Promise.all(
    [transaction, { ...transaction, nonce: 8 }, { ...transaction, maxFeePerGas: FEES.maxFeePerGas + 1n }].map(
      async (each) => (await signer.sign(each)).hash,
    ),
  );
  expect(new Set(hashes).size).toBe(3);
});

test("a key that is no key is refused without being shown", () => {
  const wrong = "0xabc123def456" as const;
  expect(() => signerFromPrivateKey(wrong)).toThrow();
  try {
    signerFromPrivateKey(wrong);
  } catch (error) {
    expect(String(error)).not.toContain("abc123def456");
  }
});

test("any call at any price is signed as it was given, twice alike, by nobody else, and with no ether in it", async () => {
  const signer = signerFromPrivateKey(BRIDGE_KEY);
  const hex = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((some) => toHex(some));
  const calls = fc.record({
    chainId: fc.constantFrom(31337, 42161, 421614),
    nonce: fc.integer({ min: 1, max: 1e6 }),
    gas: fc.bigInt({ min: 21_000n, max: 30_000_000n }),
    maxPriorityFeePerGas: fc.bigInt({ min: 1n, max: 10n ** 9n }),
    maxFeePerGas: fc.bigInt({ min: 10n ** 9n, max: 10n ** 12n }),
    to: hex(20),
    data: hex(68),
  });
  await fc.assert(
    fc.asyncProperty(calls, async (call) => {
      const { raw, hash } = await signer.sign(call);
      expect(await signer.sign(call)).toEqual({ raw, hash });
      const { r: _r, s: _s, v: _v, yParity: _parity, ...parsed } = parseTransaction(raw);
      expect(parsed).toEqual({ ...call, type: "eip1559" });
      const serializedTransaction = raw as `0x02${string}`;
      expect(await recoverTransactionAddress({ serializedTransaction })).toBe(signer.address);
    }),
    { numRuns: 100 },
  );
});
