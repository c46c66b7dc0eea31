import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { readFailureSearch } from "../features/failures/search.ts";
import { readQueueSearch } from "../features/queues/search.ts";
import { readSubmitSearch } from "../features/submit/search.ts";
import { readWorkflowSearch } from "../features/workflow/search.ts";
import { readFilters } from "../features/workflows/filters.ts";
import { Empty, Failure, Loading } from "../ui/states.tsx";
import { Shell } from "./shell.tsx";

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => <Empty isWholePage title="There is no such page" />,
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/workflows", replace: true });
  },
});

const workflows = createRoute({
  getParentRoute: () => root,
  path: "/workflows",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("../features/workflows/workflows-page.tsx"), "WorkflowsPage"),
});

const workflow = createRoute({
  getParentRoute: () => root,
  path: "/workflows/$namespace/$name",
  validateSearch: readWorkflowSearch,
  component: lazyRouteComponent(() => import("../features/workflow/workflow-page.tsx"), "WorkflowPage"),
});

const queues = createRoute({
  getParentRoute: () => root,
  path: "/queues",
  validateSearch: readQueueSearch,
  component: lazyRouteComponent(() => import("../features/queues/queues-page.tsx"), "QueuesPage"),
});

const failures = createRoute({
  getParentRoute: () => root,
  path: "/failures",
  validateSearch: readFailureSearch,
  component: lazyRouteComponent(() => import("../features/failures/failures-page.tsx"), "FailuresPage"),
});

const failure = createRoute({
  getParentRoute: () => root,
  path: "/failures/$namespace/$fingerprint",
  component: lazyRouteComponent(() => import("../features/failures/failure-page.tsx"), "FailurePage"),
});

const submit = createRoute({
  getParentRoute: () => root,
  path: "/submit",
  validateSearch: readSubmitSearch,
  component: lazyRouteComponent(() => import("../features/submit/submit-page.tsx"), "SubmitPage"),
});

const agents = createRoute({
  getParentRoute: () => root,
  path: "/agents",
  component: lazyRouteComponent(() => import("../features/agents/agents-page.tsx"), "AgentsPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([home, workflows, workflow, submit, queues, failures, failure, agents]),
  // The server says in the page's base how far below its root the page was asked for.
  basepath: new URL(document.baseURI).pathname,
  defaultPendingComponent: () => <Loading />,
  defaultErrorComponent: ({ error, reset }) => <Failure error={error} onRetry={reset} />,
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
