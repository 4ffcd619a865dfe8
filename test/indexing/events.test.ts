import { parseEventLogs } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../abis/mxnb.ts";
import type { RunningAnvil } from "../../bin/stack/startAnvil.ts";
import { freshAnvil } from "../harness/freshAnvil.ts";
import { type FreshDatabase, freshDatabase } from "../harness/freshDatabase.ts";
import { type Indexer, indexChain } from "./indexChain.ts";
import { liveThroughEverything } from "./liveThroughEverything.ts";
import { AMOUNT, bridge, deployOn, juno, type LocalChain, stranger } from "./localChain.ts";

const lower = (address: string) => address.toLowerCase();

describe.each(["one-step", "two-step"] as const)("the %s escrow contract", (shape) => {
  let anvil: RunningAnvil;
  let database: FreshDatabase;
  let chain: LocalChain;
  let indexer: Indexer;
  let tokenAlone: bigint;

  beforeAll(async () => {
    [anvil, database] = await Promise.all([freshAnvil(), freshDatabase()]);
    chain = await deployOn(anvil.rpcUrl, shape);
    tokenAlone = await liveThroughEverything(chain, shape);
    indexer = await indexChain(chain, database);
    await indexer.caughtUp();
  });
  afterAll(async () => {
    await indexer.stop();
    await database.close();
    await anvil.stop();
  });

  test("every log of the contract is one row, where and when the chain has it", async () => {
    const logs = await chain.client.getLogs({ address: chain.contracts.escrow, fromBlock: 0n });
    const expected = parseEventLogs({ abi: kustodiaEscrowAbi, logs });
    const timestamps = await Promise.all(
      expected.map(({ blockHash }) => chain.client.getBlock({ blockHash: blockHash ?? "0x" })),
    );

    const { rows } = await database.pool.query(
      `select chain_id, contract, kind, block_number::int, block_hash, block_timestamp::int, tx_hash, log_index
       from chain.chain_event where contract = $1 order by id`,
      [lower(chain.contracts.escrow)],
    );
    expect(rows).toEqual(
      expected.map((log, at) => ({
        chain_id: 31337,
        contract: lower(log.address),
        kind: log.eventName,
        block_number: Number(log.blockNumber),
        block_hash: log.blockHash,
        block_timestamp: Number(timestamps[at]?.timestamp),
        tx_hash: log.transactionHash,
        log_index: log.logIndex,
      })),
    );
    expect(rows).toHaveLength(logs.length);
  });

  test("every kind of event the contract can emit was seen", async () => {
    const { rows } = await database.pool.query("select distinct kind from chain.chain_event where contract = $1", [
      lower(chain.contracts.escrow),
    ]);
    const onlyOurs = ["BridgeWalletUpdated", "PlatformWalletUpdated", "Paused", "Unpaused", "TokensRescued"];
    const never = shape === "one-step" ? ["EscrowCancelled"] : [...onlyOurs, "OwnershipTransferStarted"];
    const events = kustodiaEscrowAbi.filter((item) => item.type === "event").map((item) => item.name);
    expect(rows.map(({ kind }) => kind).sort()).toEqual(events.filter((name) => !never.includes(name)).sort());
  });

  test("the arguments of an escrow's events are in their columns", async () => {
    expect(await argumentsOf(database, "EscrowCreated", 3)).toEqual({
      from_address: lower(bridge.address),
      to_address: lower(stranger.address),
      amount_base_units: String(AMOUNT),
      data: { vertical: "inmueble", clabe: "hmac:7f3a" },
    });
    expect(await argumentsOf(database, "EscrowFunded", 3)).toEqual({ ...none, amount_base_units: String(AMOUNT) });
    expect(await argumentsOf(database, "EscrowReleased", 1)).toEqual(none);
    expect(await argumentsOf(database, "EscrowDisputed", 3)).toEqual({
      ...none,
      from_address: lower(bridge.address),
      data: { reason: "case:17" },
    });
    expect(await argumentsOf(database, "EscrowDisputeResolved", 2)).toEqual({
      ...none,
      data: { inFavorOfSeller: true },
    });
    expect(await argumentsOf(database, "EscrowDisputeResolved", 3)).toEqual({
      ...none,
      data: { inFavorOfSeller: false },
    });
  });

  test("what the token does with our addresses is indexed, and nothing else of it", async () => {
    const { rows } = await database.pool.query(
      `select kind, from_address, to_address, amount_base_units::text as amount from chain.chain_event
       where contract = $1 and block_number > $2 order by id`,
      [lower(chain.contracts.mxnb), String(tokenAlone)],
    );
    const [us, contract, bank, them] = [bridge.address, chain.contracts.escrow, juno.address, stranger.address].map(
      lower,
    );
    const zero = "0x0000000000000000000000000000000000000000";
    expect(rows).toEqual([
      { kind: "Mint", from_address: bank, to_address: us, amount: "7" },
      { kind: "Transfer", from_address: zero, to_address: us, amount: "7" },
      { kind: "Burn", from_address: us, to_address: null, amount: "5" },
      { kind: "Transfer", from_address: us, to_address: zero, amount: "5" },
      { kind: "Approval", from_address: them, to_address: contract, amount: "3" },
      { kind: "Transfer", from_address: us, to_address: bank, amount: "11" },
      { kind: "Transfer", from_address: us, to_address: us, amount: "19" },
      { kind: "Blacklisted", from_address: null, to_address: bank, amount: null },
      { kind: "Blacklisted", from_address: null, to_address: us, amount: null },
      { kind: "UnBlacklisted", from_address: null, to_address: us, amount: null },
      { kind: "Pause", from_address: null, to_address: null, amount: null },
      { kind: "Unpause", from_address: null, to_address: null, amount: null },
    ]);
    expect((await database.pool.query("select account from chain.blacklisted_account")).rows).toEqual([
      { account: bank },
    ]);
    expect((await database.pool.query("select paused from chain.token_state")).rows).toEqual([{ paused: false }]);
  });

  test("a transfer from the bridge to the escrow is one row and moves both balances once", async () => {
    const { rows } = await database.pool.query(
      "select id from chain.transfer where from_address = $1 and to_address = $2",
      [lower(bridge.address), lower(chain.contracts.escrow)],
    );
    expect(rows).toHaveLength(shape === "one-step" ? 5 : 4);

    for (const [holder, account] of Object.entries({ bridge: bridge.address, escrow: chain.contracts.escrow })) {
      const real = await chain.client.readContract({
        address: chain.contracts.mxnb,
        abi: mxnbAbi,
        functionName: "balanceOf",
        args: [account],
      });
      const kept = await database.pool.query("select holder, amount_base_units from chain.balance where account = $1", [
        lower(account),
      ]);
      expect(kept.rows).toEqual([{ holder, amount_base_units: String(real) }]);
    }
  });

  test("GraphQL answers an escrow with its events and its transfers", async () => {
    const answer = await indexer.graphql(`{
      escrow(contract: "${lower(chain.contracts.escrow)}", id: "1") {
        status amountBaseUnits clabeReference payee
        events { totalCount items { kind } }
        fundingTransfers { items { from to fundedEscrow { id } } }
        releaseTransfers { items { from to event { kind } releasedEscrow { id } } }
        cancelTransfers { totalCount }
      }
    }`);
    const [us, contract] = [bridge.address, chain.contracts.escrow].map(lower);
    expect(answer).toEqual({
      escrow: {
        status: "released",
        amountBaseUnits: String(AMOUNT),
        clabeReference: "hmac:7f3a",
        payee: lower(stranger.address),
        events: { totalCount: 3, items: ["EscrowCreated", "EscrowFunded", "EscrowReleased"].map((kind) => ({ kind })) },
        fundingTransfers: { items: [{ from: us, to: contract, fundedEscrow: { id: "1" } }] },
        releaseTransfers: {
          items: [{ from: contract, to: us, event: { kind: "Transfer" }, releasedEscrow: { id: "1" } }],
        },
        cancelTransfers: { totalCount: 0 },
      },
    });
  });

  test("GraphQL filters escrows by status and pages through them", async () => {
    const page = (after: string | null) =>
      indexer.graphql(`{
        escrows(where: { status_not: cancelled }, orderBy: "id", orderDirection: "asc", limit: 2, after: ${JSON.stringify(after)}) {
          totalCount items { id status } pageInfo { hasNextPage endCursor }
        }
      }`) as Promise<{ escrows: { items: unknown[]; totalCount: number; pageInfo: { endCursor: string } } }>;
    const first = (await page(null)).escrows;
    expect(first).toMatchObject({
      totalCount: 3,
      items: [
        { id: "1", status: "released" },
        { id: "2", status: "released" },
      ],
      pageInfo: { hasNextPage: true },
    });
    expect((await page(first.pageInfo.endCursor)).escrows).toMatchObject({
      items: [{ id: "4", status: "funded" }],
      pageInfo: { hasNextPage: false },
    });
    expect(
      await indexer.graphql(
        `{ escrows(where: { status: cancelled }) { items { id cancelTransfers { totalCount } } } }`,
      ),
    ).toEqual({
      escrows: {
        items: [
          { id: "3", cancelTransfers: { totalCount: 1 } },
          ...(shape === "two-step" ? [{ id: "5", cancelTransfers: { totalCount: 0 } }] : []),
        ],
      },
    });
  });

  test("the SQL door answers questions about the facts, and neither changes them nor shows anything else", async () => {
    await database.pool.query("create schema private create table person (name text)");
    expect(await indexer.sql("select count(*) from escrow where status = 'released'")).toMatchObject({
      status: 200,
      body: expect.stringContaining('"rows":[{"count":"2"}]'),
    });
    for (const [statement, refusal] of [
      ["delete from chain_event", "DeleteStmt not supported"],
      ["select name from private.person", "Schema name not supported"],
      ["select query_to_xml('select name from private.person', true, false, '')", "Function call not supported"],
      ["select * from pg_user", "System tables not supported"],
    ] as const) {
      expect(await indexer.sql(statement)).toEqual({ status: 500, body: refusal });
    }
  });
});

const none = { from_address: null, to_address: null, amount_base_units: null, data: {} };

async function argumentsOf(database: FreshDatabase, kind: string, escrowId: number): Promise<unknown> {
  const { rows } = await database.pool.query(
    `select from_address, to_address, amount_base_units, data from chain.chain_event
     where kind = $1 and escrow_id = $2`,
    [kind, escrowId],
  );
  expect(rows).toHaveLength(1);
  return rows[0];
}
