export * from "../../../bin/audit/bankBooks.ts";
