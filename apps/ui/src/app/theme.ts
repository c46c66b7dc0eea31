import { useState } from "react";

export type Theme = "light" | "dark";

const key = "capstan.theme";

function systemTheme(): Theme {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function storedTheme(): Theme | undefined {
  try {
    const stored = localStorage.getItem(key);
    return stored === "light" || stored === "dark" ? stored : undefined;
  } catch {
    return undefined; // Storage may be forbidden.
  }
}

/** Sets the page's colours before anything is drawn: the user's choice, or the system's. */
export function applyTheme(theme: Theme = storedTheme() ?? systemTheme()): Theme {
  document.documentElement.dataset["theme"] = theme;
  return theme;
}

export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(() => applyTheme());
  const choose = (chosen: Theme) => {
    try {
      localStorage.setItem(key, chosen);
    } catch {
      // It then lasts as long as the page.
    }
    setTheme(applyTheme(chosen));
    dispatchEvent(new Event("capstan-theme"));
  };
  return [theme, choose];
}
