import type { Hono } from "hono";
import type { ApiApp, ApiEnv, Caller } from "../http/caller.ts";
import type { AppPorts } from "../http/ports.ts";
import type { PageWords } from "./words/es.ts";
import type { Language } from "./words/language.ts";

/** Who looks at a page, and in which language. */
export type Visitor = Readonly<{
  language: Language;
  say: PageWords;
  /** Null for whoever has not signed in. */
  caller: Caller | null;
  /** Proves that a form came from a page of ours, shown to this very browser. */
  formToken: string;
  /** Path and query of the page, to come back to. */
  path: string;
}>;

export type SiteEnv = { Bindings: ApiEnv["Bindings"]; Variables: { visitor: Visitor } };
export type Site = Hono<SiteEnv>;

/** What the pages are given: the API, of which they are a client, and what only they need. */
export type SitePorts = Readonly<{
  api: ApiApp;
  /** Whether the bank is our sandbox, so that a deposit can be pretended. */
  hasSandbox: boolean;
}> &
  Pick<
    AppPorts,
    | "db"
    | "facts"
    | "approveAfterMs"
    | "mailsParties"
    | "nowMs"
    | "monotonicMs"
    | "closing"
    | "failed"
    | "show"
    | "wake"
  >;
