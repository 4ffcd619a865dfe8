import type { Circumstances } from "../bin/certify/drawCertificate.ts";
import type { Measured } from "./measured.ts";

type Row = readonly [name: string, value: string | number];

/** What one bench measured as Markdown, for its section of BENCHMARKS.md. */
export function drawMeasured(name: string, measured: Measured, made: Circumstances, versions: string): string {
  const { settings, figures, details, shown = {}, wrong, missed } = measured;
  return [
    `\`npm run bench -- ${name}\`, ${made.at.toISOString().slice(0, 16).replace("T", " ")} UTC, commit ${made.commit}`,
    `on ${made.machine}; ${versions}.`,
    ...(Object.keys(settings).length === 0 ? [] : [`Set: ${Object.entries(settings).map(said).join(", ")}.`]),
    "",
    "| | |",
    "|---|---|",
    ...Object.entries(figures).map(([key, value]): string => rowOf([`\`${name}.${key}\``, `**${value}**`])),
    ...Object.entries(details).map(rowOf),
    ...[...wrong, ...missed].flatMap((sentence) => ["", `✗ ${sentence}`]),
    ...Object.entries(shown).flatMap(([title, text]) => ["", `${title}:`, "", "```", text.trimEnd(), "```"]),
  ].join("\n");
}

const said = ([name, value]: Row) => `${name} ${value}`;
const rowOf = ([name, value]: Row) => `| ${name} | ${value} |`;
