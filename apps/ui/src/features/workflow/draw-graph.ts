import { phaseOfLetter, phaseSigns } from "../../ui/phase.tsx";
import { formatDuration } from "../../ui/time.tsx";
import { type Box, type Layout, sizes } from "./layout.ts";
import type { Graph, Vertex } from "./vertices.ts";
import type { Viewport } from "./viewport.ts";

/** The page's colours, read once for a theme. */
export interface Palette {
  readonly [name: string]: string;
}

const names = [
  ...["canvas", "surface", "surface-2", "border", "border-strong", "text", "text-2", "text-3", "accent"],
  ...["pending", "running", "succeeded", "failed", "error", "skipped", "omitted"],
];

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

export interface Drawn {
  readonly graph: Graph;
  readonly layout: Layout;
  readonly viewport: Viewport;
  readonly palette: Palette;
  readonly selectedId: string | undefined;
  /** Only the path that the workflow's end waited for is drawn in full. */
  readonly showsCriticalPath: boolean;
  readonly nowMs: number;
}

/** Below this scale a card cannot be read, and a block of its phase's colour is drawn. */
const readableScale = 0.42;
/** A block that is large enough has its name, unless there are very many. */
const namedScale = 0.26;
const namedBlocksMax = 400;
const blockTextPx = 10;

/** Draws what of the graph is in sight; the canvas is `width` × `height` CSS pixels. */
export function drawGraph(context: CanvasRenderingContext2D, drawn: Drawn, width: number, height: number): void {
  const { palette, viewport, layout, graph } = drawn;
  context.fillStyle = palette["canvas"] ?? "";
  context.fillRect(0, 0, width, height);
  context.save();
  context.translate(viewport.x, viewport.y);
  context.scale(viewport.scale, viewport.scale);
  const seen = {
    left: -viewport.x / viewport.scale,
    top: -viewport.y / viewport.scale,
    right: (width - viewport.x) / viewport.scale,
    bottom: (height - viewport.y) / viewport.scale,
  };
  const isSeen = (box: Box) =>
    box.x + box.width >= seen.left && box.x <= seen.right && box.y + box.height >= seen.top && box.y <= seen.bottom;
  const frames: [Box, Vertex][] = [];
  const nodes: [Box, Vertex][] = [];
  for (const [id, box] of layout.boxes) {
    if (!isSeen(box)) continue;
    const vertex = graph.byId.get(id);
    if (vertex !== undefined) (box.isFrame ? frames : nodes).push([box, vertex]);
  }
  // Boxes of what is inside come first: the frames around them are drawn before them.
  for (const [box, vertex] of frames.reverse()) if (!box.isBare) drawFrame(context, drawn, box, vertex);
  drawEdges(context, drawn, isSeen);
  const isReadable = viewport.scale >= readableScale;
  const isNamed = viewport.scale >= namedScale && nodes.length <= namedBlocksMax;
  for (const [box, vertex] of nodes) {
    context.globalAlpha = drawn.showsCriticalPath && vertex.critical !== true ? 0.3 : 1;
    if (!isReadable) drawBlock(context, drawn, box, vertex, isNamed);
    else if (vertex.strip !== undefined && vertex.kind !== "More") drawGroup(context, drawn, box, vertex);
    else drawNode(context, drawn, box, vertex);
  }
  context.globalAlpha = 1;
  context.restore();
}

function colourOf(palette: Palette, phase: string): string {
  return palette[phase.toLowerCase()] ?? palette["pending"] ?? "";
}

function drawFrame(context: CanvasRenderingContext2D, drawn: Drawn, box: Box, vertex: Vertex): void {
  const { palette, viewport } = drawn;
  outline(context, box, 10);
  context.fillStyle = palette["surface-2"] ?? "";
  context.globalAlpha = 0.6;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = drawn.selectedId === vertex.id ? 2.5 : 1;
  context.strokeStyle = (drawn.selectedId === vertex.id ? palette["accent"] : palette["border-strong"]) ?? "";
  context.setLineDash(vertex.kind === "Retry" ? [5, 4] : []);
  context.stroke();
  context.setLineDash([]);
  if (viewport.scale < readableScale) return;
  context.font = "600 12px system-ui, sans-serif";
  context.fillStyle = colourOf(palette, vertex.phase);
  context.fillText(phaseSigns[vertex.phase], box.x + 10, box.y + 19);
  context.fillStyle = palette["text-2"] ?? "";
  context.fillText(shortened(context, frameTitle(vertex), box.width - 62), box.x + 27, box.y + 19);
  context.fillText("−", box.x + box.width - 20, box.y + 19);
}

function frameTitle({ name, kind, childCount }: Vertex): string {
  if (kind === "Loop" || kind === "TaskGroup") return `${name} × ${childCount ?? "items"}`;
  return kind === "Retry" ? retryTitle(name, childCount) : name;
}

