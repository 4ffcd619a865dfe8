/**
 * The records of a CSV (RFC 4180: quoted fields may hold commas, quotes doubled and line ends), each by its header's names. An
 * empty field is left out. `line` is where the record begins in the file, from 1.
 * @throws Error for a quote that never ends, or a record with more fields than the header.
 */
export function parseCsv(
  text: string,
): readonly Readonly<{ line: number; fields: Readonly<Record<string, string>> }>[] {
  const [header, ...records] = readRecords(text.replace(/^\uFEFF/, ""));
  if (header === undefined) return [];
  return records.map(({ line, values }) => {
    if (values.length > header.values.length) {
      throw new Error(
        `Línea ${line}: ${values.length} campos, y el encabezado tiene ${header.values.length}. / Line ${line}: more fields than the header.`,
      );
    }
    const named = header.values.map((name, index) => [name.trim(), values[index] ?? ""] as const);
    return { line, fields: Object.fromEntries(named.filter(([, value]) => value !== "")) };
  });
}

type CsvRecord = Readonly<{ line: number; values: readonly string[] }>;

function readRecords(text: string): readonly CsvRecord[] {
  const records: CsvRecord[] = [];
  let line = 1;
  let begun = line;
  let values: string[] = [];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/y;
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (match === null) throw new Error(`Línea ${line}: comillas sin cerrar. / Line ${line}: a quote does not end.`);
    const [whole, value = "", end = ""] = match;
    values.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    line += whole.split("\n").length - 1;
    if (end === ",") continue;
    if (values.some((one) => one !== "")) records.push({ line: begun, values });
    values = [];
    begun = line;
  }
  if (values.length > 0) records.push({ line: begun, values });
  return records;
}
