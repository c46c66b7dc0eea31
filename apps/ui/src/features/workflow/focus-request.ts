import { useEffect, useRef } from "react";

/** Somebody looked for a node: it is to be brought into sight. Each request is an object of its own. */
export interface FocusRequest {
  readonly id: string;
}

/** Brings the node of a request into sight once, as soon as it is there: what it is in may have to be opened first. */
export function useFocusRequest(request: FocusRequest | undefined, isThere: boolean, bringIntoSight: () => void): void {
  const answered = useRef<FocusRequest>(undefined);
  useEffect(() => {
    if (request === undefined || !isThere || answered.current === request) return;
    answered.current = request;
    bringIntoSight();
  });
}
