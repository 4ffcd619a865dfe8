import { fields, line } from "./fields.ts";

export const LONGEST_REASON = 500;

/** Why a person does it: asked for by every action of theirs, and kept in its event. */
export const reason = () => line(LONGEST_REASON);

/** What is told by an action that needs to be told nothing but why. */
export const reasoned = fields({ reason: reason() }).openapi("Reason", { example: { reason: "lo pidió el cliente" } });
export const reasonBody = { required: true, content: { "application/json": { schema: reasoned } } } as const;
