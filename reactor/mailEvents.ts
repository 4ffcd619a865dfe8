import { openMailServer } from "./openMailServer.ts";
import type { StoredEvent } from "./store/appendEvent.ts";

export type AlertMail = Readonly<{ smtpUrl: string; from: string; to: string }>;

/**
 * Makes what writes alerts to whoever is on call. What does not leave is not kept: an alert that nobody has taken is told
 * again in a quarter of an hour, and a day without «todo en calma» is itself a sign.
 * @throws from the returned function, Error when the mail server does not take it.
 */
export function mailEvents({ smtpUrl, from, to }: AlertMail): (events: readonly StoredEvent[]) => Promise<void> {
  const send = openMailServer(smtpUrl);
  return async (events) => {
    for (const { es, en } of events) {
      await send({ from, to, subject: `Kustodia: ${es}`, text: `${es}\n\n${en}\n\nRUNBOOK.md` });
    }
  };
}
