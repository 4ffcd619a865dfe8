import { inSpan, noteInSpan } from "./inSpan.ts";

type Served = (request: Request, connection: object) => Response | Promise<Response>;

/** The same answers, but that each request is a span: its method, its route without ids, its status, and the payment it is about. */
export function traceRequests(answer: Served): Served {
  return (request, connection) => {
    const { pathname } = new URL(request.url);
    const route = routeOf(pathname);
    const payment = /\/(?:payments|pagos)\/(\d{1,9})(?:\/|$)/.exec(pathname)?.[1];
    const attributes = {
      "http.request.method": request.method,
      "http.route": route,
      ...(payment !== undefined && { "kustodia.payment_id": Number(payment) }),
    };
    return inSpan(`${request.method} ${route}`, attributes, async () => {
      const response = await answer(request, connection);
      noteInSpan({ "http.response.status_code": response.status });
      return response;
    });
  };
}

/** A word of ours is short and has no digits; what else stands in a path is an id, or a link's secret. */
const OURS = /^[a-z][a-z_.-]{0,24}$/;

const routeOf = (pathname: string) =>
  pathname
    .split("/")
    .slice(0, MOST_PARTS)
    .map((part) => (part === "" || OURS.test(part) ? part : ":id"))
    .join("/");

const MOST_PARTS = 7;
