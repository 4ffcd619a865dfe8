import { type Context, Hono, type MiddlewareHandler } from "hono";
import { accepts } from "hono/accepts";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import { Problem } from "../http/Problem.ts";
import { listKeys } from "./access/listKeys.tsx";
import { showAudit } from "./access/showAudit.tsx";
import { answerRefusal } from "./answerRefusal.tsx";
import { listControls } from "./controls/listControls.tsx";
import { approveByLink } from "./customer/approveByLink.ts";
import { followCustomer } from "./customer/followCustomer.ts";
import { showToCustomer } from "./customer/showToCustomer.tsx";
import { followLive } from "./followLive.ts";
import { limitAddress } from "./limitAddress.ts";
import { changeWebhooks } from "./outside/changeWebhooks.tsx";
import { listWebhooks } from "./outside/listWebhooks.tsx";
import { runProcess } from "./panel/runProcess.ts";
import { showPanel } from "./panel/showPanel.tsx";
import { takeAlert } from "./panel/takeAlert.ts";
import { turnSwitch } from "./panel/turnSwitch.ts";
import { actOnPayment } from "./payments/actOnPayment.ts";
import { createPayment } from "./payments/createPayment.tsx";
import { linkPayment } from "./payments/linkPayment.tsx";
import { listPayments } from "./payments/listPayments.tsx";
import { showPayment } from "./payments/showPayment.tsx";
import { listPlans } from "./plans/listPlans.tsx";
import { showPlan } from "./plans/showPlan.tsx";
import { listBreaks } from "./queues/listBreaks.tsx";
import { listByStatus } from "./queues/listByStatus.tsx";
import { listUnassigned } from "./queues/listUnassigned.tsx";
import { showBreak } from "./queues/showBreak.tsx";
import { showReceipt, showReceiptToCustomer } from "./receipts/showReceipt.tsx";
import { showDay } from "./reports/showDay.tsx";
import { showStatement } from "./reports/showStatement.tsx";
import { serveAssets } from "./serveAssets.ts";
import { chooseLanguage } from "./session/chooseLanguage.ts";
import { guardForms } from "./session/guardForms.ts";
import { meetVisitor } from "./session/meetVisitor.ts";
import { requireSignIn } from "./session/requireSignIn.ts";
import { signIn } from "./session/signIn.tsx";
import { signOut } from "./session/signOut.ts";
import type { Site, SiteEnv, SitePorts } from "./site.ts";

const FORM_LIMIT_KIB = 64;

/** An open page asks seven times a minute; an address may be a whole office's. */
const CUSTOMER_PER_MINUTE = 240;

/** Nothing inline, nothing from elsewhere, in nobody's frame. A referrer names pages to ourselves only: they have ids. */
const HEADERS = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    scriptSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: "DENY",
  // With `no-referrer` a browser would send its forms without saying from where.
  referrerPolicy: "same-origin",
});

/**
 * The operator pages, and beside them the API, which answers all that is no page's. As with the API `request()` answers
 * without a port.
 */
export function createSite(ports: SitePorts): Site {
  const pages = createPages(ports);
  // By the first part of a path: the API has others. The root is a page to a browser.
  const rooms = new Set(pages.routes.map(({ path }) => path.split("/")[1]));
  const site: Site = new Hono<SiteEnv>();
  site.all("*", (c) => {
    const room = c.req.path.split("/")[1] ?? "";
    const isPage = room === "" ? wantsPage(c) : rooms.has(room);
    return isPage ? pages.fetch(c.req.raw, c.env) : ports.api.fetch(c.req.raw, c.env);
  });
  return site;
}

const wantsPage = (c: Context) =>
  accepts(c, { header: "Accept", supports: ["application/json", "text/html"], default: "application/json" }) ===
  "text/html";

function createPages(ports: SitePorts): Site {
  const pages: Site = new Hono<SiteEnv>();
  pages.onError(answerRefusal(ports));
  pages.notFound((c) => {
    throw new Problem("route_not_found", { facts: { method: c.req.method, path: c.req.path } });
  });
  pages.use(HEADERS);
  serveAssets(pages);
  pages.use(neverKept);
  pages.use(bodyLimit({ maxSize: FORM_LIMIT_KIB * 1024, onError: refuseLarge }));
  pages.use(meetVisitor(ports));
  pages.use(guardForms());
  signIn(pages, ports);
  chooseLanguage(pages);
  pages.use("/seguimiento/*", limitAddress(CUSTOMER_PER_MINUTE, ports));
  showToCustomer(pages, ports);
  approveByLink(pages, ports);
  followCustomer(pages, ports);
  showReceiptToCustomer(pages, ports);
  pages.use(requireSignIn);
  signOut(pages, ports);
  followLive(pages, ports);
  showPanel(pages, ports);
  runProcess(pages, ports);
  takeAlert(pages, ports);
  turnSwitch(pages, ports);
  listPayments(pages, ports);
  createPayment(pages, ports);
  showPayment(pages, ports);
  showReceipt(pages, ports);
  actOnPayment(pages, ports);
  linkPayment(pages, ports);
  listPlans(pages, ports);
  showPlan(pages, ports);
  listByStatus(pages, ports);
  listUnassigned(pages, ports);
  listBreaks(pages, ports);
  showStatement(pages, ports);
  showDay(pages, ports);
  showBreak(pages, ports);
  listWebhooks(pages, ports);
  changeWebhooks(pages, ports);
  listControls(pages, ports);
  listKeys(pages, ports);
  showAudit(pages, ports);
  return pages;
}

/** What a page shows is not left in a browser that somebody else may use next. */
const neverKept: MiddlewareHandler<SiteEnv> = async (c, next) => {
  await next();
  c.header("cache-control", "no-store");
};

function refuseLarge(): never {
  throw new Problem("body_too_large", { facts: { maximum: String(FORM_LIMIT_KIB) } });
}
