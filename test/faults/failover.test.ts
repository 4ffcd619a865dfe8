import { expect, test } from "vitest";
import { findServer } from "../../bench/failover/findServer.ts";
import { runTiny } from "../bench/runTiny.ts";

test.skipIf(findServer() === null)(
  "the primary is killed under load: its synchronous replica has lost nothing and all are paid; one that is behind stops money; nothing is there twice",
  async () => {
    expect(await runTiny("failover")).toMatchObject({
      ...{ duplicates: 0, lostSynchronous: 0 },
      recoveryMs: expect.any(Number),
      lostAsynchronous: expect.any(Number),
    });
  },
  240_000,
);
