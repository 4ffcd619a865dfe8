import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { drawOpenApi } from "../../bin/docs/drawOpenApi.ts";

type Node = { [name: string]: unknown };
type Operation = Node & { responses: Record<string, { content?: Record<string, { schema: Node }> }> };

/** The document by which every answer of these tests is judged. */
export const described = JSON.parse(drawOpenApi()) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Node> };
};

const paths = Object.keys(described.paths).map((path) => ({
  path,
  pattern: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`),
}));
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({ $id: "api", components: closed(described.components) });
const compiled = new Map<string, ValidateFunction>();

/**
 * Judges an answer by the API's document.
 * @throws Error when the document does not have it: its status, its content type, or a member of its body.
 */
export function judgeAnswer(method: string, url: string, response: Response, body: unknown): void {
  const path = url.split("?")[0] ?? url;
  const known = paths.find(({ pattern }) => pattern.test(path))?.path;
  const operation = known === undefined ? undefined : described.paths[known]?.[method.toLowerCase()];
  const type = (response.headers.get("content-type") ?? "").split(";")[0] ?? "";
  const { status } = response;
  const schema =
    operation === undefined
      ? status >= 400 && PROBLEM
      : (operation.responses[status] ?? operation.responses[`${String(status)[0]}XX`])?.content?.[type]?.schema;
  if (!schema) throw new Error(`openapi.json has no ${method} ${path} answered ${status} as ${type}.`);
  const text = JSON.stringify(schema);
  const validate = compiled.get(text) ?? ajv.compile(closed(JSON.parse(text.replaceAll('"#/', '"api#/'))));
  compiled.set(text, validate);
  if (validate(body)) return;
  throw new Error(
    `${method} ${path} answered ${status} otherwise than openapi.json says: ${ajv.errorsText(validate.errors)}`,
  );
}

const PROBLEM = { $ref: "#/components/schemas/Problem" };

/** A schema under which an object has no member that is not described: what the document forgets is a fault here. */
function closed(node: unknown): Node {
  return JSON.parse(JSON.stringify(node), (_name, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const schema = value as Node;
    const isObject = schema.properties !== undefined && schema.additionalProperties === undefined;
    return isObject ? { ...schema, unevaluatedProperties: false } : schema;
  }) as Node;
}
