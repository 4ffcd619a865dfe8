/** Thrown in place of a call that would move money, while the kill switch is pulled. It proves that nothing was sent. */
export class OutgoingStopped extends Error {
  override readonly name = "OutgoingStopped";

  constructor() {
    super("Outgoing money is stopped by the kill switch: the call did not leave.");
  }
}
