import { randomUUID } from "node:crypto";
import type { Child } from "hono/jsx";
import type { Visitor } from "../site.ts";

/** What every form of ours carries, so that no other site's is taken for it. */
export const FormToken = ({ visitor }: { visitor: Pick<Visitor, "formToken"> }) => (
  <input type="hidden" name="formulario" value={visitor.formToken} />
);

type ActionFormProps = Readonly<{
  visitor: Visitor;
  action: string;
  label: string;
  /** `main`: what one came for. `danger`: what is not taken back. */
  tone?: "main" | "danger";
  children?: Child;
}>;

/** A form that does something once: sent twice, by a double click or a reload, it is given the first answer again. */
export function ActionForm({ visitor, action, label, tone, children }: ActionFormProps) {
  return (
    <form method="post" action={action} class="action">
      <FormToken visitor={visitor} />
      <input type="hidden" name="peticion" value={randomUUID()} />
      {children}
      <button type="submit" class={tone ?? ""}>
        {label}
      </button>
    </form>
  );
}

/** Why: every action of a person asks for it. */
export const ReasonField = ({ visitor: { say } }: { visitor: Visitor }) => (
  <label>
    {say.reason}
    <input name="reason" required maxlength={500} autocomplete="off" placeholder={say.reason_is_for_ever} />
  </label>
);
