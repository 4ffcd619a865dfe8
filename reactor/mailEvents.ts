import { createTransport } from "nodemailer";
import type { StoredEvent } from "./store/appendEvent.ts";

export type Mail = Readonly<{ smtpUrl: string; from: string; to: string }>;

/** A server that answers no sooner is as good as down: the alert is told again in a quarter of an hour. */
const ANSWER_WITHIN_MS = 10_000;

/**
 * Makes what writes alerts to whoever is on call. What does not leave is not kept: an alert that nobody has taken is told
 * again, and a day without «todo en calma» is itself a sign.
 * @throws from the returned function, Error when the mail server does not take it.
 */
export function mailEvents({ smtpUrl, from, to }: Mail): (events: readonly StoredEvent[]) => Promise<void> {
  const url = new URL(smtpUrl);
  const transport = createTransport({
    host: url.hostname,
    port: Number(url.port || (url.protocol === "smtps:" ? 465 : 587)),
    secure: url.protocol === "smtps:",
    ...(url.username !== "" && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    connectionTimeout: ANSWER_WITHIN_MS,
    socketTimeout: ANSWER_WITHIN_MS,
  });
  return async (events) => {
    for (const { es, en } of events) {
      await transport.sendMail({ from, to, subject: `Kustodia: ${es}`, text: `${es}\n\n${en}\n\nRUNBOOK.md` });
    }
  };
}
