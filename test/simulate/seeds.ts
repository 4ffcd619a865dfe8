import type { Sabotage } from "../../bin/simulate/startReactor.ts";
import type { Options } from "../../bin/simulate/world.ts";
import { trustsOldLeases } from "./sabotages.ts";

/** A bug that the machine once had, put back by `sabotage`, and a world in which it shows. */
type Kept = Readonly<{
  sabotage: Sabotage;
  /** Of what the bug makes happen. */
  message: RegExp;
  mendedBy: string;
  world: Options;
}>;

const crowd = { betweenPaymentsMs: 2_400, amounts: 3, batch: 20 };

/**
 * Seeds that found bugs. What a seed draws changes with every change of what it draws for, so that a bug may no longer show under its
 * seed: then `node --import tsx test/simulate/findSeed.ts "<bug>"` tries this world under one seed after the other until the
 * bug shows and, mended, does not; that seed's number goes here.
 */
export const SEEDS: Readonly<Record<string, Kept>> = {
  "a reactor that stood still between deciding and ordering pays a second time when it goes on": {
    sabotage: trustsOldLeases,
    message: /2 payouts went out/,
    mendedBy: "6333fff",
    world: { first: 1, payments: 12, crowd, seed: 56, faults: 0.3, only: null },
  },
};
