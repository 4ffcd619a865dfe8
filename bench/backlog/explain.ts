import { type OpenDatabase, openDatabase } from "../../reactor/store/database.ts";

/** Postgres says in a notice how it carried out each statement, those in triggers too, and what each part took. The library is the superuser's to load. */
const TELL = `load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on;
  set auto_explain.log_analyze = on; set auto_explain.log_buffers = on;
  set client_min_messages = log`;

/** Tables that grow with each payment: reading one of them whole takes ever longer. */
const GROWING = ["payment", "party", "leg", "attempt", "claim", "transfer", "entry", "event", "seal"].concat([
  "chain_transaction",
  "bank_transaction",
  "spei_deposit",
]);
/** Of what has a table a month, the one with all that there was when it was divided stands for the others. */
const READ_WHOLE = new RegExp(
  `Seq Scan on (?:kustodia\\.)?"?(${GROWING.join("|")})(?:_before_\\d{4}_\\d{2})?"?\\b`,
  "g",
);

/** A database whose statements tell their plans. @property plansOf those of what `run` asks, as Postgres prints them. */
export type Explained = Readonly<{
  database: OpenDatabase;
  plansOf: (run: () => Promise<unknown>) => Promise<readonly string[]>;
}>;

export async function explained(databaseUrl: string): Promise<Explained> {
  const database = openDatabase(databaseUrl, 1, () => undefined);
  const heard: string[] = [];
  database.pool.on("connect", (client) => {
    client.on("notice", ({ message }) => {
      if (message?.includes("plan:")) heard.push(message);
    });
  });
  await database.pool.query(TELL);
  return {
    database,
    plansOf: async (run) => {
      heard.length = 0;
      await run();
      return [...heard];
    },
  };
}

/** The growing tables that these plans read whole. */
export const readWhole = (plans: readonly string[]): readonly string[] => [
  ...new Set(plans.flatMap((plan) => [...plan.matchAll(READ_WHOLE)].map(([, table]) => table ?? ""))),
];
