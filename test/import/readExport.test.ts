import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseCsv } from "../../bin/import/parseCsv.ts";
import { readExport } from "../../bin/import/readExport.ts";

const folder = mkdtempSync(join(tmpdir(), "kustodia-export-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ROW = {
  id: 81,
  status: "active",
  amount: "1500.50",
  customer_id: "u-7",
  payer_name: "Ana López",
  deposit_clabe: "646180110400000007",
  recipient_name: "Beto, S.A. de C.V.",
  payout_clabe: "002115016003269411",
  created_at: "2025-06-01T10:00:00-06:00",
  custody_end: "2025-06-23T21:47:08Z",
  transaction_id: "iss-1",
};

function read(name: string, content: unknown) {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return readExport(path);
}

test("their two tables and one flat table say the same, as JSON and as CSV", () => {
  const { custody_end, ...payment } = ROW;
  const escrow = { payment_id: 81, smart_contract_escrow_id: "7", custody_end, custody_amount: null };
  const flat = { ...ROW, smart_contract_escrow_id: "7" };
  const csv = [Object.keys(flat), Object.values(flat).map((value) => `"${value}"`)]
    .map((one) => one.join(","))
    .join("\r\n");
  const [ofTables] = read("tables.json", { payments: [payment], escrows: [escrow], events: [{ payment_id: 81 }] });
  const [ofFlat] = read("flat.json", [flat]);
  const [ofCsv] = read("flat.csv", `${csv}\r\n`);
  expect(ofTables).toMatchObject({ line: 1, payment: { id: 81, amount: 150_050n, smart_contract_escrow_id: "7" } });
  expect(ofFlat).toEqual(ofTables);
  expect(ofCsv).toEqual({ ...ofTables, line: 2 });
});

test.each([
  ["amount", "1500.505", /^amount: «1500.505» no; pesos con punto/],
  ["amount", "99.99", /^amount: «99.99» no; .* de 100.00/],
  ["status", "pagado", /^status: «pagado» no; pending, processing/],
  ["payout_clabe", "002115016003269412", /^payout_clabe: .* no; una CLABE/],
  ["custody_end", "2025-06-23 21:47:08", /^custody_end: .* no; fecha y hora con zona/],
  ["currency", "USD", /^currency: «USD» no; MXN/],
  ["payer_name", undefined, /^payer_name: falta/],
  ["monto", "1", /^monto: no se conoce; los campos son id, status/],
])("a row whose %s is %s is told by its field and what would do; the others are read", (field, value, words) => {
  const rows = read("wrong.json", [
    { ...ROW, [field]: value },
    { ...ROW, id: 82 },
  ]);
  expect(rows).toMatchObject([{ line: 1, id: "81", wrong: expect.stringMatching(words) }, { payment: { id: 82 } }]);
});

test("the same number twice is told at the second", () => {
  const said = { line: 2, wrong: expect.stringContaining("también en 1") };
  expect(read("twice.json", [ROW, ROW])).toMatchObject([{ payment: { id: 81 } }, said]);
});

test("a file of another shape is refused as a whole", () => {
  expect(() => read("other.json", { pagos: [] })).toThrow(/no tiene la forma/);
  expect(() => read("broken.json", "{")).toThrow(/no tiene la forma/);
});

test("CSV: quotes, commas and line ends within fields; records keep the line where they begin", () => {
  expect(parseCsv('\uFEFFa,b\n"1,5","dos\nlíneas"\n\n3,"di ""no"""\n')).toEqual([
    { line: 2, fields: { a: "1,5", b: "dos\nlíneas" } },
    { line: 5, fields: { a: "3", b: 'di "no"' } },
  ]);
  expect(() => parseCsv("a\n1,2\n")).toThrow(/Línea 2/);
  expect(() => parseCsv('a\n"1\n')).toThrow(/comillas/);
});
