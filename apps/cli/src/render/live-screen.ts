import { headline } from "./headline.ts";
import type { Palette } from "./phase-style.ts";
import { wrapped } from "./text-width.ts";
import { renderTree } from "./tree.ts";
import type { WorkflowView } from "./workflow-view.ts";

const frameMsMin = 100;
/** The share of time that drawing may take: a frame of 100,000 nodes is drawn more rarely. */
const drawingShare = 0.2;

/** Redraws the trees of some workflows in place, at the bottom of the terminal, about ten times a second at most. */
export class LiveScreen {
  readonly #stream: NodeJS.WriteStream;
  readonly #palette: Palette;
  readonly #views: readonly WorkflowView[];
  #hint = "";
  #footer = "";
  #linesDrawn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #nextFrameAtMs = 0;
  #closed = false;

  constructor(stream: NodeJS.WriteStream, palette: Palette, views: readonly WorkflowView[]) {
    this.#stream = stream;
    this.#palette = palette;
    this.#views = views;
  }

  start(): void {
    this.#stream.write(hideCursor);
    // Durations go on while nothing changes.
    this.#ticker = setInterval(() => this.changed(), 1_000);
    this.changed();
  }

  /** A line below the trees that says what the user can do; gone with an empty text. */
  setHint(text: string): void {
    this.#hint = text;
    this.changed();
  }

  /** Another one, for what happens now. */
  setFooter(text: string): void {
    this.#footer = text;
    this.changed();
  }

  changed(): void {
    if (this.#closed || this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#draw();
      },
      Math.max(0, this.#nextFrameAtMs - Date.now()),
    );
  }

  /** Draws once more what there is and leaves it standing. */
  close(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    clearInterval(this.#ticker);
    this.#footer = "";
    this.#hint = "";
    this.#draw();
    this.#closed = true;
    this.#stream.write(showCursor);
  }

  #draw(): void {
    const startedAtMs = Date.now();
    const rows = Math.max(4, (this.#stream.rows || 24) - 1);
    const lines = this.#lines(rows);
    // One write a frame, each line cleared to its end: nothing flickers. No line may wrap, or the next frame begins too low.
    const up = this.#linesDrawn > 0 ? `\u001b[${this.#linesDrawn}A\r` : "\r";
    this.#stream.write(`${noWrap}${up}${lines.map((line) => `${line}\u001b[K`).join("\n")}\n\u001b[J${wrap}`);
    this.#linesDrawn = lines.length;
    const tookMs = Date.now() - startedAtMs;
    this.#nextFrameAtMs = Date.now() + Math.max(frameMsMin, tookMs / drawingShare);
  }

  #lines(rows: number): readonly string[] {
    const width = Math.max(40, this.#stream.columns || 100) - 1;
    const options = { nowMs: Date.now(), width, palette: this.#palette };
    const footer = [this.#hint, this.#footer]
      .filter((text) => text !== "")
      .flatMap((text) => wrapped(text, width))
      .map((line) => this.#palette.yellow(line));
    const each = Math.max(2, Math.floor((rows - footer.length) / Math.max(1, this.#views.length)));
    const trees = this.#views.flatMap((view) => [
      headline(view.name, view.header, options),
      ...renderTree(view.nodes, { ...options, linesMax: each - 1 }),
    ]);
    return [...trees.slice(0, rows - footer.length), ...footer];
  }
}

const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const noWrap = "\u001b[?7l";
const wrap = "\u001b[?7h";
