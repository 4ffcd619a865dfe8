import type { ExportedPayment } from "./exportedPayment.ts";

type Step = Readonly<{ payment: ExportedPayment }>;
type Refused = Step & Readonly<{ refused: string }>;

/** Something outside that one payment has, and others like it may have. */
type Candidate<Value> = Readonly<{ name: string; alike: string; at: number; value: Value }>;

export type Matching<S extends Step, Value> = Readonly<{
  /** What is matched, in Spanish, for a person. */
  what: string;
  /** Steps and candidates of one `alike` cannot be told from each other but by name. */
  alike: (step: S) => string;
  /** By which name the payment's row has it; undefined where it has none. */
  named: (step: S) => string | undefined;
  /** Whether the payment must have one, may have one, or cannot. */
  needs: (step: S) => "one" | "perhaps" | "none";
  candidates: readonly Candidate<Value>[];
  give: (step: S, value: Value) => S;
}>;

/**
 * Gives each payment what the outside shows of it. By name first: what is named must be there, be alike, and be named once. What
 * is left is given oldest first to those that must have one, if it is exactly as many, or as many as those that must and those
 * that may together. Anything else is refused: nobody guesses whose money it is.
 */
export function assignAlike<S extends Step, Value>(
  steps: readonly (S | Refused)[],
  { what, alike, named, needs, candidates, give }: Matching<S, Value>,
): readonly (S | Refused)[] {
  const open = steps.filter((step): step is S => !("refused" in step));
  const result = new Map<S, S | Refused>();
  const taken = new Set<string>();
  for (const step of open) {
    const name = named(step);
    if (name === undefined) continue;
    const found = candidates.find((one) => one.name === name);
    const isTwice = open.some((other) => other !== step && named(other) === name);
    const fits = found !== undefined && found.alike === alike(step) && !isTwice;
    if (fits) taken.add(name);
    result.set(
      step,
      fits ? give(step, found.value) : refusedFor(step, `${name}: no está entre sus ${what}, o no es de su monto`),
    );
  }
  const groups = new Map<string, S[]>();
  for (const step of open) {
    if (result.has(step) || needs(step) === "none") continue;
    groups.set(alike(step), [...(groups.get(alike(step)) ?? []), step]);
  }
  for (const [key, group] of groups) {
    const left = candidates.filter((one) => one.alike === key && !taken.has(one.name)).sort((a, b) => a.at - b.at);
    const must = group.filter((step) => needs(step) === "one").sort(byAge);
    const may = group.filter((step) => needs(step) === "perhaps").sort(byAge);
    const having =
      left.length === must.length ? must : left.length === group.length ? [...must, ...may].sort(byAge) : null;
    if (having === null) {
      const said = `afuera hay ${left.length} ${what} iguales sin dueño, y son ${group.length} las filas que podrían tenerlos: nómbrelos`;
      for (const step of group) result.set(step, refusedFor(step, said));
    }
    for (const [index, step] of (having ?? []).entries()) {
      const candidate = left[index];
      if (candidate) result.set(step, give(step, candidate.value));
    }
  }
  return steps.map((step) => ("refused" in step ? step : (result.get(step) ?? step)));
}

const byAge = (one: Step, other: Step) =>
  one.payment.created_at - other.payment.created_at || one.payment.id - other.payment.id;

const refusedFor = ({ payment }: Step, refused: string): Refused => ({ payment, refused });
