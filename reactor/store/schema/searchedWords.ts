import { type SQL, sql } from "drizzle-orm";

/** Which texts of a payment are searched, by table; in the order of their columns in the index. */
export const SEARCHED = {
  payment: ["external_id", "customer_id", "description"],
  party: ["payer_name", "recipient_legal_name"],
  payoutAccount: ["legal_name"],
} as const;

const ACCENTED = "áàäâéèëêíìïîóòöôúùüûñç";
const PLAIN = "aaaaeeeeiiiioooouuuunc";

/**
 * The words of some columns as they are indexed: lower case, without accents, and every sign a space, so that
 * `pedido-1001` is found by `1001`. An index is used only where a query has this very expression.
 */
export function searchedWords(columns: readonly string[]): SQL {
  const text = columns.map((name) => `coalesce(${name}, '')`).join(" || ' ' || ");
  return sql.raw(
    `to_tsvector('simple', regexp_replace(translate(lower(${text}), '${ACCENTED}', '${PLAIN}'), '[^a-z0-9]+', ' ', 'g'))`,
  );
}
