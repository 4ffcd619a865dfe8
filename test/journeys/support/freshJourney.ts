import { type FreshSystem, type FreshSystemOptions, freshSystem } from "../../harness/freshSystem.ts";
import { untilRebuilt } from "./untilRebuilt.ts";

/**
 * A fresh system for whole payments, which does not end before its books, derived from bank and chain alone, say what they
 * say: that is `npm run rebuild -- --check`.
 * @param differs what this journey does behind the books' back, `kind pesos` of each; nothing when left out.
 */
export async function freshJourney(
  options: FreshSystemOptions = {},
  differs: readonly string[] = [],
): Promise<FreshSystem> {
  const system = await freshSystem(options);
  return {
    ...system,
    close: async () => {
      try {
        await untilRebuilt(system.environment, differs);
      } finally {
        await system.close();
      }
    },
  };
}
