import { AsyncTask, CronJob, ToadScheduler } from "toad-scheduler";
import { cronOf, PROCESS_NAMES, type ProcessName } from "./processes.ts";

/**
 * Starts the five timers. A run that takes longer than its interval is not run beside itself: toad-scheduler prevents
 * that only when told to.
 * @returns what stops them.
 */
export function schedule(run: (name: ProcessName) => Promise<unknown>, onError: (error: Error) => void): () => void {
  const scheduler = new ToadScheduler();
  for (const name of PROCESS_NAMES) {
    const task = new AsyncTask(name, async () => void (await run(name)), onError);
    scheduler.addCronJob(new CronJob({ cronExpression: cronOf(name) }, task, { preventOverrun: true }));
  }
  return () => scheduler.stop();
}
