/** One thing that was compared with the chain, or with the rest of the receipt; `differs` says how it is otherwise. */
export type Finding = Readonly<{ what: string; differs: string | null }>;

export const differs = (what: string, how: string): Finding => ({ what, differs: how });

/** Compares one value of the receipt with what it should be. */
export function compare(what: string, written: unknown, found: unknown): Finding {
  if (written === found) return { what, differs: null };
  return differs(what, `el recibo dice / the receipt says ${written}; es / it is ${found}`);
}
