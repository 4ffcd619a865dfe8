import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { clearDial } from "./admin/clearDial.ts";
import { landingPage } from "./admin/landingPage.ts";
import { refundIssuanceNow } from "./admin/refundIssuanceNow.ts";
import { returnPayoutNow } from "./admin/returnPayoutNow.ts";
import { setDial } from "./admin/setDial.ts";
import { showBooks } from "./admin/showBooks.ts";
import { showDial } from "./admin/showDial.ts";
import { showHealth, type Trouble } from "./admin/showHealth.ts";
import { showRequests } from "./admin/showRequests.ts";
import type { Bank } from "./bank.ts";
import { turnDial } from "./dial/turnDial.ts";
import { waitIfSlow } from "./dial/waitIfSlow.ts";
import { createBankAccount } from "./endpoints/createBankAccount.ts";
import { createClabe } from "./endpoints/createClabe.ts";
import { createMockDeposit } from "./endpoints/createMockDeposit.ts";
import { createRedemption } from "./endpoints/createRedemption.ts";
import { createWithdrawal } from "./endpoints/createWithdrawal.ts";
import { getBalances } from "./endpoints/getBalances.ts";
import { getClabe } from "./endpoints/getClabe.ts";
import { getTransaction } from "./endpoints/getTransaction.ts";
import { listBankAccounts } from "./endpoints/listBankAccounts.ts";
import { listClabes } from "./endpoints/listClabes.ts";
import { listDeposits } from "./endpoints/listDeposits.ts";
import { listFinancialMovements } from "./endpoints/listFinancialMovements.ts";
import { listTransactions } from "./endpoints/listTransactions.ts";
import { registerWebhook } from "./endpoints/registerWebhook.ts";
import { REFUSALS } from "./guesses.ts";
import { authenticate } from "./http/authenticate.ts";
import { Refusal } from "./http/refusal.ts";
import { createRequestLog, type RequestLog } from "./http/requestLog.ts";
import { createThrottle } from "./http/throttle.ts";

type App = Hono<{ Bindings: HttpBindings }>;

/** The bank's API behind its gateway (dial, throttle, authentication), and /sandbox beside it without one. */
export function createApp(bank: Bank, apiKeys: Readonly<Record<string, string>>, trouble: () => Trouble): App {
  const app: App = new Hono();
  const requestLog = createRequestLog(bank.now);
  const juno = junoApi(bank, apiKeys, requestLog);
  const endpoints = new Set(
    juno.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path}`),
  );

  app.get("/", landingPage(endpoints));
  app.get("/sandbox/books", showBooks(bank));
  app.get("/sandbox/health", showHealth(trouble));
  app.get("/sandbox/requests", showRequests(requestLog));
  app.get("/sandbox/dial", showDial(bank));
  app.post("/sandbox/dial", setDial(bank, endpoints));
  app.delete("/sandbox/dial", clearDial(bank));
  // A buyer has no key of ours: their bank just pays. The signed route is the one that Juno documents.
  app.post("/sandbox/deposits", createMockDeposit(bank));
  app.post("/sandbox/return-payout", returnPayoutNow(bank));
  app.post("/sandbox/refund-issuance", refundIssuanceNow(bank));
  app.route("/", juno);

  app.notFound(() => new Refusal(REFUSALS.notFound).response());
  app.onError((error) => {
    if (error instanceof Refusal) return error.response();
    bank.work.failures.push(error);
    return new Refusal(REFUSALS.internal).response();
  });
  return app;
}

function junoApi(bank: Bank, apiKeys: Readonly<Record<string, string>>, requestLog: RequestLog): App {
  const api: App = new Hono();
  const throttle = createThrottle(bank.rules, bank.now);
  api.use(
    requestLog.middleware,
    turnDial(bank.dial, { throttle }),
    throttle.middleware,
    authenticate(apiKeys),
    waitIfSlow(bank.dial, bank.work),
  );

  api.get("/mint_platform/v1/transactions", listTransactions(bank));
  api.get("/mint_platform/v1/transactions/:id", getTransaction(bank));
  api.get("/mint_platform/v1/financial_movements", listFinancialMovements(bank));
  api.get("/mint_platform/v1/balances", getBalances(bank));
  api.post("/mint_platform/v1/clabes", createClabe(bank));
  api.get("/spei/v1/clabes", listClabes(bank));
  api.get("/spei/v1/clabes/:clabe", getClabe(bank));
  api.get("/spei/v1/deposits", listDeposits(bank));
  api.post("/spei/test/deposits", createMockDeposit(bank));
  api.post("/mint_platform/v1/withdrawals", createWithdrawal(bank));
  api.post("/mint_platform/v1/redemptions", createRedemption(bank));
  api.get("/mint_platform/v1/accounts/banks", listBankAccounts(bank));
  api.post("/mint_platform/v1/accounts/banks", createBankAccount(bank));
  api.post("/v4/webhooks", registerWebhook(bank));
  return api;
}
