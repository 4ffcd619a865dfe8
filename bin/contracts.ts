/** The contracts' command: `npm run contracts -- build | abis | test | snapshot | check`. */
import { writeAbis } from "./contracts/abis.ts";
import { buildContracts } from "./contracts/build.ts";
import { forge } from "./contracts/forge.ts";

// A fuzz or invariant test uses other gas at each seed: only plain tests can be compared.
const plainTests = ["--no-match-test", "^(testFuzz|invariant)"];

const verbs: Record<string, () => Promise<unknown>> = {
  build: buildContracts,
  abis: writeAbis,
  test: () => forge(["test"], true),
  snapshot: () => forge(["snapshot", ...plainTests], true),
  check: async () => {
    await forge(["fmt", "--check"], true);
    await forge(["test"], true);
    await forge(["snapshot", "--check", ...plainTests], true);
  },
};

const verb = verbs[process.argv[2] ?? ""];
if (verb) {
  await verb().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
} else {
  console.error(`Usage: npm run contracts -- ${Object.keys(verbs).join(" | ")}`);
  process.exitCode = 2;
}
