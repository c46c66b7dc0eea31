// Generated from openapi.json by scripts/generate-client.ts: do not edit.
export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lives */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Can serve; 503 with the reason when not */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What Argo's page asks for */
        get: operations["InfoService_GetInfo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/userinfo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is asking */
        get: operations["InfoService_GetUserInfo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The server's version */
        get: operations["InfoService_GetVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{namespace}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists a namespace's workflows, newest first */
        get: operations["WorkflowService_ListWorkflows"];
        put?: never;
        /**
         * Creates a workflow from a manifest
         * @description The manifest as JSON below `workflow`, or alone, also as YAML with the content type application/yaml.
         */
        post: operations["WorkflowService_CreateWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{namespace}/lint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks a manifest and runs nothing */
        post: operations["WorkflowService_LintWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{namespace}/submit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Runs a stored template */
        post: operations["WorkflowService_SubmitWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the workflows of all namespaces */
        get: operations["ListAllWorkflows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{namespace}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads a workflow with its nodes */
        get: operations["WorkflowService_GetWorkflow"];
        put?: never;
        post?: never;
        /** Ends a workflow if it runs, and forgets it */
        delete: operations["WorkflowService_DeleteWorkflow"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{namespace}/{name}/resubmit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Runs the same workflow once more, as a new one */
        put: operations["WorkflowService_ResubmitWorkflow"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{namespace}/{name}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Starts nothing more until it is resumed; what runs goes on */
        put: operations["WorkflowService_SuspendWorkflow"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{namespace}/{name}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Goes on after suspend, and ends the suspend nodes that the selector names */
        put: operations["WorkflowService_ResumeWorkflow"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{namespace}/{name}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Ends what runs; exit handlers still run */
        put: operations["WorkflowService_StopWorkflow"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{namespace}/{name}/terminate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Ends at once, exit handlers included */
        put: operations["WorkflowService_TerminateWorkflow"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{namespace}/{name}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Runs what failed once more, in the same workflow */
        put: operations["WorkflowService_RetryWorkflow"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{namespace}/{name}/set": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives suspend nodes their outputs, their message, their end */
        put: operations["WorkflowService_SetWorkflow"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/artifacts/{namespace}/{name}/{nodeId}/{artifactName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads an output artifact */
        get: operations["ArtifactService_GetOutputArtifact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/input-artifacts/{namespace}/{name}/{nodeId}/{artifactName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads an input artifact */
        get: operations["ArtifactService_GetInputArtifact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/artifact-files/{namespace}/{kind}/{name}/{nodeId}/{direction}/{artifactName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads an artifact */
        get: operations["ArtifactService_GetArtifactFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflow-events/{namespace}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Follows a namespace's workflows: whole objects, when they change */
        get: operations["WorkflowService_WatchWorkflows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflow-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Follows the workflows of all namespaces */
        get: operations["WatchAllWorkflows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{namespace}/{name}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Streams the logs of a workflow's Pods, by time */
        get: operations["WorkflowService_WorkflowLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{namespace}/{name}/{podName}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Streams the log of one Pod; a node's id will do */
        get: operations["WorkflowService_PodLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows/{namespace}/{name}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Follows one workflow at the cost of what changes: a snapshot, then its changes */
        get: operations["FollowWorkflow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows/{namespace}/{name}/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A workflow's nodes in pages, in order of their creation */
        get: operations["ListNodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows/{namespace}/{name}/graph/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Draws a workflow, live: a snapshot of what is shown, then what of it changes
         * @description Large loops come as one vertex with counts and a strip of phases, so a look costs what is shown, whatever the workflow's size.
         */
        get: operations["FollowGraph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows/{namespace}/{name}/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Draws a workflow as it is, or as it was at a moment */
        get: operations["GetGraph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows/{namespace}/{name}/moments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The moments at which something changed, Unix ms: where a replay stops */
        get: operations["ListMoments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows/{namespace}/{name}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened to the nodes, the latest first, in pages */
        get: operations["ListEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows/{namespace}/{name}/find": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finds nodes by name, template, message, host or phase; failed ones first */
        get: operations["FindNodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows/{namespace}/{name}/failure-causes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What failed by itself, the earliest first; of a retried step its last attempt */
        get: operations["ListFailureCauses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows/{namespace}/{name}/nodes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One node: inputs, outputs, attempts, template */
        get: operations["GetNode"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows/{namespace}/{name}/nodes/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The log of one node, in batches of lines */
        get: operations["FollowNodeLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows/{namespace}/{name}/nodes/{id}/log.txt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The log of one node as a text file */
        get: operations["DownloadNodeLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows/{namespace}/{name}/nodes/{id}/pod": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The Pod of one node as it is in its cluster, and its events
         * @description Without managedFields and the annotations that only agents read.
         */
        get: operations["GetNodePod"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists workflows, the newest first, at the cost of the page */
        get: operations["ListSummaries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflow-counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many workflows are in each phase */
        get: operations["CountPhases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflow-list/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Follows a list: what changed of the workflows that the filter takes, and of those that it no longer takes */
        get: operations["FollowSummaries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The agents that live */
        get: operations["ListAgents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/agents/{cluster}/{pool}/{node}/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Lets an agent take no more tasks; what runs goes on */
        put: operations["DrainAgent"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/agents/{cluster}/{pool}/{node}/uncordon": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Lets a drained agent take tasks again */
        put: operations["UncordonAgent"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows/{namespace}/{name}/waiting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The pools that a workflow's tasks wait for, and who serves them; the steps that wait for somebody */
        get: operations["ListWaitingPools"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The pools, how full their queues are and who serves them */
        get: operations["ListQueues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/queues/{pool}/next": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tasks of a pool that run next, and why they do */
        get: operations["ListNextTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/queues/{pool}/away": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tasks that agents refused, and when they are offered again */
        get: operations["ListTasksAway"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/retries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Steps between two attempts, the next first */
        get: operations["ListRetries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows/{namespace}/{name}/nodes/{id}/bid": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A node's bid, its rank in its pool, and what it waits for */
        get: operations["GetTaskBid"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows/{namespace}/{name}/nodes/{id}/task": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a node's agent was given: the resolved template and what shapes its Pod */
        get: operations["GetTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/failures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Failures grouped by their cause, the latest first */
        get: operations["ListFailures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/failures/{namespace}/{fingerprint}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One cause: the workflows it hit, beside the last good run */
        get: operations["GetFailure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/failures/{namespace}/{fingerprint}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the image that failed is said: what to change for another */
        get: operations["GetFailedImage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/failures/{namespace}/{fingerprint}/retries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How a failure's workflows were tried again, the latest first */
        get: operations["ListBulkRetries"];
        put?: never;
        /** Tries the workflows that a failure hit again */
        post: operations["CreateBulkRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/bulk-retries/{id}/halt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Tries no more */
        put: operations["HaltBulkRetry"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/bulk-retries/{id}/continue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Tries the rest, whatever became of the first */
        put: operations["ContinueBulkRetry"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events and tasks that were put aside, the latest first */
        get: operations["ListDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/dead-letters/{id}/requeue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Puts a dead letter back where it came from */
        post: operations["RequeueDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forgets a dead letter */
        delete: operations["DropDeadLetter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflow-templates/{namespace}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists WorkflowTemplates */
        get: operations["ListWorkflowTemplates"];
        put?: never;
        /** Creates a WorkflowTemplate */
        post: operations["CreateWorkflowTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflow-templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the WorkflowTemplates of all namespaces */
        get: operations["ListAllWorkflowTemplates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflow-templates/{namespace}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads a WorkflowTemplate */
        get: operations["GetWorkflowTemplate"];
        /** Replaces a WorkflowTemplate */
        put: operations["UpdateWorkflowTemplate"];
        post?: never;
        /** Removes a WorkflowTemplate */
        delete: operations["DeleteWorkflowTemplate"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflow-templates/{namespace}/lint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks a WorkflowTemplate */
        post: operations["LintWorkflowTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cluster-workflow-templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists ClusterWorkflowTemplates */
        get: operations["ListClusterWorkflowTemplates"];
        put?: never;
        /** Creates a ClusterWorkflowTemplate */
        post: operations["CreateClusterWorkflowTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cluster-workflow-templates/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads a ClusterWorkflowTemplate */
        get: operations["GetClusterWorkflowTemplate"];
        /** Replaces a ClusterWorkflowTemplate */
        put: operations["UpdateClusterWorkflowTemplate"];
        post?: never;
        /** Removes a ClusterWorkflowTemplate */
        delete: operations["DeleteClusterWorkflowTemplate"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cluster-workflow-templates/lint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks a ClusterWorkflowTemplate */
        post: operations["LintClusterWorkflowTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/configmaps/{namespace}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists ConfigMaps */
        get: operations["ListConfigMaps"];
        put?: never;
        /** Creates a ConfigMap */
        post: operations["CreateConfigMap"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/configmaps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the ConfigMaps of all namespaces */
        get: operations["ListAllConfigMaps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/configmaps/{namespace}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads a ConfigMap */
        get: operations["GetConfigMap"];
        /** Replaces a ConfigMap */
        put: operations["UpdateConfigMap"];
        post?: never;
        /** Removes a ConfigMap */
        delete: operations["DeleteConfigMap"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/manifest-schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The fields of manifests, for editors */
        get: operations["GetManifestSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/capstan/workflows/{namespace}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Draws what manifests, or a stored template, would run
         * @description Nothing is stored. Mistakes in a text are answered as problems with their lines; what a stored template refuses is an error as for a submit.
         */
        post: operations["PreviewManifests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cron-workflows/{namespace}/lint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks a CronWorkflow */
        post: operations["CronWorkflowService_LintCronWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ErrorInput: {
            /** @description gRPC's status code */
            code: number;
            error: string;
            message: string;
            /** @description what is wrong with the manifest: path, line, message */
            problems?: {
                [key: string]: unknown;
            }[];
        };
        VertexInput: {
            id: string;
            /** @description the vertex that it is drawn in */
            container?: string;
            /**
             * @description a node's type, or Loop (the items of a step), or More (what is left of a container)
             * @enum {string}
             */
            kind: "Pod" | "Container" | "Steps" | "StepGroup" | "DAG" | "TaskGroup" | "Retry" | "Skipped" | "Suspend" | "HTTP" | "Plugin" | "Loop" | "More";
            name: string;
            /** @enum {string} */
            phase: "Pending" | "Running" | "Succeeded" | "Skipped" | "Failed" | "Error" | "Omitted";
            /** @description vertices of the same container that it comes after */
            readonly after: string[];
            childCount?: number;
            expanded?: boolean;
            /** @description leaves in it, by phase */
            counts?: {
                [key: string]: number;
            };
            /** @description phases in order, a letter for each or for several (p r s k f e o; a capital hides failures) */
            strip?: string;
            templateName?: string;
            message?: string;
            /** @description Unix ms */
            startedAtMs?: number;
            /** @description what was before was waiting */
            runStartedAtMs?: number;
            /** @description Unix ms */
            finishedAtMs?: number;
            hostNodeName?: string;
            progress?: string;
            /** @description runs for a hook or an exit handler */
            hooked?: boolean;
            /** @description the workflow's end waited for it */
            critical?: boolean;
        };
        GraphHeadInput: {
            /** @enum {string} */
            phase: "" | "Pending" | "Running" | "Succeeded" | "Failed" | "Error";
            message?: string;
            progress: string;
            /** @description Unix ms */
            startedAtMs?: number;
            /** @description Unix ms */
            finishedAtMs?: number;
            suspended: boolean;
            /** @enum {string} */
            shutdown?: "Stop" | "Terminate";
            estimatedDuration?: number;
        };
        GraphEventInput: {
            /** @constant */
            type: "head";
            head: components["schemas"]["GraphHeadInput"];
        } | {
            /** @constant */
            type: "snapshot";
            head: components["schemas"]["GraphHeadInput"];
            vertices: components["schemas"]["VertexInput"][];
        } | {
            /** @constant */
            type: "patch";
            head?: components["schemas"]["GraphHeadInput"];
            /** @description new and changed ones, whole */
            vertices: components["schemas"]["VertexInput"][];
            removed: string[];
        } | {
            /** @constant */
            type: "deleted";
        };
        FoundNodesInput: {
            total: number;
            items: {
                id: string;
                name: string;
                /** @enum {string} */
                phase: "Pending" | "Running" | "Succeeded" | "Skipped" | "Failed" | "Error" | "Omitted";
                type: string;
                templateName?: string;
                message?: string;
                /** @description what must be opened for it to be seen, the outermost first */
                path: string[];
            }[];
        };
        FailureCausesInput: {
            total: number;
            items: {
                id: string;
                name: string;
                /** @enum {string} */
                phase: "Pending" | "Running" | "Succeeded" | "Skipped" | "Failed" | "Error" | "Omitted";
                type: string;
                templateName?: string;
                message?: string;
                /** @description what must be opened for it to be seen, the outermost first */
                path: string[];
                /** @description how many times the step was tried, where more than once */
                attempts?: number;
            }[];
        };
        EventPageInput: {
            items: {
                /** @description Unix ms */
                atMs: number;
                nodeId: string;
                name: string;
                /** @enum {string} */
                what: "created" | "started" | "ended";
                /** @enum {string} */
                phase: "Pending" | "Running" | "Succeeded" | "Skipped" | "Failed" | "Error" | "Omitted";
                message?: string;
                place: string;
            }[];
            continue?: string;
        };
        AgentInput: {
            agentId: string;
            pool: string;
            cluster: string;
            labels: {
                [key: string]: string;
            };
            /** @description how many more tasks it could take */
            room: number;
            running: number;
            version: string;
            /** @description when it was heard of last, Unix ms */
            atMs: number;
            draining: boolean;
        };
        WorkflowInput: {
            apiVersion?: string;
            kind?: string;
            metadata: {
                name?: string;
                namespace?: string;
                uid?: string;
                creationTimestamp?: string;
                labels?: {
                    [key: string]: string;
                };
                annotations?: {
                    [key: string]: string;
                };
            } & {
                [key: string]: unknown;
            };
            spec?: {
                [key: string]: unknown;
            };
            status?: {
                phase?: string;
                message?: string;
            } & {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        WorkflowListInput: {
            metadata: {
                resourceVersion?: string;
                /** @description give it as listOptions.continue for the next page */
                continue?: string;
            } & {
                [key: string]: unknown;
            };
            items: components["schemas"]["WorkflowInput"][] | null;
        } & {
            [key: string]: unknown;
        };
        TemplateObjectInput: {
            apiVersion?: string;
            kind?: string;
            metadata: {
                name?: string;
                namespace?: string;
                uid?: string;
                creationTimestamp?: string;
                labels?: {
                    [key: string]: string;
                };
                annotations?: {
                    [key: string]: string;
                };
            } & {
                [key: string]: unknown;
            };
            spec?: {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        TemplateObjectListInput: {
            metadata: {
                resourceVersion?: string;
                /** @description give it as listOptions.continue for the next page */
                continue?: string;
            } & {
                [key: string]: unknown;
            };
            items: components["schemas"]["TemplateObjectInput"][] | null;
        } & {
            [key: string]: unknown;
        };
        LogEntryInput: {
            result?: {
                content: string;
                podName: string;
            };
            error?: {
                [key: string]: unknown;
            };
        };
        WorkflowWatchEventInput: {
            result?: {
                /** @enum {string} */
                type: "ADDED" | "MODIFIED" | "DELETED";
                object: components["schemas"]["WorkflowInput"];
            };
            error?: {
                [key: string]: unknown;
            };
        };
        TaskFactsInput: {
            taskId: string;
            workflowUid: string;
            namespace: string;
            workflowName: string;
            nodeId: string;
            nodeName: string;
            template: string;
            image?: string;
            /** @description the host that it ran on */
            hostNodeName?: string;
            parameters: {
                [key: string]: string;
            };
            startedAtMs: number;
            finishedAtMs: number;
        };
        TaskFailureInput: {
            taskId: string;
            workflowUid: string;
            namespace: string;
            workflowName: string;
            nodeId: string;
            nodeName: string;
            template: string;
            image?: string;
            /** @description the host that it ran on */
            hostNodeName?: string;
            parameters: {
                [key: string]: string;
            };
            startedAtMs: number;
            finishedAtMs: number;
            /** @enum {string} */
            phase: "Failed" | "Error";
            fingerprint: string;
            title: string;
            exitCode?: string;
            message?: string;
            logTail?: string;
        };
        FailedImageInput: {
            /** @description the workflow that was looked at: the latest that failed so */
            workflowName: string;
            image?: string;
            /**
             * @description where it is said: unknown where there is no image, or the workflow was deleted
             * @enum {string}
             */
            origin: "manifest" | "parameters" | "template" | "elsewhere" | "unknown";
            /** @description as it stands there */
            written?: string;
            /** @description the workflow's parameters that it is made of */
            readonly parameters?: string[];
            /** @description the template that it stands in */
            template?: {
                /** @enum {string} */
                kind: "WorkflowTemplate" | "ClusterWorkflowTemplate";
                name: string;
            };
        };
        FailureGroupInput: {
            namespace: string;
            fingerprint: string;
            /** @description what failed, without what differs from run to run */
            title: string;
            /** @description attempts that failed so */
            count: number;
            workflowCount: number;
            firstAtMs: number;
            lastAtMs: number;
            hosts: {
                [key: string]: number;
            };
            templates: {
                [key: string]: number;
            };
            /** @description the latest */
            example: components["schemas"]["TaskFailureInput"];
        };
        FailureDetailInput: {
            failure: components["schemas"]["FailureGroupInput"];
            workflows: {
                uid: string;
                name: string;
                lastAtMs: number;
                /**
                 * @description now
                 * @enum {string}
                 */
                phase: "" | "Pending" | "Running" | "Succeeded" | "Failed" | "Error" | "absent";
            }[];
            /** @description of the example's template */
            lastGoodRun?: components["schemas"]["TaskFactsInput"];
            /** @description the example beside that run */
            readonly differences: {
                /** @enum {string} */
                field: "image" | "node" | "duration" | "parameter";
                name?: string;
                good?: string;
                failed?: string;
                isDifferent: boolean;
            }[];
        };
        BulkRetryInput: {
            id: string;
            createdAtMs: number;
            /** @enum {string} */
            kind: "retry" | "resubmit";
            readonly parameters: string[];
            image?: {
                from: string;
                to: string;
            };
            /** @enum {string} */
            phase: "canary" | "rest" | "halted" | "done";
            message?: string;
            counts: {
                [key: string]: number;
            };
            /** @description those that failed or were skipped, then those that run, then the others; the first of them */
            targets: {
                name: string;
                /** @description the new workflow */
                again?: string;
                /** @enum {string} */
                state: "waiting" | "asking" | "running" | "succeeded" | "failed" | "skipped";
                message?: string;
            }[];
        };
        DeadLetterInput: {
            id: string;
            /** @enum {string} */
            kind: "event" | "task";
            /** @description the shard or the pool that it was in */
            from: string;
            atMs: number;
            why: string;
            content: string;
            /** @description the text is longer than what is shown */
            isCut: boolean;
        };
        NodePodInput: {
            /** @enum {string} */
            state: "present" | "gone" | "none";
            /** @description why there is none */
            message?: string;
            /** @description where it is gone: as its agent saw it last */
            pod?: {
                [key: string]: unknown;
            };
            seenAtMs?: number;
            /** @description the latest last */
            events: {
                /** @description Normal or Warning */
                type: string;
                reason: string;
                message: string;
                count: number;
                firstAtMs?: number;
                lastAtMs?: number;
                /** @description the part of the cluster that says so */
                source?: string;
            }[];
            /** @description why the events are not there */
            eventsProblem?: string;
        };
        NodeDetailInput: {
            node: {
                id: string;
                name: string;
                displayName: string;
                type: string;
                /** @enum {string} */
                phase: "Pending" | "Running" | "Succeeded" | "Skipped" | "Failed" | "Error" | "Omitted";
                templateName?: string;
                message?: string;
                inputs?: {
                    [key: string]: unknown;
                };
                outputs?: {
                    [key: string]: unknown;
                };
                hostNodeName?: string;
            } & {
                [key: string]: unknown;
            };
            times: {
                startedAtMs?: number;
                runStartedAtMs?: number;
                finishedAtMs?: number;
            };
            /** @description the containers above it, the outermost first */
            path: {
                id: string;
                name: string;
            }[];
            /** @description of a step that is retried: all of its attempts, this one among them */
            attempts: {
                id: string;
                name: string;
                phase: string;
                message?: string;
                startedAtMs?: number;
                finishedAtMs?: number;
            }[];
            /** @description as it was written */
            template?: {
                [key: string]: unknown;
            };
            taskId?: string;
            podName?: string;
            pool: string;
            hasLog: boolean;
        };
        LogLinesInput: {
            lines: {
                atMs: number;
                /** @enum {string} */
                stream: "stdout" | "stderr";
                container: string;
                text: string;
                /** @description of the first line: what lies before it and is not given */
                skippedBytes?: number;
            }[];
        };
        ManifestProblemInput: {
            code: string;
            /** @enum {string} */
            severity: "error" | "warning";
            /** @description what is wrong and what to do */
            message: string;
            path: string;
            line?: number;
            column?: number;
        };
        ManifestsPreviewInput: {
            documents: {
                kind: string;
                name: string;
                line?: number;
                object: {
                    [key: string]: unknown;
                };
            }[];
            problems: components["schemas"]["ManifestProblemInput"][];
            /** @description what would run; absent while there are errors */
            graph?: {
                /** @constant */
                type: "snapshot";
                head: components["schemas"]["GraphHeadInput"];
                vertices: components["schemas"]["VertexInput"][];
            };
        };
        ManifestSchemaInput: {
            kinds: {
                [key: string]: unknown;
            };
            structs: {
                [key: string]: {
                    [key: string]: {
                        /** @description a word, or {"list": shape}, {"map": shape}, {"struct": name} */
                        shape: unknown;
                        note?: string;
                        advice?: string;
                    };
                };
            };
        };
        BidInput: {
            /** @description P(t) = 1/(1+e^(−k(t−θ))) */
            probability: number;
            /** @description t */
            executionTimeSeconds: number;
            /** @description θ */
            thetaSeconds: number;
            k: number;
            /** @description what t and θ are the sums of */
            readonly terms: {
                /** @enum {string} */
                of: "t" | "theta";
                name: string;
                seconds: number;
            }[];
        };
        PoolInput: {
            pool: string;
            /** @description tasks that an agent may take */
            waiting: number;
            /** @description those of them that wait before BullMQ */
            inBacklog: number;
            /** @description tasks that were refused and stay away for a moment */
            away: number;
            running: number;
            /** @description jobs that the queue gave up on */
            dead: number;
            /** @description the longest wait among those that come first and last, Unix ms */
            oldestSinceMs?: number;
            inPerMinute: number;
            outPerMinute: number;
            /** @description living agents that may take its tasks */
            agents: number;
            /** @description those of them that take no more */
            draining: number;
            /** @description how many more tasks the others could take */
            room: number;
            /** @description the latest word of any of them, Unix ms */
            heardOfMs?: number;
        };
        QueuedTaskInput: {
            taskId: string;
            pool: string;
            /** @enum {string} */
            place: "waiting" | "backlog" | "away" | "running" | "ended";
            /** @description how many of the pool's tasks come before it */
            rank?: number;
            /** @description absent, as all of the workflow, where the job cannot be read */
            namespace?: string;
            workflow?: string;
            nodeId?: string;
            nodeName?: string;
            /** @description since when it could run */
            readySinceMs?: number;
            awayUntilMs?: number;
            deliveries: number;
            lastError?: string;
            bid?: components["schemas"]["BidInput"];
        };
        RetryWaitInput: {
            namespace: string;
            workflow: string;
            nodeId: string;
            nodeName: string;
            /** @description how many it has had */
            attempts: number;
            lastAttemptId?: string;
            lastError?: string;
            /** @description when the next one starts */
            dueAtMs: number;
        };
        TaskBidInput: {
            taskId: string;
            pool: string;
            /** @enum {string} */
            place: "waiting" | "backlog" | "away" | "running" | "ended";
            /** @description how many of the pool's tasks come before it */
            rank?: number;
            /** @description absent, as all of the workflow, where the job cannot be read */
            namespace?: string;
            workflow?: string;
            nodeId?: string;
            nodeName?: string;
            /** @description since when it could run */
            readySinceMs?: number;
            awayUntilMs?: number;
            deliveries: number;
            lastError?: string;
            bid?: components["schemas"]["BidInput"];
            /** @enum {string} */
            waitsFor: "nothing" | "agent" | "undrained agent" | "room" | "another try" | "its turn";
            /** @description the same as a sentence */
            message: string;
        };
        WorkflowSummaryInput: {
            uid: string;
            shard: number;
            namespace: string;
            name: string;
            /** @enum {string} */
            phase: "" | "Pending" | "Running" | "Succeeded" | "Failed" | "Error";
            message?: string;
            /** @description what failed in it, where the message does not say so */
            cause?: string;
            progress: string;
            submittedAtMs: number;
            startedAtMs?: number;
            finishedAtMs?: number;
            suspended: boolean;
            labels: {
                [key: string]: string;
            };
            templateName?: string;
            priority: number;
        };
        WorkflowListEventInput: {
            /** @constant */
            type: "changed";
            items: components["schemas"]["WorkflowSummaryInput"][];
            /** @description uids */
            removed: string[];
        } | {
            /** @constant */
            type: "gap";
        };
        Error: {
            /** @description gRPC's status code */
            code: number;
            error: string;
            message: string;
            /** @description what is wrong with the manifest: path, line, message */
            problems?: {
                [key: string]: unknown;
            }[];
        };
        Vertex: {
            id: string;
            /** @description the vertex that it is drawn in */
            container?: string;
            /**
             * @description a node's type, or Loop (the items of a step), or More (what is left of a container)
             * @enum {string}
             */
            kind: "Pod" | "Container" | "Steps" | "StepGroup" | "DAG" | "TaskGroup" | "Retry" | "Skipped" | "Suspend" | "HTTP" | "Plugin" | "Loop" | "More";
            name: string;
            /** @enum {string} */
            phase: "Pending" | "Running" | "Succeeded" | "Skipped" | "Failed" | "Error" | "Omitted";
            /** @description vertices of the same container that it comes after */
            readonly after: string[];
            childCount?: number;
            expanded?: boolean;
            /** @description leaves in it, by phase */
            counts?: {
                [key: string]: number;
            };
            /** @description phases in order, a letter for each or for several (p r s k f e o; a capital hides failures) */
            strip?: string;
            templateName?: string;
            message?: string;
            /** @description Unix ms */
            startedAtMs?: number;
            /** @description what was before was waiting */
            runStartedAtMs?: number;
            /** @description Unix ms */
            finishedAtMs?: number;
            hostNodeName?: string;
            progress?: string;
            /** @description runs for a hook or an exit handler */
            hooked?: boolean;
            /** @description the workflow's end waited for it */
            critical?: boolean;
        };
        GraphHead: {
            /** @enum {string} */
            phase: "" | "Pending" | "Running" | "Succeeded" | "Failed" | "Error";
            message?: string;
            progress: string;
            /** @description Unix ms */
            startedAtMs?: number;
            /** @description Unix ms */
            finishedAtMs?: number;
            suspended: boolean;
            /** @enum {string} */
            shutdown?: "Stop" | "Terminate";
            estimatedDuration?: number;
        };
        GraphEvent: {
            /** @constant */
            type: "head";
            head: components["schemas"]["GraphHead"];
        } | {
            /** @constant */
            type: "snapshot";
            head: components["schemas"]["GraphHead"];
            vertices: components["schemas"]["Vertex"][];
        } | {
            /** @constant */
            type: "patch";
            head?: components["schemas"]["GraphHead"];
            /** @description new and changed ones, whole */
            vertices: components["schemas"]["Vertex"][];
            removed: string[];
        } | {
            /** @constant */
            type: "deleted";
        };
        FoundNodes: {
            total: number;
            items: {
                id: string;
                name: string;
                /** @enum {string} */
                phase: "Pending" | "Running" | "Succeeded" | "Skipped" | "Failed" | "Error" | "Omitted";
                type: string;
                templateName?: string;
                message?: string;
                /** @description what must be opened for it to be seen, the outermost first */
                path: string[];
            }[];
        };
        FailureCauses: {
            total: number;
            items: {
                id: string;
                name: string;
                /** @enum {string} */
                phase: "Pending" | "Running" | "Succeeded" | "Skipped" | "Failed" | "Error" | "Omitted";
                type: string;
                templateName?: string;
                message?: string;
                /** @description what must be opened for it to be seen, the outermost first */
                path: string[];
                /** @description how many times the step was tried, where more than once */
                attempts?: number;
            }[];
        };
        EventPage: {
            items: {
                /** @description Unix ms */
                atMs: number;
                nodeId: string;
                name: string;
                /** @enum {string} */
                what: "created" | "started" | "ended";
                /** @enum {string} */
                phase: "Pending" | "Running" | "Succeeded" | "Skipped" | "Failed" | "Error" | "Omitted";
                message?: string;
                place: string;
            }[];
            continue?: string;
        };
        Agent: {
            agentId: string;
            pool: string;
            cluster: string;
            labels: {
                [key: string]: string;
            };
            /** @description how many more tasks it could take */
            room: number;
            running: number;
            version: string;
            /** @description when it was heard of last, Unix ms */
            atMs: number;
            draining: boolean;
        };
        Workflow: {
            apiVersion?: string;
            kind?: string;
            metadata: {
                name?: string;
                namespace?: string;
                uid?: string;
                creationTimestamp?: string;
                labels?: {
                    [key: string]: string;
                };
                annotations?: {
                    [key: string]: string;
                };
            } & {
                [key: string]: unknown;
            };
            spec?: {
                [key: string]: unknown;
            };
            status?: {
                phase?: string;
                message?: string;
            } & {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        WorkflowList: {
            metadata: {
                resourceVersion?: string;
                /** @description give it as listOptions.continue for the next page */
                continue?: string;
            } & {
                [key: string]: unknown;
            };
            items: components["schemas"]["Workflow"][] | null;
        } & {
            [key: string]: unknown;
        };
        TemplateObject: {
            apiVersion?: string;
            kind?: string;
            metadata: {
                name?: string;
                namespace?: string;
                uid?: string;
                creationTimestamp?: string;
                labels?: {
                    [key: string]: string;
                };
                annotations?: {
                    [key: string]: string;
                };
            } & {
                [key: string]: unknown;
            };
            spec?: {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        TemplateObjectList: {
            metadata: {
                resourceVersion?: string;
                /** @description give it as listOptions.continue for the next page */
                continue?: string;
            } & {
                [key: string]: unknown;
            };
            items: components["schemas"]["TemplateObject"][] | null;
        } & {
            [key: string]: unknown;
        };
        LogEntry: {
            result?: {
                content: string;
                podName: string;
            };
            error?: {
                [key: string]: unknown;
            };
        };
        WorkflowWatchEvent: {
            result?: {
                /** @enum {string} */
                type: "ADDED" | "MODIFIED" | "DELETED";
                object: components["schemas"]["Workflow"];
            };
            error?: {
                [key: string]: unknown;
            };
        };
        TaskFacts: {
            taskId: string;
            workflowUid: string;
            namespace: string;
            workflowName: string;
            nodeId: string;
            nodeName: string;
            template: string;
            image?: string;
            /** @description the host that it ran on */
            hostNodeName?: string;
            parameters: {
                [key: string]: string;
            };
            startedAtMs: number;
            finishedAtMs: number;
        };
        TaskFailure: {
            taskId: string;
            workflowUid: string;
            namespace: string;
            workflowName: string;
            nodeId: string;
            nodeName: string;
            template: string;
            image?: string;
            /** @description the host that it ran on */
            hostNodeName?: string;
            parameters: {
                [key: string]: string;
            };
            startedAtMs: number;
            finishedAtMs: number;
            /** @enum {string} */
            phase: "Failed" | "Error";
            fingerprint: string;
            title: string;
            exitCode?: string;
            message?: string;
            logTail?: string;
        };
        FailedImage: {
            /** @description the workflow that was looked at: the latest that failed so */
            workflowName: string;
            image?: string;
            /**
             * @description where it is said: unknown where there is no image, or the workflow was deleted
             * @enum {string}
             */
            origin: "manifest" | "parameters" | "template" | "elsewhere" | "unknown";
            /** @description as it stands there */
            written?: string;
            /** @description the workflow's parameters that it is made of */
            readonly parameters?: string[];
            /** @description the template that it stands in */
            template?: {
                /** @enum {string} */
                kind: "WorkflowTemplate" | "ClusterWorkflowTemplate";
                name: string;
            };
        };
        FailureGroup: {
            namespace: string;
            fingerprint: string;
            /** @description what failed, without what differs from run to run */
            title: string;
            /** @description attempts that failed so */
            count: number;
            workflowCount: number;
            firstAtMs: number;
            lastAtMs: number;
            hosts: {
                [key: string]: number;
            };
            templates: {
                [key: string]: number;
            };
            /** @description the latest */
            example: components["schemas"]["TaskFailure"];
        };
        FailureDetail: {
            failure: components["schemas"]["FailureGroup"];
            workflows: {
                uid: string;
                name: string;
                lastAtMs: number;
                /**
                 * @description now
                 * @enum {string}
                 */
                phase: "" | "Pending" | "Running" | "Succeeded" | "Failed" | "Error" | "absent";
            }[];
            /** @description of the example's template */
            lastGoodRun?: components["schemas"]["TaskFacts"];
            /** @description the example beside that run */
            readonly differences: {
                /** @enum {string} */
                field: "image" | "node" | "duration" | "parameter";
                name?: string;
                good?: string;
                failed?: string;
                isDifferent: boolean;
            }[];
        };
        BulkRetry: {
            id: string;
            createdAtMs: number;
            /** @enum {string} */
            kind: "retry" | "resubmit";
            readonly parameters: string[];
            image?: {
                from: string;
                to: string;
            };
            /** @enum {string} */
            phase: "canary" | "rest" | "halted" | "done";
            message?: string;
            counts: {
                [key: string]: number;
            };
            /** @description those that failed or were skipped, then those that run, then the others; the first of them */
            targets: {
                name: string;
                /** @description the new workflow */
                again?: string;
                /** @enum {string} */
                state: "waiting" | "asking" | "running" | "succeeded" | "failed" | "skipped";
                message?: string;
            }[];
        };
        DeadLetter: {
            id: string;
            /** @enum {string} */
            kind: "event" | "task";
            /** @description the shard or the pool that it was in */
            from: string;
            atMs: number;
            why: string;
            content: string;
            /** @description the text is longer than what is shown */
            isCut: boolean;
        };
        NodePod: {
            /** @enum {string} */
            state: "present" | "gone" | "none";
            /** @description why there is none */
            message?: string;
            /** @description where it is gone: as its agent saw it last */
            pod?: {
                [key: string]: unknown;
            };
            seenAtMs?: number;
            /** @description the latest last */
            events: {
                /** @description Normal or Warning */
                type: string;
                reason: string;
                message: string;
                count: number;
                firstAtMs?: number;
                lastAtMs?: number;
                /** @description the part of the cluster that says so */
                source?: string;
            }[];
            /** @description why the events are not there */
            eventsProblem?: string;
        };
        NodeDetail: {
            node: {
                id: string;
                name: string;
                displayName: string;
                type: string;
                /** @enum {string} */
                phase: "Pending" | "Running" | "Succeeded" | "Skipped" | "Failed" | "Error" | "Omitted";
                templateName?: string;
                message?: string;
                inputs?: {
                    [key: string]: unknown;
                };
                outputs?: {
                    [key: string]: unknown;
                };
                hostNodeName?: string;
            } & {
                [key: string]: unknown;
            };
            times: {
                startedAtMs?: number;
                runStartedAtMs?: number;
                finishedAtMs?: number;
            };
            /** @description the containers above it, the outermost first */
            path: {
                id: string;
                name: string;
            }[];
            /** @description of a step that is retried: all of its attempts, this one among them */
            attempts: {
                id: string;
                name: string;
                phase: string;
                message?: string;
                startedAtMs?: number;
                finishedAtMs?: number;
            }[];
            /** @description as it was written */
            template?: {
                [key: string]: unknown;
            };
            taskId?: string;
            podName?: string;
            pool: string;
            hasLog: boolean;
        };
        LogLines: {
            lines: {
                atMs: number;
                /** @enum {string} */
                stream: "stdout" | "stderr";
                container: string;
                text: string;
                /** @description of the first line: what lies before it and is not given */
                skippedBytes?: number;
            }[];
        };
        ManifestProblem: {
            code: string;
            /** @enum {string} */
            severity: "error" | "warning";
            /** @description what is wrong and what to do */
            message: string;
            path: string;
            line?: number;
            column?: number;
        };
        ManifestsPreview: {
            documents: {
                kind: string;
                name: string;
                line?: number;
                object: {
                    [key: string]: unknown;
                };
            }[];
            problems: components["schemas"]["ManifestProblem"][];
            /** @description what would run; absent while there are errors */
            graph?: {
                /** @constant */
                type: "snapshot";
                head: components["schemas"]["GraphHead"];
                vertices: components["schemas"]["Vertex"][];
            };
        };
        ManifestSchema: {
            kinds: {
                [key: string]: unknown;
            };
            structs: {
                [key: string]: {
                    [key: string]: {
                        /** @description a word, or {"list": shape}, {"map": shape}, {"struct": name} */
                        shape: unknown;
                        note?: string;
                        advice?: string;
                    };
                };
            };
        };
        Bid: {
            /** @description P(t) = 1/(1+e^(−k(t−θ))) */
            probability: number;
            /** @description t */
            executionTimeSeconds: number;
            /** @description θ */
            thetaSeconds: number;
            k: number;
            /** @description what t and θ are the sums of */
            readonly terms: {
                /** @enum {string} */
                of: "t" | "theta";
                name: string;
                seconds: number;
            }[];
        };
        Pool: {
            pool: string;
            /** @description tasks that an agent may take */
            waiting: number;
            /** @description those of them that wait before BullMQ */
            inBacklog: number;
            /** @description tasks that were refused and stay away for a moment */
            away: number;
            running: number;
            /** @description jobs that the queue gave up on */
            dead: number;
            /** @description the longest wait among those that come first and last, Unix ms */
            oldestSinceMs?: number;
            inPerMinute: number;
            outPerMinute: number;
            /** @description living agents that may take its tasks */
            agents: number;
            /** @description those of them that take no more */
            draining: number;
            /** @description how many more tasks the others could take */
            room: number;
            /** @description the latest word of any of them, Unix ms */
            heardOfMs?: number;
        };
        QueuedTask: {
            taskId: string;
            pool: string;
            /** @enum {string} */
            place: "waiting" | "backlog" | "away" | "running" | "ended";
            /** @description how many of the pool's tasks come before it */
            rank?: number;
            /** @description absent, as all of the workflow, where the job cannot be read */
            namespace?: string;
            workflow?: string;
            nodeId?: string;
            nodeName?: string;
            /** @description since when it could run */
            readySinceMs?: number;
            awayUntilMs?: number;
            deliveries: number;
            lastError?: string;
            bid?: components["schemas"]["Bid"];
        };
        RetryWait: {
            namespace: string;
            workflow: string;
            nodeId: string;
            nodeName: string;
            /** @description how many it has had */
            attempts: number;
            lastAttemptId?: string;
            lastError?: string;
            /** @description when the next one starts */
            dueAtMs: number;
        };
        TaskBid: {
            taskId: string;
            pool: string;
            /** @enum {string} */
            place: "waiting" | "backlog" | "away" | "running" | "ended";
            /** @description how many of the pool's tasks come before it */
            rank?: number;
            /** @description absent, as all of the workflow, where the job cannot be read */
            namespace?: string;
            workflow?: string;
            nodeId?: string;
            nodeName?: string;
            /** @description since when it could run */
            readySinceMs?: number;
            awayUntilMs?: number;
            deliveries: number;
            lastError?: string;
            bid?: components["schemas"]["Bid"];
            /** @enum {string} */
            waitsFor: "nothing" | "agent" | "undrained agent" | "room" | "another try" | "its turn";
            /** @description the same as a sentence */
            message: string;
        };
        WorkflowSummary: {
            uid: string;
            shard: number;
            namespace: string;
            name: string;
            /** @enum {string} */
            phase: "" | "Pending" | "Running" | "Succeeded" | "Failed" | "Error";
            message?: string;
            /** @description what failed in it, where the message does not say so */
            cause?: string;
            progress: string;
            submittedAtMs: number;
            startedAtMs?: number;
            finishedAtMs?: number;
            suspended: boolean;
            labels: {
                [key: string]: string;
            };
            templateName?: string;
            priority: number;
        };
        WorkflowListEvent: {
            /** @constant */
            type: "changed";
            items: components["schemas"]["WorkflowSummary"][];
            /** @description uids */
            removed: string[];
        } | {
            /** @constant */
            type: "gap";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    InfoService_GetInfo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    InfoService_GetUserInfo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    InfoService_GetVersion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        version: string;
                        buildDate: string;
                        gitCommit: string;
                        gitTag: string;
                        gitTreeState: string;
                        goVersion: string;
                        compiler: string;
                        platform: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WorkflowService_ListWorkflows: {
        parameters: {
            query?: {
                "listOptions.limit"?: string;
                "listOptions.continue"?: string;
                "listOptions.labelSelector"?: string;
                "listOptions.fieldSelector"?: string;
                nameFilter?: "" | "Exact" | "Prefix" | "Contains";
                createdAfter?: string;
                finishedBefore?: string;
                fields?: string;
            };
            header?: never;
            path: {
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowList"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WorkflowService_CreateWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    workflow: {
                        [key: string]: unknown;
                    };
                    serverDryRun?: boolean | null;
                    createOptions?: ({
                        dryRun?: string[] | null;
                    } & {
                        [key: string]: unknown;
                    }) | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WorkflowService_LintWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    workflow: {
                        [key: string]: unknown;
                    };
                    serverDryRun?: boolean | null;
                    createOptions?: ({
                        dryRun?: string[] | null;
                    } & {
                        [key: string]: unknown;
                    }) | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WorkflowService_SubmitWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    resourceKind: string;
                    resourceName: string;
                    submitOptions?: {
                        name?: string | null;
                        generateName?: string | null;
                        entryPoint?: string | null;
                        parameters?: string[] | null;
                        labels?: string | null;
                        annotations?: string | null;
                        serviceAccount?: string | null;
                        priority?: number | null;
                        podPriorityClassName?: string | null;
                        artifacts?: string[] | null;
                        dryRun?: boolean | null;
                        serverDryRun?: boolean | null;
                    } | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListAllWorkflows: {
        parameters: {
            query?: {
                "listOptions.limit"?: string;
                "listOptions.continue"?: string;
                "listOptions.labelSelector"?: string;
                "listOptions.fieldSelector"?: string;
                nameFilter?: "" | "Exact" | "Prefix" | "Contains";
                createdAfter?: string;
                finishedBefore?: string;
                fields?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowList"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WorkflowService_GetWorkflow: {
        parameters: {
            query?: {
                fields?: string;
                uid?: string;
            };
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WorkflowService_DeleteWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WorkflowService_ResubmitWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    memoized?: boolean | null;
                    parameters?: string[] | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WorkflowService_SuspendWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    nodeFieldSelector?: string;
                    message?: string;
                    /** @enum {string} */
                    phase?: "" | "Succeeded" | "Failed" | "Error";
                    outputParameters?: string;
                    restartSuccessful?: boolean;
                    parameters?: string[] | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WorkflowService_ResumeWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    nodeFieldSelector?: string;
                    message?: string;
                    /** @enum {string} */
                    phase?: "" | "Succeeded" | "Failed" | "Error";
                    outputParameters?: string;
                    restartSuccessful?: boolean;
                    parameters?: string[] | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WorkflowService_StopWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    nodeFieldSelector?: string;
                    message?: string;
                    /** @enum {string} */
                    phase?: "" | "Succeeded" | "Failed" | "Error";
                    outputParameters?: string;
                    restartSuccessful?: boolean;
                    parameters?: string[] | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WorkflowService_TerminateWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    nodeFieldSelector?: string;
                    message?: string;
                    /** @enum {string} */
                    phase?: "" | "Succeeded" | "Failed" | "Error";
                    outputParameters?: string;
                    restartSuccessful?: boolean;
                    parameters?: string[] | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WorkflowService_RetryWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    nodeFieldSelector?: string;
                    message?: string;
                    /** @enum {string} */
                    phase?: "" | "Succeeded" | "Failed" | "Error";
                    outputParameters?: string;
                    restartSuccessful?: boolean;
                    parameters?: string[] | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WorkflowService_SetWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    nodeFieldSelector?: string;
                    message?: string;
                    /** @enum {string} */
                    phase?: "" | "Succeeded" | "Failed" | "Error";
                    outputParameters?: string;
                    restartSuccessful?: boolean;
                    parameters?: string[] | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ArtifactService_GetOutputArtifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
                nodeId: string;
                artifactName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ArtifactService_GetInputArtifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
                nodeId: string;
                artifactName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ArtifactService_GetArtifactFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
                nodeId: string;
                artifactName: string;
                kind: "workflows" | "workflow";
                direction: "inputs" | "outputs";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WorkflowService_WatchWorkflows: {
        parameters: {
            query?: {
                "listOptions.fieldSelector"?: string;
                "listOptions.labelSelector"?: string;
                "listOptions.resourceVersion"?: string;
                fields?: string;
            };
            header?: never;
            path: {
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["WorkflowWatchEvent"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WatchAllWorkflows: {
        parameters: {
            query?: {
                "listOptions.fieldSelector"?: string;
                "listOptions.labelSelector"?: string;
                "listOptions.resourceVersion"?: string;
                fields?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["WorkflowWatchEvent"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WorkflowService_WorkflowLogs: {
        parameters: {
            query?: {
                podName?: string;
                "logOptions.container"?: string;
                "logOptions.follow"?: string;
                "logOptions.timestamps"?: string;
                "logOptions.sinceSeconds"?: string;
                "logOptions.sinceTime"?: string;
                "logOptions.sinceTime.seconds"?: string;
                "logOptions.tailLines"?: string;
                grep?: string;
                selector?: string;
            };
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["LogEntry"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    WorkflowService_PodLogs: {
        parameters: {
            query?: {
                podName?: string;
                "logOptions.container"?: string;
                "logOptions.follow"?: string;
                "logOptions.timestamps"?: string;
                "logOptions.sinceSeconds"?: string;
                "logOptions.sinceTime"?: string;
                "logOptions.sinceTime.seconds"?: string;
                "logOptions.tailLines"?: string;
                grep?: string;
                selector?: string;
            };
            header?: never;
            path: {
                namespace: string;
                name: string;
                podName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["LogEntry"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    FollowWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": {
                        /** @enum {string} */
                        type: "snapshot" | "change";
                        metadata?: {
                            name: string;
                            namespace: string;
                            uid: string;
                        };
                        header?: {
                            [key: string]: unknown;
                        };
                        nodes: ({
                            id: string;
                            phase: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        removedNodeIds: string[];
                        deleted: boolean;
                        more?: boolean;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListNodes: {
        parameters: {
            query?: {
                limit?: string;
                continue?: string;
                phase?: string;
                type?: string;
            };
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: ({
                            id: string;
                            phase: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        metadata: {
                            continue?: string;
                        };
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    FollowGraph: {
        parameters: {
            query?: {
                /** @description containers to show what is in them, comma-separated */
                expand?: string;
                /** @description containers to keep closed */
                collapse?: string;
                /** @description a node that is looked for: shown however many others are beside it */
                focus?: string;
            };
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["GraphEvent"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    GetGraph: {
        parameters: {
            query?: {
                /** @description containers to show what is in them, comma-separated */
                expand?: string;
                /** @description containers to keep closed */
                collapse?: string;
                /** @description a node that is looked for: shown however many others are beside it */
                focus?: string;
                /** @description the moment, Unix ms; now when absent */
                at?: string;
            };
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        type: "snapshot";
                        head: components["schemas"]["GraphHead"];
                        vertices: components["schemas"]["Vertex"][];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListMoments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        moments: number[];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListEvents: {
        parameters: {
            query?: {
                limit?: string;
                continue?: string;
            };
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    FindNodes: {
        parameters: {
            query?: {
                text?: string;
                phase?: string;
                limit?: string;
            };
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundNodes"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListFailureCauses: {
        parameters: {
            query?: {
                limit?: string;
            };
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FailureCauses"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    GetNode: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeDetail"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    FollowNodeLog: {
        parameters: {
            query?: {
                follow?: string;
                /** @description only the last lines */
                tail?: string;
                /** @description only lines that hold this text, in whatever case */
                search?: string;
                container?: string;
            };
            header?: never;
            path: {
                namespace: string;
                name: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["LogLines"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    DownloadNodeLog: {
        parameters: {
            query?: {
                /** @description only the last lines */
                tail?: string;
            };
            header?: never;
            path: {
                namespace: string;
                name: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    GetNodePod: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodePod"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListSummaries: {
        parameters: {
            query?: {
                namespace?: string;
                /** @description one of several, comma-separated */
                phase?: string;
                /** @description a label selector, as Kubernetes writes it */
                labels?: string;
                /** @description of the WorkflowTemplate that it was made from */
                template?: string;
                /** @description found in its name, message or cause */
                text?: string;
                /** @description Unix ms */
                submittedFrom?: string;
                /** @description Unix ms */
                submittedBefore?: string;
                limit?: string;
                continue?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["WorkflowSummary"][];
                        continue?: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    CountPhases: {
        parameters: {
            query?: {
                namespace?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        counts: {
                            [key: string]: number;
                        };
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    FollowSummaries: {
        parameters: {
            query?: {
                namespace?: string;
                /** @description one of several, comma-separated */
                phase?: string;
                /** @description a label selector, as Kubernetes writes it */
                labels?: string;
                /** @description of the WorkflowTemplate that it was made from */
                template?: string;
                /** @description found in its name, message or cause */
                text?: string;
                /** @description Unix ms */
                submittedFrom?: string;
                /** @description Unix ms */
                submittedBefore?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["WorkflowListEvent"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListAgents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Agent"][];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    DrainAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                pool: string;
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    UncordonAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                pool: string;
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        agentId: string;
                        draining: boolean;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListWaitingPools: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        pools: {
                            pool: string;
                            tasks: number;
                            /** @description that live and may take its tasks */
                            agents: number;
                            /** @description of those */
                            draining: number;
                        }[];
                        suspended: components["schemas"]["FoundNodes"];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListQueues: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Pool"][];
                        atMs: number;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListNextTasks: {
        parameters: {
            query?: {
                /** @description at most 100 */
                limit?: string;
            };
            header?: never;
            path: {
                pool: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["QueuedTask"][];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListTasksAway: {
        parameters: {
            query?: {
                /** @description at most 100 */
                limit?: string;
            };
            header?: never;
            path: {
                pool: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["QueuedTask"][];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListRetries: {
        parameters: {
            query?: {
                /** @description at most 100 */
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RetryWait"][];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    GetTaskBid: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskBid"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    GetTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        task: {
                            id: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListFailures: {
        parameters: {
            query?: {
                /** @description all when absent */
                namespace?: string;
                /** @description at most 100 */
                limit?: string;
                continue?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FailureGroup"][];
                        continue?: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    GetFailure: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                fingerprint: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FailureDetail"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    GetFailedImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                fingerprint: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FailedImage"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListBulkRetries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                fingerprint: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["BulkRetry"][];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    CreateBulkRetry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                fingerprint: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description NAME=VALUE, instead of the values that they had */
                    parameters?: string[];
                    /** @description instead of the image that failed: the workflows run as new ones then, with a changed manifest */
                    image?: string;
                    /** @description as new workflows, which take from WorkflowTemplates what these say now; always so with another image */
                    anew?: boolean;
                    /** @description the latest one first, the others only when it has succeeded */
                    canary?: boolean;
                    /** @description only these of the workflows */
                    names?: string[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkRetry"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    HaltBulkRetry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkRetry"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ContinueBulkRetry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkRetry"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        readonly items: components["schemas"]["DeadLetter"][];
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RequeueDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    DropDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                    };
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListWorkflowTemplates: {
        parameters: {
            query?: {
                "listOptions.labelSelector"?: string;
                "listOptions.fieldSelector"?: string;
                "listOptions.limit"?: string;
                "listOptions.continue"?: string;
                namePattern?: string;
            };
            header?: never;
            path: {
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObjectList"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    CreateWorkflowTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    template: components["schemas"]["TemplateObjectInput"];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObject"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListAllWorkflowTemplates: {
        parameters: {
            query?: {
                "listOptions.labelSelector"?: string;
                "listOptions.fieldSelector"?: string;
                "listOptions.limit"?: string;
                "listOptions.continue"?: string;
                namePattern?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObjectList"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    GetWorkflowTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObject"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    UpdateWorkflowTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    template: components["schemas"]["TemplateObjectInput"];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObject"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    DeleteWorkflowTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObject"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    LintWorkflowTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    template: components["schemas"]["TemplateObjectInput"];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObject"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListClusterWorkflowTemplates: {
        parameters: {
            query?: {
                "listOptions.labelSelector"?: string;
                "listOptions.fieldSelector"?: string;
                "listOptions.limit"?: string;
                "listOptions.continue"?: string;
                namePattern?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObjectList"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    CreateClusterWorkflowTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    template: components["schemas"]["TemplateObjectInput"];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObject"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    GetClusterWorkflowTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObject"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    UpdateClusterWorkflowTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    template: components["schemas"]["TemplateObjectInput"];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObject"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    DeleteClusterWorkflowTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObject"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    LintClusterWorkflowTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    template: components["schemas"]["TemplateObjectInput"];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObject"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListConfigMaps: {
        parameters: {
            query?: {
                "listOptions.labelSelector"?: string;
                "listOptions.fieldSelector"?: string;
                "listOptions.limit"?: string;
                "listOptions.continue"?: string;
                namePattern?: string;
            };
            header?: never;
            path: {
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObjectList"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    CreateConfigMap: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    configMap: components["schemas"]["TemplateObjectInput"];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObject"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ListAllConfigMaps: {
        parameters: {
            query?: {
                "listOptions.labelSelector"?: string;
                "listOptions.fieldSelector"?: string;
                "listOptions.limit"?: string;
                "listOptions.continue"?: string;
                namePattern?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObjectList"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    GetConfigMap: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObject"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    UpdateConfigMap: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    configMap: components["schemas"]["TemplateObjectInput"];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObject"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    DeleteConfigMap: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObject"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    GetManifestSchema: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManifestSchema"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    PreviewManifests: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description manifests: YAML, several documents, or JSON */
                    text: string;
                } | {
                    resourceKind: string;
                    resourceName: string;
                    submitOptions?: {
                        name?: string | null;
                        generateName?: string | null;
                        entryPoint?: string | null;
                        parameters?: string[] | null;
                        labels?: string | null;
                        annotations?: string | null;
                        serviceAccount?: string | null;
                        priority?: number | null;
                        podPriorityClassName?: string | null;
                        artifacts?: string[] | null;
                        dryRun?: boolean | null;
                        serverDryRun?: boolean | null;
                    } | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManifestsPreview"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    CronWorkflowService_LintCronWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    cronWorkflow: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateObject"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
