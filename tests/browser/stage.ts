import type { Browser, BrowserContextOptions } from "playwright-core";
import { type RunningSystem, startSystem } from "../system/start-system.ts";
import { CapstanApi } from "./capstan-api.ts";
import { launchChromium, openPage, type WatchedPage } from "./chromium.ts";

/** A whole Capstan and a browser that looks at it. */
export class Stage {
  readonly system: RunningSystem;
  readonly api: CapstanApi;
  readonly #browser: Browser;
  readonly #pages: WatchedPage[] = [];

  static async set(): Promise<Stage> {
    const [system, browser] = await Promise.all([
      startSystem({ runtime: "process", concurrency: 8 }),
      launchChromium(),
    ]);
    return new Stage(system, browser);
  }

  private constructor(system: RunningSystem, browser: Browser) {
    this.system = system;
    this.api = new CapstanApi(system.url);
    this.#browser = browser;
  }

  /** Opens a page of the system, or of whatever stands at another address. */
  async open(path: string, options?: BrowserContextOptions, url = this.system.url): Promise<WatchedPage> {
    const watched = await openPage(this.#browser, `${url}${path}`, options);
    this.#pages.push(watched);
    return watched;
  }

  async closePages(): Promise<void> {
    await Promise.all(this.#pages.splice(0).map((watched) => watched.close()));
  }

  async strike(): Promise<void> {
    await this.#browser.close();
    await this.system.stop();
  }
}
