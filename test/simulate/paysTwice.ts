import { bankPerformers } from "../../reactor/effects/performers.ts";

/** Loaded before the command: every redemption leaves twice, under two keys. */
const { redeem } = bankPerformers;
Object.assign(bankPerformers, {
  redeem: async (...[world, order]: Parameters<typeof redeem>) => {
    const [first] = order.key;
    await redeem(world, { ...order, key: `${first === "0" ? 1 : 0}${order.key.slice(1)}` });
    return redeem(world, order);
  },
});
