import type { Reactor } from "../../reactor/reactor.ts";
import type { Store } from "../../reactor/store/port.ts";
import { junoClientOf } from "./bank/clientOf.ts";
import { chainClientOf, refusal } from "./chain/rpc.ts";
import { dieAnywhere, strikeAtPoints } from "./doom.ts";
import { beginLife, type Life } from "./life.ts";
import { runReactor } from "./runReactor.ts";
import { CONFIRMATIONS, INSTALLATION_ID, type World } from "./world.ts";

/** Makes a reactor wrong on purpose, for the tests that show that the simulator can fail. */
export type Sabotage = (reactor: Reactor) => Reactor;

/** What every reactor of a world is started with. */
export type Crew = Readonly<{
  world: World;
  sabotage: Sabotage;
  isOver: () => boolean;
  /** Told when a step that had legs has ended. */
  stepped: () => void;
}>;

/**
 * Starts one reactor on the world: the real step, lane and readings. When it dies another takes its place, with a new
 * number.
 */
export function startReactor(crew: Crew): void {
  const { world } = crew;
  const { clock, chance, fleet } = world;
  const life = beginLife(clock.sleep, (how) => {
    fleet.strike(holder);
    world.index.onNews(holder, null);
    world.bank.onNews(holder, null);
    world.counts.crashes++;
    world.note(`reactor ${holder} dies ${how}`);
    fleet.rota.lookAt(clock.nowMs());
    clock.after(chance.between(500, 4_000, "restart", holder), () => startReactor(crew));
  });
  const holder = fleet.enlist(life);
  const reactor = crew.sabotage(assemble(world, holder, life));
  runReactor(reactor, crew, life).catch((error: unknown) => {
    reactor.console.failed("start", error);
    life.die("at its start");
  });
}

function assemble(world: World, holder: number, life: Life): Reactor {
  const { clock, chance, chain, bank, faults } = world;
  return {
    store: tellDue(dieAnywhere(world.openStore(life), world, life), world),
    identity: {
      holder: () => holder,
      assertAlive: () => life.lived(async () => undefined),
      close: async () => life.die("by closing"),
    },
    world: {
      juno: junoClientOf(bank, world.access, clock, chance, life, faults, world.onFault),
      chain: chainClientOf(chain, life, wireTo(world, holder)),
    },
    signer: world.signer,
    headPolicy: {
      softConfirmations: CONFIRMATIONS,
      settled: { settledTag: "safe" },
      settledLarge: { settledTag: "finalized" },
    },
    facts: world.facts,
    stopping: new AbortController().signal,
    installationId: INSTALLATION_ID,
    shadow: false,
    console: {
      say: (line) => world.note(line),
      event: ({ paymentId, es }) => world.note(`payment ${paymentId ?? "-"}: ${es}`),
      // What a seed prints has its orders already: the world carries them out.
      order: () => undefined,
      failed: (doing, error) =>
        world.note(`failed: ${doing}: ${error instanceof Error ? error.message : String(error)}`),
    },
    payerPolicy: "accept",
    limits: {
      ...{ batch: world.crowd.batch, bankCalls: 8, chainCalls: 8, inFlight: 16, bankFloorMs: 0 },
      gasPriceCapWei: 10n ** 11n,
    },
    passing: strikeAtPoints(world, holder, life),
    monotonicMs: clock.nowMs,
    sleep: clock.sleep,
  };
}

/** What may happen to a call on its way to the node and back. */
function wireTo({ clock, chance, faults, onFault }: World, holder: number) {
  let calls = 0;
  return async (method: string, answer: () => unknown) => {
    const sends = method === "eth_sendRawTransaction";
    // viem loads a module in mid-call when an eth_call fails, which takes real time: the node never fails at it.
    if (method === "eth_call") return answer();
    const call = calls++;
    if (sends) await clock.sleep(chance.between(10, 80, "send", holder, call));
    if (!chance.hits(sends ? faults / 2 : faults / 100, "node", holder, call)) return answer();
    onFault(`node: ${method}`);
    if (sends && chance.hits(0.5, "accepted", holder, call)) answer();
    throw refusal(method, { code: -32_603, message: "the node is not there" });
  };
}

/** Tells the rota when legs are due: at once while there were some, else when the store says. */
function tellDue(store: Store, { clock, fleet }: World): Store {
  const { rota } = fleet;
  return {
    ...store,
    claimLegs: async (holder, limit) => {
      const claimed = await store.claimLegs(holder, limit);
      if (claimed.legs.length > 0) rota.lookAt(clock.nowMs());
      else rota.restUntil(claimed.nextDueMs);
      return claimed;
    },
  };
}
