/** What Argo takes for a passing trouble of the cluster or the network, by the text of the message. */
const transientTexts: readonly string[] = [
  "unexpected error when reading response body",
  "stream error when reading response body",
  "Connection closed by foreign host",
  "net/http: TLS handshake timeout",
  "i/o timeout",
  "connection timed out",
  "connection reset by peer",
  "http2: client connection lost",
  "http2: server sent GOAWAY and closed the connection",
  "request did not complete within requested timeout",
  "connect: connection refused",
  "invalid connection",
  "etcdserver: leader changed",
  "etcdserver: request timed out",
  "etcdserver: too many requests",
  "client rate limiter Wait returned an error",
  "upper: no more rows in",
];

/** Is the message that of an error which may pass by itself? `pattern` is the operator's own addition to the list. */
export function isTransientError(message: string, pattern?: RegExp): boolean {
  return transientTexts.some((text) => message.includes(text)) || pattern?.test(message) === true;
}
