import { ponder } from "ponder:registry";
import { escrowEvent } from "../ponder.schema.ts";

ponder.on("KustodiaEscrow:EscrowCreated", async ({ event, context }) => {
  await context.db.insert(escrowEvent).values({ id: event.id, kind: "EscrowCreated", escrowId: event.args.escrowId });
});

ponder.on("KustodiaEscrow:EscrowFunded", async ({ event, context }) => {
  await context.db.insert(escrowEvent).values({ id: event.id, kind: "EscrowFunded", escrowId: event.args.escrowId });
});

ponder.on("KustodiaEscrow:EscrowReleased", async ({ event, context }) => {
  await context.db.insert(escrowEvent).values({ id: event.id, kind: "EscrowReleased", escrowId: event.args.escrowId });
});
