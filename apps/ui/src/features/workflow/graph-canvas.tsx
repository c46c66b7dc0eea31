import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { Button } from "../../ui/controls.tsx";
import { drawGraph, isOnFold, type Palette, readPalette, vertexAt } from "./draw-graph.ts";
import { type FocusRequest, useFocusRequest } from "./focus-request.ts";
import { type Layout, layOut } from "./layout.ts";
import { nextInDirection } from "./next-in-direction.ts";
import { type Camera, intoSight, useCamera } from "./use-camera.ts";
import type { Graph } from "./vertices.ts";
import { focusedOn, shownWhole } from "./viewport.ts";

interface GraphCanvasProps {
  readonly graph: Graph;
  readonly selectedId: string | undefined;
  readonly showsCriticalPath: boolean;
  /** Of a replay: what counts as now. */
  readonly nowMs: number | undefined;
  readonly focusRequest: FocusRequest | undefined;
  readonly onSelect: (id: string | undefined) => void;
  readonly onToggle: (id: string, isExpanded: boolean) => void;
}

const dragThresholdPx = 4;
const clockMs = 500;

/** The graph on a canvas: pan by drag or arrows, zoom by wheel, pinch or + and −; Enter opens and closes. */
export function GraphCanvas(props: GraphCanvasProps) {
  const { graph, selectedId, showsCriticalPath, nowMs, focusRequest, onSelect, onToggle } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  // The shape alone decides the layout: states change many times more often.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above.
  const layout = useMemo(() => layOut(graph), [graph.shape]);
  const camera = useCamera(canvas, layout, selectedId);
  const latest = useRef({ graph, layout, selectedId, showsCriticalPath, nowMs });
  latest.current = { graph, layout, selectedId, showsCriticalPath, nowMs };
  const redraw = useDrawing(canvas, camera.viewport, latest);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each of these is another picture.
  useEffect(redraw, [graph, layout, selectedId, showsCriticalPath, nowMs]);
  const sought = layout.boxes.get(focusRequest?.id ?? "");
  useFocusRequest(focusRequest, sought !== undefined, () => {
    if (sought !== undefined) camera.lookAt((viewport, size) => focusedOn(sought, viewport, size));
  });
  const toggle = useToggle(layout, camera, onToggle);
  const onKeyDown = (event: KeyboardEvent) => {
    const isHandled = handleKey(event.key, { graph, layout, selectedId, onSelect, onToggle: toggle, camera });
    if (isHandled) event.preventDefault();
  };
  const pointer = usePointer(canvas, camera, (x, y) => {
    const box = vertexAt(layout, x, y);
    const vertex = graph.byId.get(box?.vertexId ?? "");
    if (vertex === undefined) return onSelect(undefined);
    onSelect(vertex.id);
    if (vertex.childCount === undefined || vertex.kind === "More" || box === undefined) return;
    if (vertex.expanded !== true || isOnFold(box, x, y)) toggle(vertex.id, vertex.expanded === true);
  });
  const selected = graph.byId.get(selectedId ?? "");
  return (
    <div className="graph">
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it is operated by keys of its own. */}
      <canvas
        ref={canvas}
        className="graph-canvas"
        tabIndex={0}
        role="application"
        aria-label="Graph of the workflow. Arrow keys go from node to node, Enter opens and closes, plus and minus zoom, 0 shows all. The tree shows the same as a list."
        onKeyDown={onKeyDown}
        {...pointer}
      />
      <p className="visually-hidden" aria-live="polite">
        {selected && `${selected.name}, ${selected.kind}, ${selected.phase}`}
      </p>
      <div className="graph-tools" role="toolbar" aria-label="Zoom">
        <Button aria-label="Zoom in" onClick={() => camera.zoom(1.3)}>
          +
        </Button>
        <Button aria-label="Zoom out" onClick={() => camera.zoom(1 / 1.3)}>
          −
        </Button>
        <Button onClick={camera.fit}>Fit</Button>
      </div>
    </div>
  );
}

/** What is opened comes into sight once it is laid out. */
function useToggle(
  layout: Layout,
  camera: Camera,
  onToggle: GraphCanvasProps["onToggle"],
): GraphCanvasProps["onToggle"] {
  const awaited = useRef<string | undefined>(undefined);
  useEffect(() => {
    const box = layout.boxes.get(awaited.current ?? "");
    if (box?.isFrame !== true) return;
    awaited.current = undefined;
    camera.lookAt((viewport, size) => shownWhole(box, viewport, size));
  }, [layout, camera]);
  return (id, isExpanded) => {
    awaited.current = isExpanded ? undefined : id;
    onToggle(id, isExpanded);
  };
}

interface Latest {
  readonly graph: Graph;
  readonly layout: Layout;
  readonly selectedId: string | undefined;
  readonly showsCriticalPath: boolean;
  readonly nowMs: number | undefined;
}

