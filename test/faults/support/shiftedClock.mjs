import { readFileSync } from "node:fs";

// Loaded into a reactor before anything else (`--import`): its wall clock is off by what the file says, in ms. Its monotonic
// clock goes on as it is, as it does when a machine's clock is set.
const file = process.env.SHIFTED_CLOCK_FILE ?? "";
const RealDate = Date;
let shiftMs = 0;
const look = () => {
  shiftMs = Number(readFileSync(file, "utf8"));
};
look();
setInterval(look, 100).unref();

globalThis.Date = class ShiftedDate extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + shiftMs);
    else super(...given);
  }
  static now() {
    return RealDate.now() + shiftMs;
  }
};
