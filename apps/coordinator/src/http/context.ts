import type { ChangeFeed } from "./change-feed.ts";
import type { HttpDependencies } from "./dependencies.ts";
import type { OpenStreams } from "./stream-reply.ts";
import type { WorkflowViews } from "./views/workflow-views.ts";
import type { WorkflowLookup } from "./workflow-lookup.ts";

/** What the routes of one server share. */
export interface HttpContext {
  readonly dependencies: HttpDependencies;
  readonly feed: ChangeFeed;
  readonly lookup: WorkflowLookup;
  readonly streams: OpenStreams;
  readonly views: WorkflowViews;
}
