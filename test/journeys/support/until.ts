export * from "../../../bin/stack/until.ts";
