import type { Visitor } from "../site.ts";

/** What was just done, after the page has come back from doing it. @param what by its short name in the address. */
export function Done({ visitor: { say }, what }: { visitor: Visitor; what: string | undefined }) {
  if (what === undefined) return null;
  const word = {
    proceso: say.done_process,
    pago: say.done_payment,
    plan: say.done_plan,
    deposito: say.done_deposit,
    correo: say.done_mail,
  }[what];
  return (
    <p class="notice good" role="status">
      {word ?? say.done}
    </p>
  );
}
