import type { Manifest } from "./capstan-api.ts";

/** A template that runs a shell script. */
export function shell(name: string, script: string, more: object = {}): object {
  return { name, container: { image: "busybox", command: ["sh", "-c", script] }, ...more };
}

function workflow(name: string, templates: readonly object[], more: object = {}): Manifest {
  return { metadata: { name }, spec: { entrypoint: "main", templates, ...more } };
}

/** One step that says something. */
export function hello(name: string): Manifest {
  return workflow(name, [shell("main", "echo hello")]);
}

/** Fails, and says why in its log, until the file is there. */
export function failsWithout(name: string, file: string): Manifest {
  const script = `test -e ${file} || { echo "the settings are missing" >&2; exit 3; }`;
  const steps = [[{ name: "prepare", template: "prepare" }], [{ name: "configure", template: "configure" }]];
  return workflow(name, [{ name: "main", steps }, shell("prepare", "echo ready"), shell("configure", script)]);
}

/** One of each shape that a graph has: steps, a DAG, a loop, attempts, a nested template, an exit handler. */
export function shapes(name: string): Manifest {
  const dag = {
    tasks: [
      { name: "fetch", template: "say" },
      {
        name: "measure",
        template: "say-item",
        depends: "fetch",
        withItems: ["Bergen", "Oulu", "Turku"],
        arguments: itemArguments,
      },
      { name: "check", template: "flaky", depends: "fetch" },
      { name: "publish", template: "inner", depends: "measure && check.Failed" },
    ],
  };
  return workflow(
    name,
    [
      { name: "main", dag },
      {
        name: "inner",
        steps: [
          [
            { name: "pack", template: "say" },
            { name: "sign", template: "say" },
          ],
        ],
      },
      shell("say", "echo done; sleep 0.2"),
      shell("say-item", "echo {{inputs.parameters.city}}", { inputs: { parameters: [{ name: "city" }] } }),
      shell("flaky", "echo 'no route to host' >&2; exit 7", { retryStrategy: { limit: 1 } }),
    ],
    { onExit: "say" },
  );
}

const itemArguments = { parameters: [{ name: "city", value: "{{item}}" }] };

/** A loop of many turns, some of which fail and are tried again; it runs for minutes. */
export function slowFanOut(name: string): Manifest {
  const inputs = { parameters: [{ name: "frame" }] };
  const script = "sleep 2; test $(({{inputs.parameters.frame}} % 17)) -ne 5 || { echo 'out of memory' >&2; exit 137; }";
  const step = { template: "render", withSequence: { count: 600 }, continueOn: { failed: true } };
  const frame = { parameters: [{ name: "frame", value: "{{item}}" }] };
  const steps = [
    [{ name: "load", template: "load" }],
    [{ name: "render", ...step, arguments: frame }],
    [{ name: "join", template: "load" }],
  ];
  return workflow(name, [{ name: "main", steps }, shell("load", "echo loaded"), shell("render", script, { inputs })]);
}

/** A loop of a hundred thousand turns, of which one runs, and fails: all the nodes are there in seconds. */
export function hundredThousandNodes(name: string): Manifest {
  const inputs = { parameters: [{ name: "row" }] };
  const row = { parameters: [{ name: "row", value: "{{item}}" }] };
  const step = { name: "row", template: "row", withSequence: { count: "100000" }, when: "{{item}} == 70007" };
  const script = "echo row {{inputs.parameters.row}} is damaged; exit 4";
  return workflow(name, [{ name: "main", steps: [[{ ...step, arguments: row }]] }, shell("row", script, { inputs })]);
}

/** A template with a parameter of each kind. */
export function report(name: string): Manifest {
  const parameters = [
    { name: "audience", value: "team", enum: ["team", "board"], description: "Who reads it" },
    { name: "title", value: "Weekly report" },
    { name: "summary", value: "What happened\nand why" },
  ];
  const steps = [[{ name: "gather", template: "say" }], [{ name: "write", template: "say" }]];
  return workflow(name, [{ name: "main", steps }, shell("say", "echo {{workflow.parameters.title}}")], {
    arguments: { parameters },
  });
}

/** Writes two hundred megabytes of log, whose first line is not like the others, once it may. */
export function longLog(name: string, mayWrite = "true"): Manifest {
  const line = "all is well, and so it was a moment ago, and the moment before that one. ".repeat(4);
  const script = `until ${mayWrite}; do sleep 0.1; done; echo 'the Needle lies here'; yes '${line}' | head -c 200000000; echo; echo 'the end'`;
  return workflow(name, [shell("main", script)]);
}

/** Writes what makes terminals change colour ten thousand times, lose their screen, name their window, link elsewhere. */
export function ansiBomb(name: string): Manifest {
  const [e, bell] = ["\\033", "\\007"];
  const colours = `${e}[31;1mA${e}[0m${e}[92mB`.repeat(100);
  const tricks = `${e}[2J${e}[99999C${e}]0;owned${bell}${e}]8;;javascript:alert(1)${bell}click${e}]8;;${bell}${e}(0`;
  const script = `i=0; while test $i -lt 300; do printf '${colours}\\n'; i=$((i+1)); done; printf '${tricks}\\n'; printf '${e}[31mthe end'`;
  return workflow(name, [shell("main", script)]);
}

/** Waits for somebody who chooses where it goes and says why; what was said is in its last step's log. */
export function approval(name: string): Manifest {
  const inputs = {
    parameters: [{ name: "target", default: "test", enum: ["test", "production"], description: "Where it goes" }],
  };
  const supplied = (parameter: string) => ({ name: parameter, valueFrom: { supplied: {} } });
  const ask = { name: "ask", suspend: {}, inputs, outputs: { parameters: [supplied("target"), supplied("reason")] } };
  const [target, reason] = ["target", "reason"].map((one) => `{{steps.ask.outputs.parameters.${one}}}`);
  const steps = [
    [{ name: "ask", template: "ask" }],
    [
      {
        name: "deploy",
        template: "deploy",
        arguments: {
          parameters: [
            { name: "target", value: target },
            { name: "reason", value: reason },
          ],
        },
      },
    ],
  ];
  const given = { parameters: [{ name: "target" }, { name: "reason" }] };
  const script = "echo to {{inputs.parameters.target}}, {{inputs.parameters.reason}}";
  return workflow(name, [{ name: "main", steps }, ask, shell("deploy", script, { inputs: given })]);
}

/** Runs until the file is there. */
export function waitsFor(name: string, file: string, more: object = {}): Manifest {
  return workflow(name, [shell("main", `until test -e ${file}; do sleep 0.1; done`)], more);
}

/** What a page must never make into more than text. */
export const hostileText = `<img src=x onerror="window.wasAttacked=1"><script>window.wasAttacked=1</script>`;

/** Hostile text wherever a workflow can carry text: items, parameters, logs, outputs, messages, labels' values. */
export function hostile(name: string): Manifest {
  const quoted = hostileText.replaceAll("'", "");
  const inputs = { parameters: [{ name: "text" }] };
  const script = `echo '${quoted}'; printf '\\033[31m\\033]0;owned\\007\\033[99999C${quoted}\\n'; exit 1`;
  const step = {
    name: "show",
    template: "show",
    withItems: [hostileText],
    arguments: { parameters: [{ name: "text", value: "{{item}}" }] },
  };
  return workflow(name, [{ name: "main", steps: [[step]] }, shell("show", script, { inputs })], {
    arguments: { parameters: [{ name: "title", value: hostileText, description: hostileText }] },
  });
}
