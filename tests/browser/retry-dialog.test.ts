import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Manifest } from "./capstan-api.ts";
import { whyNoBrowser } from "./chromium.ts";
import { Stage } from "./stage.ts";

/** A template whose one job fails with the old version and says so. */
function versioned(name: string, image: string, version: string): Manifest {
  const script = `test ${version} = 1.5 || { echo "${name} is too old" >&2; exit 3; }`;
  const tag = { name: "tag", value: "1.4", enum: ["1.4", "1.5"], description: "The version that is built" };
  const job = { name: "job", inputs: { parameters: [{ name: "tag", value: "1.4" }] } };
  const container = { image, command: ["sh", "-c", script] };
  const steps = [
    [
      {
        name: "run",
        template: "job",
        arguments: { parameters: [{ name: "tag", value: "{{inputs.parameters.tag}}" }] },
      },
    ],
  ];
  return {
    metadata: { name },
    spec: {
      ...{ entrypoint: "main", arguments: { parameters: [tag] } },
      templates: [
        { name: "main", inputs: { parameters: [{ name: "tag" }] }, steps },
        { ...job, container },
      ],
    },
  };
}

function of(template: string, name: string): Manifest {
  return { metadata: { name }, spec: { workflowTemplateRef: { name: template } } };
}

describe.skipIf(whyNoBrowser())("trying workflows of a failure again", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set();
  });
  afterEach(() => stage.closePages());
  afterAll(() => stage.strike());

  async function openDialog(title: string) {
    const watched = await stage.open("/failures");
    await watched.page.getByRole("link", { name: title }).click();
    await watched.page.getByRole("button", { name: /^Try . again/ }).click();
    return { ...watched, dialog: watched.page.getByRole("dialog") };
  }

  it("offers the parameter that their image is made of, with its choices", async () => {
    await stage.api.store(versioned("build", "busybox:{{inputs.parameters.tag}}", "{{inputs.parameters.tag}}"));
    await stage.api.run(of("build", "build-1"), "Failed");
    await stage.api.run(of("build", "build-2"), "Failed");
    const { page, dialog, faults } = await openDialog("build is too old");
    await dialog.getByText("The image busybox:1.4 is made of the parameter tag").waitFor();
    await dialog.getByText("The version that is built").waitFor();
    expect(await dialog.getByLabel(/Another image/).count()).toBe(0);
    await dialog.getByLabel("tag").selectOption("1.5");
    await dialog.getByText("Each workflow goes on where it failed").waitFor();
    await dialog.getByRole("button", { name: "Try the first" }).click();
    await page.getByText("2 succeeded", { exact: true }).waitFor();
    expect(await stage.api.phaseOf("build-1")).toBe("Succeeded");
    expect(faults).toEqual([]);
  });

  it("says so when a WorkflowTemplate says their image, and takes it from there anew", async () => {
    await stage.api.store(versioned("fixed", "busybox:1.4", "1.4"));
    await stage.api.run(of("fixed", "fixed-1"), "Failed");
    const { page, dialog, faults } = await openDialog("fixed is too old");
    await dialog.getByText("The image busybox:1.4 stands in the WorkflowTemplate fixed").waitFor();
    expect(await dialog.getByLabel(/Another image/).count()).toBe(0);
    await stage.api.replace(versioned("fixed", "busybox:1.5", "1.5"));
    await dialog.getByLabel("As new workflows, from the beginning").check();
    await dialog.getByText("it takes as they are now").waitFor();
    await dialog.getByRole("button", { name: "Try again" }).click();
    await page.getByText("1 succeeded", { exact: true }).waitFor();
    expect(await stage.api.phaseOf("fixed-1")).toBe("Failed");
    expect(faults).toEqual([]);
  });
});
