import { html } from "hono/html";
import { type Field, fieldsOf, type Schema, typeOf } from "./fieldsOf.ts";
import type { Html } from "./frame.ts";

type Content = Readonly<Record<string, Readonly<{ schema: Schema }>>>;
type Operation = Readonly<{
  operationId: string;
  summary: string;
  tags: readonly string[];
  security: readonly Readonly<Record<string, readonly string[]>>[];
  parameters?: readonly Readonly<{
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema: Schema;
  }>[];
  requestBody?: Readonly<{ content: Content }>;
  responses: Readonly<Record<string, Readonly<{ description: string; content?: Content }>>>;
}>;
/** What the page reads of the API's document. */
export type Described = Readonly<{
  info: Readonly<{ description: string }>;
  tags: readonly Readonly<{ name: string; description: string }>[];
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: Readonly<{ schemas: Readonly<Record<string, Schema>> }>;
}>;

/** The API's document for people: every operation with its fields, its example and its answers. */
export function referencePage(document: Described): Html {
  const resolve = (schema: Schema): Schema =>
    schema.$ref === undefined
      ? schema
      : (document.components.schemas[schema.$ref.replace("#/components/schemas/", "")] ?? schema);
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = document.tags.map(({ name, description }) => ({
    ...{ name, description },
    own: operations.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const sections = groups.map(
    ({ name, description, own }) => html`<h2 id="${slug(name)}">${name}</h2><p>${description}</p>
${own.map(({ path, method, operation }) => section(method, path, operation, resolve))}`,
  );
  return html`<h1>Kustodia: API</h1>
${document.info.description.split("\n\n").map(paragraph)}
<nav class="index" aria-label="Operaciones / Operations">${groups.map(
    ({ name, own }) => html`<p>${name}</p>
<ul>${own.map(({ operation: { operationId, summary } }) => html`<li><a href="#${operationId}">${summary}</a></li>`)}</ul>`,
  )}</nav>
<main>${sections}</main>`;
}

function section(method: string, path: string, operation: Operation, resolve: (schema: Schema) => Schema): Html {
  const { operationId, summary, security, parameters = [], requestBody, responses } = operation;
  const [scope] = security.flatMap((one) => Object.values(one).flat());
  const body = requestBody?.content["application/json"]?.schema;
  const example = body && resolve(body).example;
  const taken = parameters.map(({ name, in: place, required = false, description, schema }) => ({
    name: `${name} (${place})`,
    type: typeOf(schema, resolve),
    required,
    description: description ?? "",
  }));
  return html`<h3 id="${operationId}"><span class="method">${method}</span> <code>${path}</code></h3>
<p>${summary}. <span class="quiet">${scope === undefined ? "Sin llave / no key" : `Permiso / scope: ${scope}`}</span></p>
${taken.length === 0 ? "" : html`<h4>Parámetros / Parameters</h4>${table(taken)}`}
${body === undefined ? "" : html`<h4>Cuerpo / Body</h4>${table(fieldsOf(body, resolve))}`}
${example === undefined ? "" : html`<pre tabindex="0">${JSON.stringify(example, null, 2)}</pre>`}
<h4>Respuestas / Answers</h4>
${Object.entries(responses).map(([status, { description, content = {} }]) => {
  const schema = content["application/json"]?.schema;
  const fields = schema === undefined ? [] : fieldsOf(schema, resolve);
  const told = html`<strong>${status}</strong> ${description}`;
  return fields.length === 0
    ? html`<p>${told}</p>`
    : html`<details><summary>${told}</summary>${table(fields)}</details>`;
})}`;
}

const table = (fields: readonly Field[]): Html =>
  html`<table><tbody>${fields.map(
    ({ name, type, required, description }) =>
      html`<tr><td><code>${name}</code>${required ? "" : html` <span class="quiet">?</span>`}</td><td class="quiet">${type}</td><td>${withCode(description)}</td></tr>`,
  )}</tbody></table>`;

const slug = (name: string) => name.replaceAll(" ", "-");

/** The little of Markdown that the document's own description has: paragraphs, lists, and code between backticks. */
function paragraph(text: string): Html {
  const items = text.split("\n").map((line) => withCode(line.replace(/^- /, "")));
  return text.startsWith("- ") ? html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>` : html`<p>${items}</p>`;
}

const withCode = (line: string) =>
  line.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
