import { expect, test } from "vitest";
import { strftimeValues } from "./strftime.ts";

test.each([
  {
    at: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
    values: "A=Friday B=January H=03 I=03 L=.006 M=04 S=05 Y=2026 Z=UTC a=Fri b=Jan d=02 m=01 p=AM y=26 z=+0000",
  },
  {
    at: Date.UTC(1999, 11, 31, 23, 59, 59),
    values: "A=Friday B=December H=23 I=11 L=.000 M=59 S=59 Y=1999 Z=UTC a=Fri b=Dec d=31 m=12 p=PM y=99 z=+0000",
  },
  {
    at: Date.UTC(2000, 1, 29, 0, 0, 0),
    values: "A=Tuesday B=February H=00 I=12 L=.000 M=00 S=00 Y=2000 Z=UTC a=Tue b=Feb d=29 m=02 p=AM y=00 z=+0000",
  },
])("$at", ({ at, values }) => {
  const written = [...strftimeValues(at)].map(([character, text]) => `${character}=${text}`).sort();
  expect(written.join(" ")).toBe(values);
});
