import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Where Debian's `postgresql` puts each major version. */
const DEBIAN = "/usr/lib/postgresql";

/**
 * The newest Postgres of this machine that can copy itself to a replica. npm's has no `pg_basebackup`.
 * @returns the folder that has `bin/`; null where there is none.
 */
export function findServer(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).map(Number).filter(Number.isInteger) : [];
  const folders = versions.toSorted((one, other) => other - one).map((version) => join(DEBIAN, String(version)));
  return (
    folders.find((folder) =>
      ["postgres", "pg_basebackup"].every((program) => existsSync(join(folder, "bin", program))),
    ) ?? null
  );
}
