import { termOf } from "../../reactor/payments/terms.ts";

/* What the API answers, in lines for a person: Spanish first. Each takes what it reads of an answer and no more. */

type Words = Readonly<{ es: string; en: string }>;

export function tellStatus(status: {
  processes: readonly { name: string; last_run: { started_at: string; error: string | null } | null }[];
  outgoing: { stopped: boolean; why: string | null };
  breaks: { open: number };
  indexer: { indexed_block: string | null; latest_block: string | null; stale: boolean };
}): string {
  const { processes, outgoing, breaks, indexer } = status;
  return [
    outgoingLine(outgoing.stopped, outgoing.why),
    `Índice / index: ${indexer.indexed_block ?? "—"} de / of ${indexer.latest_block ?? "—"}${indexer.stale ? ", atrasado / stale" : ""}`,
    `Descuadres abiertos / open breaks: ${breaks.open}`,
    ...processes.map(({ name, last_run }) =>
      `${name}  ${last_run?.started_at ?? "—"}  ${last_run?.error ?? ""}`.trimEnd(),
    ),
  ].join("\n");
}

export const tellPayment = (payment: {
  id: number;
  status: string;
  amount: string;
  amount_due: string;
  created_at: string;
  external_id: string | null;
}): string =>
  `${payment.id}  ${payment.status}  $${payment.amount} MXN  por pagar / due $${payment.amount_due}  ${payment.created_at}  ${payment.external_id ?? ""}`.trimEnd();

export const tellWhy = ({ es, en }: Words): string => `${es}\n${en}`;

export const tellBalances = ({
  at,
  balances,
}: {
  at: string | null;
  balances: Readonly<Record<string, string>>;
}): string =>
  [
    at ?? "ahora / now",
    ...Object.entries(balances).map(([name, pesos]) => `${name.padEnd(12)} ${pesos.padStart(18)}`),
  ].join("\n");

export function tellLegs({
  legs,
}: {
  legs: readonly (Readonly<{ id: number; kind: string; state: string; review_from: string | null }> & {
    exits: readonly { outcome: string; to: string; persons: number; evidence: readonly string[] }[];
  })[];
}): string {
  return legs
    .flatMap(({ id, kind, state, review_from, exits }) => [
      `${id}  ${kind}  ${state}${review_from === null ? "" : ` (${review_from})`}`,
      ...exits.map(({ outcome, to, persons, evidence }) =>
        `    ${outcome} → ${to}  ${persons} ${persons === 1 ? "persona / person" : "personas / persons"}  ${evidence.join(", ")}`.trimEnd(),
      ),
    ])
    .join("\n");
}

export function tellOperated({ done, hash, plan }: { done: boolean; hash: string | null; plan: Words }): string {
  return done
    ? `Hecho: ${plan.es}\nDone: ${plan.en}`
    : `${plan.es}\n${plan.en}\nOtra persona lo confirma / Another person confirms it:\n  npm run cli -- confirm ${hash}`;
}

export const tellPlans = ({
  plans,
}: {
  plans: readonly { hash: string; proposed_by: string; expires_at: string; reason: string; plan: Words }[];
}): string =>
  plans
    .map(
      ({ hash, proposed_by, expires_at, reason, plan }) =>
        `${hash}\n  ${proposed_by}: ${plan.es} («${reason}»)  → ${expires_at}`,
    )
    .join("\n") || "Ninguno / none";

export const tellControls = ({
  controls,
}: {
  controls: readonly { name: string; value: string; configured: string; differs: boolean; set_by: readonly string[] }[];
}): string =>
  controls
    .map(({ name, value, configured, differs, set_by }) => {
      const by = set_by.join(", ") || "primer arranque / first start";
      const other = differs ? `  ⚠ la configuración dice / the configuration says ${configured}` : "";
      return `${name.padEnd(15)} ${value}  ${by}${other}`;
    })
    .join("\n");

export const tellLanes = ({
  lanes,
}: {
  lanes: readonly {
    name: string;
    account: string;
    chain_id: number | null;
    state: string;
    open_payments: number;
    bridge_wallet: string | null;
  }[];
}): string =>
  lanes
    .map(({ name, account, chain_id, state, open_payments, bridge_wallet }) => {
      const [es, en] = [termOf("lane_state", state, "es"), termOf("lane_state", state, "en")];
      return `${name.padEnd(15)} ${account.padEnd(15)} ${String(chain_id ?? "—").padEnd(8)} ${es} / ${en}  ${open_payments}  ${bridge_wallet ?? "—"}`;
    })
    .join("\n");

