import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { answerOf, api, apiUrl } from "../api/client.ts";
import icon from "../icon.svg";
import { Button } from "../ui/controls.tsx";
import { useTheme } from "./theme.ts";
import "./shell.css";

const links = [
  { to: "/workflows", name: "Workflows" },
  { to: "/submit", name: "Submit" },
  { to: "/queues", name: "Queues" },
  { to: "/failures", name: "Failures" },
  { to: "/agents", name: "Agents" },
] as const;

/** What is around every page. */
export function Shell() {
  const [theme, setTheme] = useTheme();
  const version = useQuery({
    queryKey: ["version"],
    queryFn: () => answerOf(api.GET("/api/v1/version")),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useFocusOnNavigation();
  return (
    <div className="shell">
      <a href="#main" className="skip-link">
        Skip to the content
      </a>
      <header className="sidebar">
        <Link to="/workflows" className="brand">
          <img src={icon} alt="" />
          Capstan
        </Link>
        <nav aria-label="Main" style={{ display: "contents" }}>
          {links.map(({ to, name }) => (
            <Link key={to} to={to} className="nav-link" activeProps={{ "aria-current": "page" }}>
              {name}
            </Link>
          ))}
        </nav>
        <div className="sidebar-end">
          <a href={apiUrl("api/v1/capstan/docs/")} className="muted">
            API
          </a>
          <Button look="quiet" onClick={() => setTheme(theme === "dark" ? "light" : "dark")}>
            {theme === "dark" ? "Light" : "Dark"} theme
          </Button>
          <span className="muted">{version.data?.version.replace("capstan-", "")}</span>
        </div>
      </header>
      <main id="main" className="main" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

/** A screen reader hears of the new page, and the keyboard starts at its top. */
function useFocusOnNavigation(): void {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const previous = useRef(path);
  useEffect(() => {
    if (previous.current === path) return;
    previous.current = path;
    document.getElementById("main")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [path]);
}
