import type { Child } from "hono/jsx";
import type { Visitor } from "../site.ts";
import { ActionForm, ReasonField } from "./ActionForm.tsx";

type ReasonedActionProps = Readonly<{
  visitor: Visitor;
  action: string;
  label: string;
  tone?: "main" | "danger";
  /** What is acted on, as it is shown: refused when it has changed since. */
  version?: string;
  children?: Child;
}>;

/** An action that asks why, folded under its own name: a list of them stays a list. */
export const ReasonedAction = ({ visitor, action, label, tone = "danger", version, children }: ReasonedActionProps) => (
  <details class="reasoned">
    <summary>{label}</summary>
    <ActionForm visitor={visitor} action={action} label={label} tone={tone}>
      {version !== undefined && <input type="hidden" name="version" value={version} />}
      {children}
      <ReasonField visitor={visitor} />
    </ActionForm>
  </details>
);
