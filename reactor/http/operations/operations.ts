import { createKey } from "./createKey.ts";
import { liftSwitch } from "./liftSwitch.ts";
import type { Operation } from "./plan.ts";

/** All that persons do to the system, by the name under which a plan of it is stored. */
export const operations = {
  create_key: createKey,
  lift_kill_switch: liftSwitch,
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof operations;

export const isOperation = (name: string): name is OperationName => Object.hasOwn(operations, name);
