import { expect, test } from "vitest";
import { cronOf, nextRunMs, PROCESS_NAMES } from "../../reactor/timers/processes.ts";

const at = (time: string) => Date.parse(`2025-06-23T${time}Z`);

test.each([
  ["deposits", "21:47:08", "21:50:00"],
  ["withdrawals", "21:47:08", "21:49:00"],
  // Cron starts each hour anew: after minute 56 comes the full hour, not minute 63.
  ["withdrawals", "21:57:00", "22:00:00"],
  ["custodies", "21:50:00", "22:00:00"],
  ["payouts", "21:47:08", "22:00:00"],
  ["sync", "21:00:00", "22:00:00"],
  ["sync", "21:59:59", "22:00:00"],
] as const)("%s at %s runs next at %s", (name, now, next) => {
  expect(nextRunMs(name, at(now))).toBe(at(next));
});

test("the schedules are the client's cron expressions", () => {
  expect(PROCESS_NAMES.map(cronOf)).toEqual([
    "*/5 * * * *",
    "*/7 * * * *",
    "*/10 * * * *",
    "*/15 * * * *",
    "0 * * * *",
  ]);
});
