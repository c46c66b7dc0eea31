/** What part of the drawing is seen: a point p of it is on screen at p × scale + (x, y). */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export const scaleLimits = { min: 0.02, max: 2.5 } as const;

/** The whole drawing, centred; a small one is not blown up. */
export function fitted(
  drawing: { readonly width: number; readonly height: number },
  screen: { readonly width: number; readonly height: number },
  marginPx = 24,
): Viewport {
  const wanted = Math.min(
    (screen.width - 2 * marginPx) / Math.max(1, drawing.width),
    (screen.height - 2 * marginPx) / Math.max(1, drawing.height),
    1,
  );
  const scale = within(wanted);
  return {
    scale,
    x: (screen.width - drawing.width * scale) / 2,
    y: Math.max(marginPx, (screen.height - drawing.height * scale) / 2),
  };
}

/** As much of a box as fits; unmoved when it is in sight and can be read. */
export function shownWhole(
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  viewport: Viewport,
  screen: { readonly width: number; readonly height: number },
): Viewport {
  const left = box.x * viewport.scale + viewport.x;
  const top = box.y * viewport.scale + viewport.y;
  const isInSight =
    left >= 0 &&
    top >= 0 &&
    left + box.width * viewport.scale <= screen.width &&
    top + box.height * viewport.scale <= screen.height;
  if (isInSight) return viewport;
  const { scale, x, y } = fitted(box, screen);
  return { scale, x: x - box.x * scale, y: y - box.y * scale };
}

/** Zoomed by a factor around a point of the screen, which stays where it is. */
export function zoomed(viewport: Viewport, factor: number, at: { readonly x: number; readonly y: number }): Viewport {
  const scale = within(viewport.scale * factor);
  const ratio = scale / viewport.scale;
  return { scale, x: at.x - (at.x - viewport.x) * ratio, y: at.y - (at.y - viewport.y) * ratio };
}

/** Moved so that a box is in the middle, and large enough to be read. */
export function focusedOn(
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  viewport: Viewport,
  screen: { readonly width: number; readonly height: number },
): Viewport {
  const scale = within(Math.max(viewport.scale, 0.7));
  return {
    scale,
    x: screen.width / 2 - (box.x + box.width / 2) * scale,
    y: screen.height / 2 - (box.y + box.height / 2) * scale,
  };
}

function within(scale: number): number {
  return Math.min(scaleLimits.max, Math.max(scaleLimits.min, scale));
}
