import type { Console } from "./reactor.ts";
import { messageOf } from "./store/messageOf.ts";

/** Prints whole lines for people, through `write`. Times are the reader's own; nothing personal or secret is printed. */
export function speakTo(write: (line: string) => void): Console {
  return {
    say: write,
    event: ({ atMs, paymentId, es }) => {
      const time = new Date(atMs).toLocaleTimeString("es-MX", { hour12: false });
      write(`${time}  ${paymentId === null ? "sistema" : `pago ${paymentId}`}  ${es}`);
    },
    // The client's people grep for this line (client-system.md).
    failed: (doing, error) => write(`❌ Error procesando: ${doing}: ${inWords(error)}`),
  };
}

function inWords(error: unknown): string {
  const said = messageOf(error);
  const cause = error instanceof Error && error.cause instanceof Error ? messageOf(error.cause) : said;
  return cause === said ? said : `${said} (${cause})`;
}
