import { bankPerformers, chainPerformers } from "../../reactor/effects/performers.ts";
import type { SendAction } from "../../reactor/payments/table.ts";
import { CRASH_POINTS, type CrashPoint } from "../../reactor/reactor.ts";
import { plans, type Rail } from "./plans.ts";

export const OUTCOMES = ["ok", "refused", "happened", "did_not_happen"] as const;
/** How the call ends: answered yes, answered no, or never answered, and then it had happened or it had not. */
export type Outcome = (typeof OUTCOMES)[number];

/** What leaves for the bank or the chain: every action of the tables, and the allowance, which the lane keeps by itself. */
export type CertifiedAction = SendAction | "approve";

export type Cell = Readonly<{ action: CertifiedAction; point: CrashPoint; outcome: Outcome }>;

const NOTHING_LEFT = "nothing has left yet: there is no answer, and no silence";
const NO_INTENT = "a refused simulation ends the look at the call: no intent is stored";
const NOTHING_STORED = "a broadcast that was not accepted stores nothing: there is no commit to die after";
const NO_ORDER = "a refused simulation ends the look at the allowance: there is no order";

const SILENCE_BEFORE_SENDING = { happened: NOTHING_LEFT, did_not_happen: NOTHING_LEFT } as const;
const NO_COMMIT = { refused: NOTHING_STORED, happened: NOTHING_STORED, did_not_happen: NOTHING_STORED } as const;

/** The cells that cannot exist, each with its reason. A call to the chain is refused by its simulation, before its intent. */
const VOID: Readonly<Record<Rail, Partial<Record<CrashPoint, Partial<Record<Outcome, string>>>>>> = {
  bank: {
    before_intent: { refused: NOTHING_LEFT, ...SILENCE_BEFORE_SENDING },
    after_intent: { refused: NOTHING_LEFT, ...SILENCE_BEFORE_SENDING },
  },
  chain: {
    before_intent: SILENCE_BEFORE_SENDING,
    after_intent: { refused: NO_INTENT, ...SILENCE_BEFORE_SENDING },
    after_commit: NO_COMMIT,
  },
  allowance: {
    before_intent: { refused: NO_ORDER, ...SILENCE_BEFORE_SENDING },
    after_intent: { refused: NO_ORDER, ...SILENCE_BEFORE_SENDING },
    after_commit: NO_COMMIT,
  },
};

/** Why a cell cannot exist; undefined for a live one. */
export function voidReason({ action, point, outcome }: Cell): string | undefined {
  return VOID[plans[action].rail][point]?.[outcome];
}

/** Every action that has a performer, which is every one that the tables name, and the allowance. */
export function everyAction(): readonly CertifiedAction[] {
  return [...(Object.keys({ ...bankPerformers, ...chainPerformers }) as SendAction[]), "approve"];
}

/**
 * Every action × crash point × outcome, void ones included. The action changes fastest: two neighbours then disturb each
 * other least, since the faults of a cell are faults of one action.
 */
export function everyCell(): readonly Cell[] {
  return CRASH_POINTS.flatMap((point) =>
    OUTCOMES.flatMap((outcome) => everyAction().map((action): Cell => ({ action, point, outcome }))),
  );
}

export const cellName = ({ action, point, outcome }: Cell): string => `${action} · ${point} · ${outcome}`;
