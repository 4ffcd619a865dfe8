import { killSwitchAt } from "./killSwitchAt.ts";

/** Two persons, each with their own key, let money leave again. */
export async function liftByTwo(
  reactor: { url: string },
  { persons: [one, other] }: { persons: readonly [string, string] },
  reason: string,
): Promise<void> {
  const { hash } = await killSwitchAt(reactor.url, one).lift(reason);
  await killSwitchAt(reactor.url, other).confirm(hash);
}
