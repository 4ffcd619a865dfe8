import process from "node:process";
import { migrate } from "../../reactor/store/migrate.ts";
import { databaseUrl } from "../operate/databaseUrl.ts";
import { provideTripwireRole } from "../stack/provideTripwireRole.ts";

/**
 * What must be in a database before the first program of a version runs on it: our tables, and the role of the tripwire, whose
 * rights are on them. Done again it changes nothing but that role's password.
 */
const password = process.env.TRIPWIRE_DATABASE_PASSWORD;
if (!password) throw new Error("Falta TRIPWIRE_DATABASE_PASSWORD. / TRIPWIRE_DATABASE_PASSWORD is missing.");
const url = databaseUrl();
const installation = await migrate(url);
const role = await provideTripwireRole(url, password);
if (role === null)
  throw new Error(
    "Este usuario de la base no puede crear el rol del vigía: cree uno como dice el README. / This database user may not make the tripwire's role: make one as the README says.",
  );
process.stdout.write(
  `Instalación ${installation}: tablas al día. / Installation ${installation}: tables up to date.\n`,
);
