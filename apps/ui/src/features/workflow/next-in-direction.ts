import type { Box, Layout } from "./layout.ts";

type Arrow = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

const directions: { readonly [A in Arrow]: readonly [number, number] } = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The box that an arrow key leads to: the nearest in that direction, those straight ahead first; the first of all when none is chosen. */
export function nextInDirection(layout: Layout, fromId: string | undefined, arrow: Arrow): Box | undefined {
  const from = layout.boxes.get(fromId ?? "");
  const candidates = [...layout.boxes.values()].filter((box) => !box.isFrame);
  if (from === undefined) {
    return candidates.sort((left, right) => left.x - right.x || left.y - right.y)[0];
  }
  const [dx, dy] = directions[arrow];
  const start = centre(from);
  let best: { readonly box: Box; readonly cost: number } | undefined;
  for (const box of candidates) {
    if (box === from) continue;
    const at = centre(box);
    const ahead = (at.x - start.x) * dx + (at.y - start.y) * dy;
    if (ahead <= 1) continue;
    const aside = Math.abs((at.x - start.x) * dy) + Math.abs((at.y - start.y) * dx);
    const cost = ahead + 2 * aside;
    if (best === undefined || cost < best.cost) best = { box, cost };
  }
  return best?.box;
}

function centre({ x, y, width, height }: Box) {
  return { x: x + width / 2, y: y + height / 2 };
}