/** What an operator reads of the kill switch. */
export type KillSwitch = Readonly<{
  killed: boolean;
  /** Newest first. */
  history: readonly Readonly<{
    id: number;
    why: string;
    pulled_by: string;
    pulled_at: string;
    lifted_by: readonly string[] | null;
    lift_reason: string | null;
    lifted_at: string | null;
  }>[];
}>;

export function tellKillSwitch({ killed, history }: KillSwitch): string {
  const lines = history.flatMap(({ id, why, pulled_by, pulled_at, lifted_by, lift_reason, lifted_at }) => [
    `${lifted_at === null ? "⛔" : "  "} ${id}  ${pulled_at}  ${pulled_by}: ${why}`,
    ...(lifted_by ? [`      ${lifted_at}  ${lifted_by.join(", ")}: ${lift_reason}`] : []),
  ]);
  return [outgoingLine(killed, null), ...lines].join("\n");
}

const outgoingLine = (stopped: boolean, why: string | null) =>
  stopped
    ? `Salidas de dinero: DETENIDAS / Outgoing money: STOPPED${why === null ? "" : `: ${why}`}`
    : "Salidas de dinero: abiertas / Outgoing money: on";

export const tellKeys = ({
  keys,
}: {
  keys: readonly {
    id: string;
    owner: string;
    scopes: readonly string[];
    expires_at: string;
    revoked_at: string | null;
    last_used_at: string | null;
  }[];
}): string =>
  keys
    .map(({ id, owner, scopes, expires_at, revoked_at, last_used_at }) => {
      const end = revoked_at === null ? `vence / expires ${expires_at}` : `revocada / revoked ${revoked_at}`;
      return `${id}  ${owner}  ${scopes.join(",")}  ${end}  último uso / last use ${last_used_at ?? "—"}`;
    })
    .join("\n");

export function tellReceipt({
  payment,
  legs,
  pending,
}: {
  payment: { id: number; status: string; amount: string; amount_due: string };
  legs: readonly {
    leg: string;
    amount: string;
    state_es: string;
    movements: readonly {
      es: string;
      at: string | null;
      amount: string | null;
      proof: Readonly<Record<string, unknown>> & { kind: string };
    }[];
  }[];
  pending: readonly Words[];
}): string {
  return [
    `Pago ${payment.id}  ${payment.status}  $${payment.amount} MXN  por pagar / due $${payment.amount_due}`,
    ...legs.flatMap(({ leg, amount, state_es, movements }) => [
      `${leg}  $${amount}  ${state_es}`,
      ...movements.map(
        ({ es, at, amount: moved, proof }) =>
          `    ${at ?? "—"}  ${es}${moved === null ? "" : `  $${moved}`}  ${referenceOf(proof)}`,
      ),
    ]),
    ...pending.map(({ es, en }) => `Falta / to come: ${es} / ${en}`),
  ].join("\n");
}

/** What bank or chain is asked for. */
const referenceOf = (proof: Readonly<Record<string, unknown>>) =>
  String(proof.transaction_hash ?? proof.transaction_id ?? proof.deposit_id ?? proof.refund_id ?? "");

export function tellVerified({
  payment,
  findings,
  notChecked,
}: {
  payment: number;
  findings: readonly { what: string; differs: string | null }[];
  notChecked: readonly string[];
}): string {
  const wrong = findings.filter(({ differs }) => differs !== null);
  const verdict =
    wrong.length === 0
      ? `Pago ${payment}: ${findings.length} comprobaciones, todas coinciden con la cadena. / ${findings.length} checks, all agree with the chain.`
      : `Pago ${payment}: ${wrong.length} de ${findings.length} comprobaciones NO coinciden. / ${wrong.length} of ${findings.length} checks DIFFER.`;
  return [
    ...findings.map(({ what, differs }) => (differs === null ? `✓ ${what}` : `✗ ${what}: ${differs}`)),
    ...notChecked.map((what) => `· sin comprobar / not checked: ${what}`),
    verdict,
  ].join("\n");
}
