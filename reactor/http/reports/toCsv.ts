/** An amount as a cell has it: its digits, its point and its sign, never what a spreadsheet would count with. */
const AMOUNT = /^-?\d{1,15}\.\d{2}$/;
/** What a spreadsheet takes for the beginning of a formula, and what hides one from a look. */
const FORMULA = /^[=+\-@\t\r]/;
/** By this Excel knows UTF-8. */
const BYTE_ORDER_MARK = "\uFEFF";

export const CSV_TYPE = "text/csv; charset=utf-8";

/** A table as RFC 4180 has it. A text that a spreadsheet would run is made a text by an apostrophe; amounts stay exact. */
export function toCsv(rows: readonly (readonly (string | number | null)[])[]): string {
  return `${BYTE_ORDER_MARK}${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

function cell(value: string | number | null): string {
  const text = String(value ?? "");
  const safe = FORMULA.test(text) && !AMOUNT.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
