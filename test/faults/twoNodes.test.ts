import { expect, test } from "vitest";
import { until } from "../../bin/stack/until.ts";
import { type FaultOf, faultyChain, HONEST, type RpcRequest } from "./support/faultyChain.ts";
import { legOf } from "./support/legs.ts";

/*
 * The reactor has two URLs for one chain. Either may be away; neither is believed against the other.
 */

const chain = await faultyChain({ nodes: 2 });
const { system, pool, reactor, node, rpcUrls, setFault, paidBy, allPaidOnce, untilCustody, receiptOf } = chain;

const away: FaultOf = () => "lose_request";
/** What the real node answers, with some of it changed. */
const changed = async ({ method, params }: RpcRequest, change: object) => {
  const block = await node.request({ method: method as never, params: params as never });
  return { result: block === null ? null : { ...(block as object), ...change } };
};

async function indexer(): Promise<{ complaint: string | null; settled_block: string }> {
  const response = await fetch(`${reactor.url}/api/automation/status`);
  return ((await response.json()) as { indexer: { complaint: string | null; settled_block: string } }).indexer;
}

const untilComplaint = (words: string) =>
  until(`complaint ${words}`, 30_000, async () => ((await indexer()).complaint?.includes(words) ? true : undefined));

test.each([0, 1])(
  "with URL number %i away, counted from 0, a whole payment goes through the other, and the status says so",
  async (index) => {
    setFault(away, index);
    const payments = await paidBy([`${5000 + index}.00`]);
    await untilComplaint("block latest");
    await allPaidOnce(payments);
    setFault(HONEST, index);
  },
  240_000,
);

test("a second node with other hashes: nothing more is settled, nobody is told that a payment is in custody, until both agree", async () => {
  const forked: FaultOf = (request) =>
    request.method === "eth_getBlockByNumber" ? changed(request, { hash: `0x${"f0".repeat(32)}` }) : "none";
  setFault(forked, 1);
  await untilComplaint("dos hashes");
  const settled = (await indexer()).settled_block;
  const payments = await paidBy(["5010.00"]);
  const [payment] = payments as [(typeof payments)[number]];
  await untilCustody(payment, "securing");
  const from = await node.getBlockNumber();
  await until("blocks that would settle it", 60_000, async () =>
    (await node.getBlockNumber()) > from + 12n ? true : undefined,
  );
  expect((await legOf(pool, payment.id, "custody")).state).toBe("securing");
  expect((await indexer()).settled_block).toBe(settled);
  setFault(HONEST, 1);
  await allPaidOnce(payments);
}, 240_000);

test("a node that calls everything settled, or stands still: the lower of the two heads counts", async () => {
  const boasts: FaultOf = ({ method, params: [tag, full] }) =>
    method === "eth_getBlockByNumber" && (tag === "safe" || tag === "finalized")
      ? changed({ method, params: ["latest", full] }, {})
      : "none";
  setFault(boasts, 0);
  const payments = await paidBy(["5020.00"], 60_000);
  const [payment] = payments as [(typeof payments)[number]];
  await untilCustody(payment, "active");
  const safe = (await node.getBlock({ blockTag: "safe" })).number;
  const { rows } = await pool.query<{ hash: `0x${string}` }>(
    `select hash from kustodia.chain_transaction join kustodia.leg on leg.id = leg_id
     where action = 'createEscrow' and payment_id = $1`,
    [payment.id],
  );
  const funded = await receiptOf(rows[0]?.hash ?? "0x");
  expect(funded?.blockNumber).toBeLessThanOrEqual(safe);

  const standing = await node.getBlockNumber();
  const stands: FaultOf = ({ method, params: [tag, full] }) =>
    method === "eth_getBlockByNumber" && ["latest", "safe", "finalized"].includes(String(tag))
      ? changed({ method, params: [`0x${standing.toString(16)}`, full] }, {})
      : "none";
  setFault(stands, 1);
  await until("blocks beyond it", 30_000, async () =>
    (await node.getBlockNumber()) > standing + 8n ? true : undefined,
  );
  expect(BigInt((await indexer()).settled_block)).toBeLessThanOrEqual(standing);
  setFault(HONEST, 0);
  setFault(HONEST, 1);
  await allPaidOnce(payments);
}, 240_000);

test("a second URL of another chain is refused at the start, by its number and not by its text", async () => {
  setFault(({ method }) => (method === "eth_chainId" ? { result: "0x66eee" } : "none"), 1);
  const started = system.startReactor("refused", { ETH_RPC_URL: rpcUrls }).then(
    () => "started",
    (error: unknown) => String(error),
  );
  const words = await started;
  setFault(HONEST, 1);
  expect(words).toContain("La URL número 2 de ETH_RPC_URL es de la cadena 421614 y CHAIN_ID dice 31337");
  for (const url of rpcUrls.split(",")) expect(words).not.toContain(url);
}, 60_000);

test("the first node tells another hash where the chain was settled: all outgoing money stops", async () => {
  const payments = await paidBy(["5030.00"], 3_000);
  const [payment] = payments as [(typeof payments)[number]];
  await untilCustody(payment, "securing");
  setFault(
    (request) =>
      request.method === "eth_getBlockByNumber" ? changed(request, { hash: `0x${"f0".repeat(32)}` }) : "none",
    0,
  );
  const why = await until("the kill switch", 30_000, async () => {
    const response = await fetch(`${reactor.url}/api/automation/status`);
    const { outgoing } = (await response.json()) as { outgoing: { stopped: boolean; why: string | null } };
    return outgoing.stopped ? outgoing.why : undefined;
  });
  expect(why).toMatch(/^el bloque \d+ era definitivo con el hash 0x.+ y ahora tiene 0xf0f0/);
}, 120_000);