function drawBlock(context: CanvasRenderingContext2D, drawn: Drawn, box: Box, vertex: Vertex, isNamed: boolean): void {
  context.fillStyle = colourOf(drawn.palette, vertex.phase);
  context.fillRect(box.x, box.y, box.width, box.height);
  if (vertex.strip !== undefined) drawStrip(context, drawn.palette, vertex.strip, box.x, box.y, box.width, box.height);
  else if (isNamed) {
    const size = Math.round(blockTextPx / drawn.viewport.scale);
    context.font = `500 ${size}px system-ui, sans-serif`;
    context.fillStyle = drawn.palette["surface"] ?? "";
    context.fillText(shortened(context, vertex.name, box.width - size), box.x + size / 2, middle(box) + size * 0.35);
  }
  if (drawn.selectedId !== vertex.id) return;
  context.lineWidth = 3 / drawn.viewport.scale;
  context.strokeStyle = drawn.palette["accent"] ?? "";
  context.strokeRect(box.x, box.y, box.width, box.height);
}

function drawCard(context: CanvasRenderingContext2D, drawn: Drawn, box: Box, vertex: Vertex): void {
  const { palette } = drawn;
  outline(context, box, 7);
  context.fillStyle = palette["surface"] ?? "";
  context.fill();
  const isSelected = drawn.selectedId === vertex.id;
  context.lineWidth = isSelected ? 3 : vertex.phase === "Running" ? 2 : 1.25;
  context.strokeStyle = isSelected ? (palette["accent"] ?? "") : colourOf(palette, vertex.phase);
  context.setLineDash(vertex.hooked === true ? [4, 3] : []);
  context.stroke();
  context.setLineDash([]);
}

function drawNode(context: CanvasRenderingContext2D, drawn: Drawn, box: Box, vertex: Vertex): void {
  const { palette } = drawn;
  drawCard(context, drawn, box, vertex);
  context.font = "13px system-ui, sans-serif";
  context.fillStyle = colourOf(palette, vertex.phase);
  context.fillText(signOf(vertex), box.x + 11, box.y + 25);
  context.fillStyle = palette["text"] ?? "";
  context.font = "500 12.5px system-ui, sans-serif";
  const took = durationOf(vertex, drawn.nowMs);
  context.fillText(shortened(context, vertex.name, box.width - 42), box.x + 31, box.y + (took === "" ? 25 : 18));
  if (took === "") return;
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = palette["text-3"] ?? "";
  context.fillText(took, box.x + 31, box.y + 33);
}

function drawGroup(context: CanvasRenderingContext2D, drawn: Drawn, box: Box, vertex: Vertex): void {
  const { palette } = drawn;
  // A second card behind the first: there are several in it.
  outline(context, { ...box, x: box.x + 4, y: box.y + 4 }, 7);
  context.fillStyle = palette["surface-2"] ?? "";
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = palette["border-strong"] ?? "";
  context.stroke();
  drawCard(context, drawn, box, vertex);
  context.font = "13px system-ui, sans-serif";
  context.fillStyle = colourOf(palette, vertex.phase);
  context.fillText(phaseSigns[vertex.phase], box.x + 11, box.y + 20);
  context.fillStyle = palette["text"] ?? "";
  context.font = "600 12.5px system-ui, sans-serif";
  context.fillText(shortened(context, groupTitle(vertex), box.width - 44), box.x + 31, box.y + 20);
  drawStrip(context, palette, vertex.strip ?? "", box.x + 12, box.y + 28, box.width - 24, 9);
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = palette["text-3"] ?? "";
  context.fillText(shortened(context, countsText(vertex), box.width - 24), box.x + 12, box.y + 52);
}

function groupTitle({ name, kind, childCount = 0 }: Vertex): string {
  return kind === "Retry" ? retryTitle(name, childCount) : `${name} × ${childCount.toLocaleString()}`;
}

/** That a step would be tried again is of no interest until it is. */
function retryTitle(name: string, attempts = 0): string {
  return attempts > 1 ? `${name} · ${attempts} attempts` : name;
}

/** "3 failed, 12 running, 980 of 1,000 done". */
export function countsText({ counts = {} }: Pick<Vertex, "counts">): string {
  const { Failed = 0, Error: broken = 0, Running = 0, Pending = 0, Succeeded = 0, Skipped = 0, Omitted = 0 } = counts;
  const total = Failed + broken + Running + Pending + Succeeded + Skipped + Omitted;
  const parts = [
    Failed + broken > 0 && `${(Failed + broken).toLocaleString()} failed`,
    Running > 0 && `${Running.toLocaleString()} running`,
    `${Succeeded.toLocaleString()} of ${total.toLocaleString()} done`,
  ];
  return parts.filter((part) => part !== false).join(", ");
}

function drawStrip(
  context: CanvasRenderingContext2D,
  palette: Palette,
  strip: string,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  const step = width / Math.max(1, strip.length);
  for (let index = 0; index < strip.length; index++) {
    const { phase, hidesFailures } = phaseOfLetter(strip.charAt(index));
    context.fillStyle = colourOf(palette, phase);
    context.fillRect(x + index * step, y, step + 0.3, height);
    if (!hidesFailures) continue;
    context.fillStyle = palette["failed"] ?? "";
    context.fillRect(x + index * step, y + height * 0.6, step + 0.3, height * 0.4);
  }
}

