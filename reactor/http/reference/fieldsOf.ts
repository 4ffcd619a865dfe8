/** A schema of the API's document, as far as the reference page shows it. */
export type Schema = Readonly<{
  $ref?: string;
  type?: string | readonly string[];
  format?: string;
  enum?: readonly unknown[];
  description?: string;
  example?: unknown;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  allOf?: readonly Schema[];
  anyOf?: readonly Schema[];
  additionalProperties?: boolean | Schema;
}>;

export type Field = Readonly<{ name: string; type: string; required: boolean; description: string }>;

/** Deeper fields are named by the schema that they belong to. */
const DEEPEST = 3;

/** An object's fields in one list, those within it under its name: `payer.id`, `legs[].state`. */
export function fieldsOf(
  schema: Schema,
  resolve: (schema: Schema) => Schema,
  prefix = "",
  depth = 0,
): readonly Field[] {
  const whole = resolve(schema);
  const parts = [whole, ...(whole.allOf ?? []).map(resolve)];
  return parts.flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).flatMap(([name, given]) => {
      const field = resolve(given);
      const path = `${prefix}${name}`;
      const row = {
        name: path,
        type: typeOf(field, resolve),
        required: required.includes(name),
        description: field.description ?? "",
      };
      const [inner, under] = field.items === undefined ? [field, `${path}.`] : [field.items, `${path}[].`];
      return depth < DEEPEST ? [row, ...fieldsOf(inner, resolve, under, depth + 1)] : [row];
    }),
  );
}

export function typeOf(schema: Schema, resolve: (schema: Schema) => Schema): string {
  const whole = resolve(schema);
  if (whole.enum !== undefined) return whole.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (whole.items !== undefined) return `${typeOf(whole.items, resolve)}[]`;
  const types = [whole.type ?? "object"].flat().join(" | ");
  return whole.format === undefined ? types : `${types} (${whole.format})`;
}
