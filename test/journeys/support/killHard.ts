/** Kills a process as a lost machine would: it can save and say nothing. Returns once it has ended. */
export async function killHard(part: { pid: number; stop(): Promise<unknown> }): Promise<void> {
  process.kill(part.pid, "SIGKILL");
  await part.stop();
}
