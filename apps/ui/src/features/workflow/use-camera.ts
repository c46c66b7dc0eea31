import { useEffect, useMemo, useRef } from "react";
import type { Box, Layout } from "./layout.ts";
import { fitted, focusedOn, shownWhole, type Viewport, zoomed } from "./viewport.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Camera {
  readonly viewport: { current: Viewport };
  readonly fit: () => void;
  readonly zoom: (factor: number, at?: { readonly x: number; readonly y: number }) => void;
  readonly pan: (byX: number, byY: number) => void;
  readonly lookAt: (next: (viewport: Viewport, size: Size) => Viewport) => void;
  /** Called when the picture must be drawn anew. */
  onChange: () => void;
}

/** Where one looks; a ref, since it changes at every frame of a drag and only the canvas cares. */
export function useCamera(
  canvas: { readonly current: HTMLCanvasElement | null },
  layout: Layout,
  selectedId: string | undefined,
): Camera {
  const latest = useRef({ layout, selectedId });
  latest.current = { layout, selectedId };
  // All of it is shown until somebody has looked for himself.
  const touched = useRef(false);
  const camera = useMemo<Camera>(() => {
    const size = (): Size => ({ width: canvas.current?.clientWidth ?? 1, height: canvas.current?.clientHeight ?? 1 });
    const made: Camera = {
      viewport: { current: { x: 0, y: 0, scale: 1 } },
      onChange: () => {},
      lookAt: (next) => {
        touched.current = true;
        made.viewport.current = next(made.viewport.current, size());
        made.onChange();
      },
      fit: () => {
        made.lookAt((_, screen) => fitted(latest.current.layout, screen));
        touched.current = false;
      },
      zoom: (factor, at) =>
        made.lookAt((viewport, screen) =>
          zoomed(viewport, factor, at ?? { x: screen.width / 2, y: screen.height / 2 }),
        ),
      pan: (byX, byY) => made.lookAt((viewport) => ({ ...viewport, x: viewport.x + byX, y: viewport.y + byY })),
    };
    return made;
  }, [canvas]);
  useEffect(() => {
    const mark = () => {
      touched.current = true;
    };
    const element = canvas.current;
    element?.addEventListener("wheel", mark, { passive: true });
    element?.addEventListener("pointerdown", mark);
    element?.addEventListener("keydown", mark);
    return () => {
      element?.removeEventListener("wheel", mark);
      element?.removeEventListener("pointerdown", mark);
      element?.removeEventListener("keydown", mark);
    };
  }, [canvas]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new layout may be larger.
  useEffect(() => {
    if (!touched.current) camera.fit();
  }, [layout, camera]);
  // A panel that opens beside the graph takes of its room: what was chosen must not lie behind its edge.
  useEffect(() => {
    const resized = new ResizeObserver(() => {
      const box = latest.current.layout.boxes.get(latest.current.selectedId ?? "");
      if (!touched.current) camera.fit();
      else if (box !== undefined) camera.lookAt((viewport, screen) => intoSight(box, viewport, screen));
    });
    if (canvas.current !== null) resized.observe(canvas.current);
    return () => resized.disconnect();
  }, [canvas, camera]);
  return camera;
}

/** Moved only when the box is not wholly in sight. */
export function intoSight(box: Box, viewport: Viewport, size: Size): Viewport {
  return shownWhole(box, viewport, size) === viewport ? viewport : focusedOn(box, viewport, size);
}
