import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const executablePath = process.env["CAPSTAN_CHROMIUM"] ?? "/usr/bin/chromium";

/** Why pages cannot be looked at here; undefined when they can. Said aloud, so that a skipped suite is seen. */
export function whyNoBrowser(): string | undefined {
  if (existsSync(executablePath)) return undefined;
  const reason = `there is no ${executablePath} (apt-get install chromium, or set CAPSTAN_CHROMIUM)`;
  console.log(`skipped: browser tests: ${reason}`);
  return reason;
}

/** Debian's Chromium without a window and without its calls home. */
export function launchChromium(): Promise<Browser> {
  const quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  // Its sandbox needs rights that containers and root lack; it sees pages of ours only.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", ...quiet] });
}

/** A page of a browser that knows nothing yet, and all that went wrong in it: errors of scripts, refusals of the content policy, failed loads. */
export interface WatchedPage {
  readonly page: Page;
  readonly faults: readonly string[];
  close(): Promise<void>;
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(`${message.type()}: ${message.text()}`);
  });
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}

export const narrow = { viewport: { width: 360, height: 740 } } as const;
