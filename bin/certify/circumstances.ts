import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import type { Circumstances } from "./drawCertificate.ts";

const GIB = 1_024 ** 3;

/** When, of which commit and on what something is measured: asked before it begins. @throws Error without git, or outside a checkout. */
export function circumstances(checkout: string): Circumstances {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: checkout, encoding: "utf8" }).trim();
  const changed =
    git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!RELIABILITY.md", ":!BENCHMARKS.md") === ""
      ? ""
      : ", with changes";
  const cores = cpus();
  const model = cores[0]?.model.trim() ?? "unknown";
  return {
    at: new Date(),
    commit: `${git("rev-parse", "--short", "HEAD")}${changed}`,
    machine: `${cores.length} × ${model}, ${Math.round(totalmem() / GIB)} GiB, ${process.platform}, Node ${process.version}`,
  };
}
