import { createHash, randomBytes } from "node:crypto";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { SiteEnv } from "../site.ts";

/** `session`: who is signed in. `visit`: a browser that is not, so that its form too is known to be its own. */
const NAMES = { session: "sesion", visit: "visita", language: "idioma" } as const;
type CookieName = keyof typeof NAMES;

const A_YEAR_S = 365 * 24 * 3_600;

export const readCookie = (c: Context<SiteEnv>, name: CookieName) => getCookie(c, NAMES[name]);

/** No script reads it, and no other site's page sends it along. @param lastsS left out, it ends with the browser. */
export function writeCookie(c: Context<SiteEnv>, name: CookieName, value: string, lastsS?: number): void {
  setCookie(c, NAMES[name], value, {
    path: "/",
    httpOnly: true,
    sameSite: "Strict",
    // Only on this very machine may it travel in the clear.
    secure: !isLoopback(new URL(c.req.url).hostname),
    ...(lastsS !== undefined && { maxAge: lastsS }),
  });
}

export const dropCookie = (c: Context<SiteEnv>, name: CookieName) => deleteCookie(c, NAMES[name], { path: "/" });

export const writeLanguage = (c: Context<SiteEnv>, language: string) => writeCookie(c, "language", language, A_YEAR_S);

/** 256 random bits: what is not guessed needs no slow hash. */
export const drawToken = () => randomBytes(32).toString("base64url");

/** What is kept of a token, hexadecimal. */
export const hashToken = (token: string) => createHash("sha256").update(token).digest("hex");

/** What a form carries, made of a cookie that no script and no other site can read; it says nothing about the cookie. */
export const formTokenOf = (token: string) => hashToken(`formulario ${token}`);

const isLoopback = (host: string) => host === "localhost" || host === "[::1]" || /^127\./.test(host);
