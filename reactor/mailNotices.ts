import { setTimeout as sleep } from "node:timers/promises";
import { openMailServer } from "./openMailServer.ts";
import { describeNotice } from "./payments/noticeWords.ts";
import type { StoredEvent } from "./store/appendEvent.ts";
import { type ClaimedNotice, claimNotice } from "./store/claimNotice.ts";
import type { Database } from "./store/database.ts";
import { drawLink } from "./store/linkText.ts";
import { addLink } from "./store/paymentLinks.ts";
import { type Noticed, saveNotice } from "./store/saveNotice.ts";
import { RETRY_AFTER_MS, retryInMs } from "./webhooks/retries.ts";

/** By which server, from whom, and where customers reach the pages, `https://pagos.ejemplo.mx`. */
export type NoticeMail = Readonly<{ smtpUrl: string; from: string; publicUrl: string }>;

export type Mailer = Readonly<{
  db: Database;
  mail: NoticeMail;
  /** Part of each mail's own name, by which a repeat of it is known to be one. */
  installationId: string;
  /** From 0 up to 1. */
  random: () => number;
  show: (event: StoredEvent) => void;
  failed: (doing: string, error: unknown) => void;
}>;

/** Mails on their way at once: a server that hangs holds up these, and nothing but mails. */
const AT_ONCE = 4;
const LOOK_EVERY_MS = 1_000;
/** From here on a server's answer is a no for ever (RFC 5321, 4.2.1). */
const FOR_EVER = 500;

/**
 * Mails buyers and sellers what became of their payment, until it is stopped. Each mail is a row that was written with its
 * event, is sent under a lease, and repeated for three days as a webhook is.
 * @returns what stops it, when the mails on their way are answered.
 */
export function mailNotices(mailer: Mailer): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const send = openMailServer(mailer.mail.smtpUrl);
  const work = async () => {
    while (!signal.aborted) {
      const claimed = await claimNotice(mailer.db);
      if (claimed === null) return;
      const tried = await tell(mailer, send, claimed);
      for (const event of await mailer.db.transaction((tx) => saveNotice(tx, claimed, tried))) mailer.show(event);
    }
  };
  const watch = async () => {
    while (!signal.aborted) {
      const done = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
      for (const one of done) if (one.status === "rejected") mailer.failed("correo", one.reason);
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  };
  const watching = watch();
  return async () => {
    stopping.abort();
    await watching;
  };
}

/** One try. Each has a link of its own: what a mail says that was lost on the way cannot be said again, only its hash is kept. */
async function tell(
  { db, mail, installationId, random }: Mailer,
  send: ReturnType<typeof openMailServer>,
  { id, attempts, paymentId, audience, email, stale, approves, ...noticed }: ClaimedNotice,
): Promise<Noticed> {
  if (email === null) return { sent: false, error: "ya no hay dirección", retryInMs: null };
  if (stale) return { sent: false, error: "ya no es noticia", retryInMs: null };
  const { path, tokenHash } = drawLink();
  await addLink(db, { paymentId, audience, tokenHash, actor: "kustodia", approves });
  const written = describeNotice({ paymentId, approves, ...noticed }, new URL(path, mail.publicUrl).href);
  // The same at each try: a mail that comes twice, since nobody could store that it had left, is one to most mailboxes.
  const messageId = `<aviso-${id}.${installationId}@${mail.from.split("@")[1]}>`;
  try {
    await send({ from: mail.from, to: email, messageId, ...written });
    return { sent: true };
  } catch (error) {
    const code = codeOf(error);
    const again = code !== null && code >= FOR_EVER ? null : retryInMs(RETRY_AFTER_MS, attempts + 1, random());
    return { sent: false, error: code === null ? "sin respuesta del servidor" : `SMTP ${code}`, retryInMs: again };
  }
}

/** What the server answered, and not in its words, which may quote the address; null where it answered nothing. */
const codeOf = (error: unknown): number | null =>
  error instanceof Error && "responseCode" in error && typeof error.responseCode === "number"
    ? error.responseCode
    : null;
