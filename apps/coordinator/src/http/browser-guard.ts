import type { IncomingHttpHeaders } from "node:http";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);
const loopbackName = /^(localhost|[a-z0-9.-]+\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Why a request must be refused that a browser sends on behalf of somebody else's page; undefined for all others. Whoever may
 * submit workflows may run commands, and any page that a developer opens can reach the developer's loopback interface.
 */
export function foreignPageReason(
  method: string,
  headers: IncomingHttpHeaders,
  localAddress: string | undefined,
): string | undefined {
  const site = headers["sec-fetch-site"];
  const { origin, host = "" } = headers;
  if (site === undefined && origin === undefined) return undefined; // No browser.
  if (isLoopback(localAddress) && !isProxied(headers) && !loopbackName.test(hostName(host))) {
    // A name that was made to point here makes a foreign page look like ours.
    return `this server is reached by the name ${JSON.stringify(host)}, which is not its own: use localhost`;
  }
  if (safeMethods.has(method)) return undefined; // Answers are not readable for other origins.
  const isOwnPage = site === undefined ? hostOfOrigin(origin) === host : site === "same-origin" || site === "none";
  return isOwnPage ? undefined : "requests from pages of other sites are refused";
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(::1|(::ffff:)?127\.)/.test(address);
}

function isProxied(headers: IncomingHttpHeaders): boolean {
  return (
    headers["x-forwarded-for"] !== undefined ||
    headers["x-forwarded-host"] !== undefined ||
    headers.forwarded !== undefined
  );
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "");
}

function hostOfOrigin(origin: string | undefined): string | undefined {
  return origin === undefined || !URL.canParse(origin) ? undefined : new URL(origin).host;
}