/** Draws at most once a frame, and once in a while for the durations of what runs. Returns what asks for a picture. */
function useDrawing(
  canvas: { readonly current: HTMLCanvasElement | null },
  viewport: Camera["viewport"],
  latest: { readonly current: Latest },
): () => void {
  const request = useRef<() => void>(() => {});
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (element === null || !context) return;
    let palette: Palette = readPalette(element);
    let frame = 0;
    const draw = () => {
      frame = 0;
      const ratio = devicePixelRatio || 1;
      const [width, height] = [element.clientWidth, element.clientHeight];
      if (element.width !== Math.round(width * ratio)) element.width = Math.round(width * ratio);
      if (element.height !== Math.round(height * ratio)) element.height = Math.round(height * ratio);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      const { nowMs, ...rest } = latest.current;
      drawGraph(context, { ...rest, viewport: viewport.current, palette, nowMs: nowMs ?? Date.now() }, width, height);
    };
    request.current = () => {
      frame ||= requestAnimationFrame(draw);
    };
    const recolour = () => {
      palette = readPalette(element);
      request.current();
    };
    const resized = new ResizeObserver(() => request.current());
    resized.observe(element);
    addEventListener("capstan-theme", recolour);
    const clock = setInterval(() => {
      if (latest.current.graph.head.finishedAtMs === undefined) request.current();
    }, clockMs);
    request.current();
    return () => {
      cancelAnimationFrame(frame);
      clearInterval(clock);
      resized.disconnect();
      removeEventListener("capstan-theme", recolour);
    };
  }, [canvas, viewport, latest]);
  return () => request.current();
}

/** Drag pans, wheel and pinch zoom, a click chooses. */
function usePointer(
  canvas: { readonly current: HTMLCanvasElement | null },
  camera: Camera,
  onClick: (x: number, y: number) => void,
) {
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const [moved, setMoved] = useState({ total: 0 });
  useEffect(() => {
    const element = canvas.current;
    // React's own wheel listener is passive: it could not keep the page from scrolling.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = element?.getBoundingClientRect() ?? { left: 0, top: 0 };
      const isPan = event.shiftKey || (Math.abs(event.deltaX) > Math.abs(event.deltaY) && !event.ctrlKey);
      if (isPan) camera.pan(-(event.deltaX || event.deltaY), event.shiftKey ? 0 : -event.deltaY);
      else camera.zoom(Math.exp(-event.deltaY * 0.0015), { x: event.clientX - left, y: event.clientY - top });
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, [canvas, camera]);
  return {
    onPointerDown: (event: PointerEvent<HTMLCanvasElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      setMoved({ total: 0 });
    },
    onPointerMove: (event: PointerEvent<HTMLCanvasElement>) => {
      const before = pointers.current.get(event.pointerId);
      if (before === undefined) return;
      const [other] = [...pointers.current].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
      const now = { x: event.clientX, y: event.clientY };
      pointers.current.set(event.pointerId, now);
      moved.total += Math.hypot(now.x - before.x, now.y - before.y);
      if (other === undefined) {
        if (moved.total > dragThresholdPx) camera.pan(now.x - before.x, now.y - before.y);
        return;
      }
      const { left, top } = event.currentTarget.getBoundingClientRect();
      const factor =
        Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
      camera.zoom(factor, { x: (now.x + other.x) / 2 - left, y: (now.y + other.y) / 2 - top });
    },
    onPointerUp: (event: PointerEvent<HTMLCanvasElement>) => {
      pointers.current.delete(event.pointerId);
      if (moved.total > dragThresholdPx) return;
      const { left, top } = event.currentTarget.getBoundingClientRect();
      const { x, y, scale } = camera.viewport.current;
      onClick((event.clientX - left - x) / scale, (event.clientY - top - y) / scale);
    },
    onPointerCancel: (event: PointerEvent<HTMLCanvasElement>) => {
      pointers.current.delete(event.pointerId);
    },
  };
}

interface KeyTarget extends Pick<GraphCanvasProps, "graph" | "selectedId" | "onSelect" | "onToggle"> {
  readonly layout: Layout;
  readonly camera: Camera;
}

/** Does what a key stands for; false when it stands for nothing here. */
function handleKey(key: string, { graph, layout, selectedId, onSelect, onToggle, camera }: KeyTarget): boolean {
  switch (key) {
    case "+":
    case "=":
      camera.zoom(1.3);
      return true;
    case "-":
      camera.zoom(1 / 1.3);
      return true;
    case "0":
      camera.fit();
      return true;
    case "Escape":
      onSelect(undefined);
      return true;
    case "Enter":
    case " ": {
      const vertex = graph.byId.get(selectedId ?? "");
      if (vertex?.childCount !== undefined && vertex.kind !== "More") onToggle(vertex.id, vertex.expanded === true);
      return true;
    }
    case "ArrowLeft":
    case "ArrowRight":
    case "ArrowUp":
    case "ArrowDown": {
      const next = nextInDirection(layout, selectedId, key);
      if (next === undefined) return true;
      onSelect(next.vertexId);
      camera.lookAt((viewport, size) => intoSight(next, viewport, size));
      return true;
    }
    default:
      return false;
  }
}
