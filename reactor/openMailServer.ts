import { createTransport, type SendMailOptions } from "nodemailer";

/** A server that answers no sooner is as good as down. */
const ANSWER_WITHIN_MS = 10_000;

/**
 * Makes what hands mails to a server, `smtps://user:password@host`; nothing is opened before the first.
 * @throws from the returned function, Error when the server does not take it; `responseCode` is its answer, if it gave one.
 */
export function openMailServer(smtpUrl: string): (mail: SendMailOptions) => Promise<void> {
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
  return async (mail) => {
    await transport.sendMail(mail);
  };
}
