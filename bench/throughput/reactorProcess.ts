import { setTimeout as sleep } from "node:timers/promises";
import { headPolicyFor } from "../../reactor/chain/headPolicy.ts";
import { DEFAULT_CONNECTIONS } from "../../reactor/config.ts";
import { keepSealed } from "../../reactor/keepSealed.ts";
import { runLoop } from "../../reactor/loop.ts";
import { shareConnections } from "../../reactor/openDatabases.ts";
import { FIRST_ACCOUNT, FIRST_LANE } from "../../reactor/payments/lanes.ts";
import { openDatabase } from "../../reactor/store/database.ts";
import { takeIdentity } from "../../reactor/store/identity.ts";
import { postgresStore } from "../../reactor/store/port.ts";
import { installation } from "../../reactor/store/schema/index.ts";
import { takeControls } from "../../reactor/takeControls.ts";
import { benchReactor } from "../benchReactor.ts";
import { beginProfile } from "../profile.ts";
import { openInstantBank } from "./instantBank.ts";
import { openInstantChain, PLENTY_CENTAVOS } from "./instantChain.ts";

/**
 * One reactor with its seals, on a bank and a chain in its own process; buyers pay the payments of its share, in order: those to warm
 * up with, and after SIGUSR2 the others. Says what these cost when it is told to stop.
 */
const {
  BENCH_DATABASE_URL: url = "",
  BENCH_WARM_UP,
  BENCH_FROM,
  BENCH_TO,
  BENCH_EVERY,
  BENCH_BATCH,
  BENCH_IN_FLIGHT,
  BENCH_PROFILED,
} = process.env;
/** Deposits that come at once. */
const CROWD = 200;
const CROWD_EVERY_MS = 50;
const CONNECTIONS = shareConnections(DEFAULT_CONNECTIONS).ofMachine;

// Told as soon as it has its number, so that it must hear it by then.
const warm = new Promise((resolve) => process.once("SIGUSR2", resolve));
const failed = (doing: string, error: unknown) => console.error(doing, error);
const database = openDatabase(url, CONNECTIONS, (error) => failed("database", error));
const [installed] = await database.db.select().from(installation);
const installationId = installed?.id ?? "";
const identity = await takeIdentity(url, (error) => failed("identity", error));
const rung = { bank: (): void => undefined };
const chain = openInstantChain(url, installationId, (hash, amount) => bank.credit(hash, amount));
const bank = openInstantBank(chain.pay, () => rung.bank());
const reactor = benchReactor({
  ...{ store: postgresStore(database.together, FIRST_LANE), identity, signer: chain.signer, installationId },
  ...{ chain: chain.client, send: bank.send, indexSchema: "chain", headPolicy: headPolicyFor(chain.client.chainId, 0) },
  limits: { batch: Number(BENCH_BATCH), inFlight: Number(BENCH_IN_FLIGHT) },
  onEvent: () => seals.wake(),
});
const { bridge, junoWallet, escrow, mxnb, chainId } = chain.client;
await takeControls(database.db, {
  lane: FIRST_LANE,
  account: FIRST_ACCOUNT,
  ...{ chainId, indexSchema: "chain", confirmations: 0 },
  addresses: { escrow, mxnb, bridge, junoWallet },
  ceilings: {
    ...{ payoutCentavos: PLENTY_CENTAVOS, hourCentavos: PLENTY_CENTAVOS, dayCentavos: PLENTY_CENTAVOS },
    allowanceCentavos: PLENTY_CENTAVOS,
  },
});
await reactor.store.ensureSigner(reactor.signer.address, 0);
const seals = keepSealed(reactor, database.db);
const loop = runLoop(reactor, database.pool, url);
rung.bank = loop.doorbell;

let stopping = false;
process.once("SIGTERM", () => {
  stopping = true;
});
let next = Number(BENCH_FROM);
const receiveTo = async (last: number) => {
  while (next <= last && !stopping) {
    for (let nth = 0; nth < CROWD && next <= last; nth++, next += Number(BENCH_EVERY)) bank.receive(next);
    await sleep(CROWD_EVERY_MS);
  }
};
await receiveTo(Number(BENCH_WARM_UP));
await warm;
const endProfile = BENCH_PROFILED === undefined ? async () => [] : await beginProfile();
const began = process.cpuUsage();
await receiveTo(Number(BENCH_TO));
while (!stopping) await sleep(CROWD_EVERY_MS);
const { user, system } = process.cpuUsage(began);
const residentMiB = process.memoryUsage().rss / 2 ** 20;
console.log(JSON.stringify({ cpuMs: (user + system) / 1_000, residentMiB, spent: await endProfile() }));
await Promise.all([loop.stop(), seals.stop()]);
await chain.stop();
await identity.close();
await database.close();
process.exit(0);
