import { randomBytes } from "node:crypto";

/** 24 to 64 bytes are asked for (Standard Webhooks, "Signature scheme"); SHA-256 uses no more than 32 better. */
const SECRET_BYTES = 32;

/** A new signing secret, written as Standard Webhooks has it. */
export const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
