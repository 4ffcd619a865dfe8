export * from "../../../bin/audit/chainBooks.ts";
