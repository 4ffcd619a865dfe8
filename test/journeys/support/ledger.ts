export * from "../../../bin/audit/ledger.ts";
