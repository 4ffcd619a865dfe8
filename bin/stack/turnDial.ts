import type { z } from "zod";
import type { fault } from "../../sandbox/dial/fault.ts";

/** Sets faults of the bank. @throws Error when the sandbox does not know one of them. */
export async function turnDial(sandbox: { url: string }, faults: readonly z.input<typeof fault>[]): Promise<void> {
  const response = await fetch(`${sandbox.url}/sandbox/dial`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(faults),
  });
  if (!response.ok) throw new Error(`The sandbox refused the dial: ${await response.text()}`);
}
