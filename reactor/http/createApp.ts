import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import { timeout } from "hono/timeout";
import { admit } from "./admit.ts";
import { answerError, answerProblem } from "./answerError.ts";
import { answerOnce } from "./answerOnce.ts";
import type { ApiApp, ApiEnv } from "./caller.ts";
import { guardAnswers } from "./limits/guardAnswers.ts";
import { Problem } from "./Problem.ts";
import type { AppPorts } from "./ports.ts";
import { refuseInvalid } from "./refuseInvalid.ts";
import { acknowledgeAlert } from "./routes/acknowledgeAlert.ts";
import { changeControl } from "./routes/changeControl.ts";
import { changeEndpoint } from "./routes/changeEndpoint.ts";
import { changeLane } from "./routes/changeLane.ts";
import { confirmPlan } from "./routes/confirmPlan.ts";
import { correctAccount } from "./routes/correctAccount.ts";
import { createKey } from "./routes/createKey.ts";
import { followEvents } from "./routes/followEvents.ts";
import { liftSwitch } from "./routes/liftSwitch.ts";
import { linkPayment } from "./routes/linkPayment.ts";
import { listAlerts } from "./routes/listAlerts.ts";
import { listAudit } from "./routes/listAudit.ts";
import { listBreaks } from "./routes/listBreaks.ts";
import { listControls } from "./routes/listControls.ts";
import { listDeliveries } from "./routes/listDeliveries.ts";
import { listEndpoints } from "./routes/listEndpoints.ts";
import { listEvents } from "./routes/listEvents.ts";
import { listKeys } from "./routes/listKeys.ts";
import { listLanes } from "./routes/listLanes.ts";
import { listLegs } from "./routes/listLegs.ts";
import { listPayments } from "./routes/listPayments.ts";
import { listPlans } from "./routes/listPlans.ts";
import { listUnassigned } from "./routes/listUnassigned.ts";
import { operatePayment } from "./routes/operatePayment.ts";
import { postEndpoint } from "./routes/postEndpoint.ts";
import { postPayment } from "./routes/postPayment.ts";
import { pullSwitch } from "./routes/pullSwitch.ts";
import { receiveWebhook } from "./routes/receiveWebhook.ts";
import { redeliver } from "./routes/redeliver.ts";
import { removeEndpoint } from "./routes/removeEndpoint.ts";
import { returnDeposit } from "./routes/returnDeposit.ts";
import { revokeKey } from "./routes/revokeKey.ts";
import { rotateSecret } from "./routes/rotateSecret.ts";
import { sendLink } from "./routes/sendLink.ts";
import { showAbout } from "./routes/showAbout.ts";
import { showBalances } from "./routes/showBalances.ts";
import { showBreak } from "./routes/showBreak.ts";
import { showDay } from "./routes/showDay.ts";
import { showHealth } from "./routes/showHealth.ts";
import { showKillSwitch } from "./routes/showKillSwitch.ts";
import { showMetrics } from "./routes/showMetrics.ts";
import { showOverview } from "./routes/showOverview.ts";
import { showPayment } from "./routes/showPayment.ts";
import { showPlan } from "./routes/showPlan.ts";
import { showReceipt } from "./routes/showReceipt.ts";
import { showReference } from "./routes/showReference.ts";
import { showStatement } from "./routes/showStatement.ts";
import { showStatus } from "./routes/showStatus.ts";
import { showWhy } from "./routes/showWhy.ts";
import { simulateDeposit } from "./routes/simulateDeposit.ts";
import { triggerProcess } from "./routes/triggerProcess.ts";
import { workOnBreak } from "./routes/workOnBreak.ts";

const STATUS = "/api/automation/status";
const WEBHOOKS = "/webhooks/*";

/** A payment is about 1 KiB; a body of another order of size is a mistake or worse. */
const BODY_LIMIT_KIB = 64;

/** A request that asks the bank for a CLABE waits for the bank. */
const ANSWER_WITHIN_MS = 20_000;
/** The client's pages count on two seconds (client-system.md). */
const STATUS_WITHIN_MS = 1_500;
/** A bank that waits longer for its webhook's answer sends it again. */
const WEBHOOK_WITHIN_MS = 4_500;

/**
 * The API as a value: `app.request()` answers without a port. All under /api, and the metrics, need a key with the
 * scope of their route (scopes.ts); a new route is closed until it is named there.
 */
export function createApp(ports: AppPorts): ApiApp {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
  app.onError(answerError(ports.failed));
  app.notFound((c) =>
    answerProblem(c, new Problem("route_not_found", { facts: { method: c.req.method, path: c.req.path } })),
  );
  app.use(secureHeaders());
  guardAnswers(app, ports);
  app.use(timeout(ANSWER_WITHIN_MS));
  app.use(STATUS, timeout(STATUS_WITHIN_MS));
  app.use(WEBHOOKS, timeout(WEBHOOK_WITHIN_MS));
  app.use("/metrics", admit(ports));
  app.use("/api/*", admit(ports));
  app.use(bodyLimit({ maxSize: BODY_LIMIT_KIB * 1024, onError: refuseLarge }));
  app.use("/api/*", answerOnce(ports));

  showAbout(app);
  showReference(app);
  showHealth(app, ports);
  showMetrics(app, ports);
  showStatus(app, ports);
  showOverview(app, ports);
  showBalances(app, ports);
  showDay(app, ports);
  showStatement(app, ports);
  triggerProcess(app, ports);
  showKillSwitch(app, ports);
  pullSwitch(app, ports);
  liftSwitch(app, ports);
  listControls(app, ports);
  changeControl(app, ports);
  listLanes(app, ports);
  changeLane(app, ports);
  postPayment(app, ports);
  listPayments(app, ports);
  showPayment(app, ports);
  showReceipt(app, ports);
  listEvents(app, ports);
  followEvents(app, ports);
  listLegs(app, ports);
  showWhy(app, ports);
  listUnassigned(app, ports);
  returnDeposit(app, ports);
  operatePayment(app, ports);
  correctAccount(app, ports);
  simulateDeposit(app, ports);
  linkPayment(app, ports);
  sendLink(app, ports);
  listPlans(app, ports);
  showPlan(app, ports);
  confirmPlan(app, ports);
  listAudit(app, ports);
  listKeys(app, ports);
  createKey(app, ports);
  revokeKey(app, ports);
  receiveWebhook(app, ports);
  listAlerts(app, ports);
  acknowledgeAlert(app, ports);
  listBreaks(app, ports);
  showBreak(app, ports);
  workOnBreak(app, ports);
  postEndpoint(app, ports);
  listEndpoints(app, ports);
  changeEndpoint(app, ports);
  rotateSecret(app, ports);
  removeEndpoint(app, ports);
  listDeliveries(app, ports);
  redeliver(app, ports);
  return app;
}

function refuseLarge(): never {
  throw new Problem("body_too_large", { facts: { maximum: String(BODY_LIMIT_KIB) } });
}
