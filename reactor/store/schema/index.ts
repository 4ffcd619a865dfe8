export * from "./access.ts";
export * from "./columns.ts";
export * from "./effect.ts";
export * from "./outside.ts";
export * from "./payment.ts";
export * from "./plan.ts";
export * from "./record.ts";
export * from "./watch.ts";
