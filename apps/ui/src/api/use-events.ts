import { followEvents, type StreamState } from "@capstan/client";
import { useEffect, useRef, useState } from "react";

/**
 * Follows a stream while the component is shown and the page is looked at; a hidden page costs nothing and begins anew when it is seen again.
 * Its state says whether what is shown is fresh.
 */
export function useEvents<T>(url: string | undefined, onEvent: (event: T) => void): StreamState {
  const [state, setState] = useState<StreamState>({ state: "connecting" });
  const listener = useRef(onEvent);
  useEffect(() => {
    listener.current = onEvent;
  });
  const isVisible = usePageVisible();
  useEffect(() => {
    if (url === undefined || !isVisible) return;
    const stream = followEvents<T>(url, { onEvent: (event) => listener.current(event), onState: setState });
    return () => stream.close();
  }, [url, isVisible]);
  return state;
}

function usePageVisible(): boolean {
  const [isVisible, setVisible] = useState(document.visibilityState !== "hidden");
  useEffect(() => {
    const look = () => setVisible(document.visibilityState !== "hidden");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return isVisible;
}