function drawEdges(context: CanvasRenderingContext2D, drawn: Drawn, isSeen: (box: Box) => boolean): void {
  const { layout, palette, graph, showsCriticalPath } = drawn;
  const isCritical = (id: string) => graph.byId.get(id)?.critical === true;
  for (const critical of [false, true]) {
    context.beginPath();
    for (const { from, to } of layout.edges) {
      if ((showsCriticalPath && isCritical(from) && isCritical(to)) !== critical) continue;
      const [source, target] = [layout.boxes.get(from), layout.boxes.get(to)];
      if (source === undefined || target === undefined) continue;
      if (isSeen(source) || isSeen(target)) traceEdge(context, drawn, source, target);
    }
    context.lineWidth = critical ? 3 : 1.4;
    context.strokeStyle = (critical ? palette["accent"] : palette["border-strong"]) ?? "";
    context.stroke();
  }
}

/** Groups of steps are not seen themselves: lines run from each step to a joint and on to each of the next. */
const jointMembersMax = 24;

function traceEdge(context: CanvasRenderingContext2D, drawn: Drawn, source: Box, target: Box): void {
  const [sources, targets] = [membersOf(drawn, source, "last"), membersOf(drawn, target, "first")];
  if (sources.length === 1 && targets.length === 1) {
    const [from = source] = sources;
    const [to = target] = targets;
    traceCurve(context, from.x + from.width, middle(from), to.x, middle(to));
    return;
  }
  const joint = { x: (source.x + source.width + target.x) / 2, y: (middle(source) + middle(target)) / 2 };
  for (const box of sources) traceCurve(context, box.x + box.width, middle(box), joint.x, joint.y);
  for (const box of targets) traceCurve(context, joint.x, joint.y, box.x, middle(box));
}

function membersOf({ graph, layout }: Drawn, box: Box, side: "first" | "last"): readonly Box[] {
  if (!box.isBare) return [box];
  const children = graph.children.get(box.vertexId) ?? [];
  const atEdge = children.filter((child) =>
    side === "first" ? child.after.length === 0 : !children.some(({ after }) => after.includes(child.id)),
  );
  if (atEdge.length === 0 || atEdge.length > jointMembersMax) return [box];
  return atEdge.flatMap(({ id }) => {
    const inner = layout.boxes.get(id);
    return inner === undefined ? [] : membersOf({ graph, layout } as Drawn, inner, side);
  });
}

function traceCurve(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  const bend = Math.max(12, Math.abs(x2 - x1) / 2);
  context.moveTo(x1, y1);
  context.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
}

function middle(box: Box): number {
  return box.y + box.height / 2;
}

function outline(context: CanvasRenderingContext2D, box: Pick<Box, "x" | "y" | "width" | "height">, radius: number) {
  context.beginPath();
  context.roundRect(box.x, box.y, box.width, box.height, radius);
}

function signOf({ kind, phase }: Vertex): string {
  // Not the sign of a player's pause, which is missing where no font has emoji.
  if (kind === "Suspend" && phase === "Running") return "‖";
  return phaseSigns[phase];
}

function durationOf({ phase, startedAtMs, runStartedAtMs, finishedAtMs, kind }: Vertex, nowMs: number): string {
  if (phase === "Skipped" || phase === "Omitted" || startedAtMs === undefined) return "";
  if (phase === "Pending") return `waiting ${formatDuration(nowMs - startedAtMs)}`;
  const from = kind === "Pod" ? (runStartedAtMs ?? startedAtMs) : startedAtMs;
  return formatDuration((finishedAtMs ?? Math.max(nowMs, from)) - from);
}

const widths = new Map<string, string>();
const widthsMax = 20_000;

/** The text, cut so that it fits; measuring is dear, so it is remembered. */
function shortened(context: CanvasRenderingContext2D, text: string, width: number): string {
  const key = `${context.font}|${width}|${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  let cut = text.slice(0, 200);
  while (cut.length > 1 && context.measureText(cut === text ? cut : `${cut}…`).width > width) cut = cut.slice(0, -1);
  const shown = cut === text ? text : `${cut}…`;
  if (widths.size > widthsMax) widths.clear();
  widths.set(key, shown);
  return shown;
}

/** The vertex at a point of the drawing: the innermost. */
export function vertexAt(layout: Layout, x: number, y: number): Box | undefined {
  let found: Box | undefined;
  for (const box of layout.boxes.values()) {
    if (box.isBare || x < box.x || x > box.x + box.width || y < box.y || y > box.y + box.height) continue;
    if (found === undefined || box.width * box.height <= found.width * found.height) found = box;
  }
  return found;
}

const foldWidth = 32;

/** Is a point on the sign that closes a frame? */
export function isOnFold(box: Box, x: number, y: number): boolean {
  return box.isFrame && y - box.y <= sizes.frameTitle && x >= box.x + box.width - foldWidth;
}
