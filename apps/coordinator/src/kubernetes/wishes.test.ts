import type { WorkflowHeader } from "@capstan/core";
import { beforeEach, expect, test } from "vitest";
import { Wishes } from "./wishes.ts";
import type { WorkflowObject } from "./workflow-object.ts";

const none = { suspend: false, shutdown: "" };
const suspend = { suspend: true, shutdown: "" };

function header(suspended: boolean): WorkflowHeader {
  return {
    ...{ phase: "Running", progress: "0/1", conditions: [], suspended },
    ...{ labels: {}, annotations: {}, machine: {} },
  };
}

/** The object with what its status noted at a version. */
function object(version: string, noted = none): WorkflowObject {
  return { metadata: { name: "w", uid: "u" }, status: { capstan: { ...noted, version } } };
}

let wishes: Wishes;
beforeEach(() => {
  wishes = new Wishes();
  wishes.add("u", suspend, 0);
});

test("a wish is what was acted on last, until the object's status holds a version that shows it", () => {
  expect(wishes.lastOf(object("1-0"), 1)).toEqual(suspend);
  expect(wishes.actedOn(object("1-0"), header(false), "2-0", 1)).toEqual({ last: suspend, isActing: true });
  expect(wishes.actedOn(object("1-0"), header(true), "3-0", 1)).toEqual({ last: suspend, isActing: false });
  // A status between the two was written late: it does not tell of the wish yet.
  expect(wishes.lastOf(object("2-0"), 1)).toEqual(suspend);
  expect(wishes.lastOf(object("3-0", none), 1)).toMatchObject(none);
});

test("what was carried out and overruled since is over all the same when the status has caught up", () => {
  wishes.actedOn(object("1-0"), header(true), "3-0", 1);
  expect(wishes.actedOn(object("1-0"), header(false), "10-0", 1)).toEqual({ last: suspend, isActing: false });
  expect(wishes.actedOn(object("10-0"), header(false), "10-0", 1)).toMatchObject({ last: none, isActing: false });
});

test("a wish that never shows is let go after a while", () => {
  expect(wishes.lastOf(object("1-0"), 30_000)).toEqual(suspend);
  expect(wishes.lastOf(object("1-0"), 30_001)).toMatchObject(none);
});

test("one wish is of one object, and goes with it", () => {
  const other = { ...object("1-0"), metadata: { name: "w", uid: "another" } };
  expect(wishes.lastOf(other, 1)).toMatchObject(none);
  wishes.forget("u");
  expect(wishes.lastOf(object("1-0"), 1)).toMatchObject(none);
});
