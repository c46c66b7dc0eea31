import { describe, expect, test } from "vitest";
import { foreignPageReason } from "./browser-guard.ts";

describe("requests of other sites' pages", () => {
  const own = { host: "127.0.0.1:2746" };
  test.each([
    { what: "curl, the CLI, argo", method: "POST", headers: own, refused: false },
    {
      what: "our own page",
      method: "POST",
      headers: { ...own, origin: "http://127.0.0.1:2746", "sec-fetch-site": "same-origin" },
      refused: false,
    },
    {
      what: "our own page in an old browser",
      method: "PUT",
      headers: { ...own, origin: "http://127.0.0.1:2746" },
      refused: false,
    },
    {
      what: "a foreign page",
      method: "POST",
      headers: { ...own, origin: "https://evil.example", "sec-fetch-site": "cross-site" },
      refused: true,
    },
    {
      what: "a foreign page in an old browser",
      method: "POST",
      headers: { ...own, origin: "https://evil.example" },
      refused: true,
    },
    { what: "a sandboxed frame", method: "DELETE", headers: { ...own, origin: "null" }, refused: true },
    {
      what: "another port of this machine",
      method: "POST",
      headers: { ...own, origin: "http://127.0.0.1:8000", "sec-fetch-site": "same-site" },
      refused: true,
    },
    {
      what: "reading from elsewhere, which the browser hides",
      method: "GET",
      headers: { ...own, "sec-fetch-site": "cross-site" },
      refused: false,
    },
    {
      what: "a name that was pointed at us",
      method: "GET",
      headers: { host: "evil.example:2746", "sec-fetch-site": "same-origin" },
      refused: true,
    },
    {
      what: "a proxy on this machine",
      method: "POST",
      headers: { host: "flows.example", "x-forwarded-for": "1.2.3.4", "sec-fetch-site": "same-origin" },
      refused: false,
    },
    {
      what: "localhost by name",
      method: "POST",
      headers: { host: "localhost:2746", "sec-fetch-site": "same-origin" },
      refused: false,
    },
  ])("$what", ({ method, headers, refused }) => {
    expect(foreignPageReason(method, headers, "127.0.0.1") !== undefined).toBe(refused);
  });

  test("a server that is not on the loopback may have any name", () => {
    const headers = { host: "flows.example", "sec-fetch-site": "same-origin" };
    expect(foreignPageReason("POST", headers, "10.0.0.7")).toBeUndefined();
  });
});
