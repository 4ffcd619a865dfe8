import type { Console } from "./reactor.ts";

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
  if (!(error instanceof Error)) return "Error desconocido";
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.message}${cause}`;
}
