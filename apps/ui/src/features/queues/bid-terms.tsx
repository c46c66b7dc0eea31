import type { components } from "@capstan/client";
import "./queues.css";

type Bid = components["schemas"]["Bid"];

/** A bid as it is reckoned: what t and θ are made of, and the P that follows. */
export function BidTerms({ bid }: { bid: Bid }) {
  return (
    <div className="bid">
      <Sum name="t" seconds={bid.executionTimeSeconds} terms={bid.terms.filter(({ of }) => of === "t")} />
      <Sum name="θ" seconds={bid.thetaSeconds} terms={bid.terms.filter(({ of }) => of === "theta")} />
      <div>
        <span className="bid-name">P</span> = 1/(1+e<sup>−k(t−θ)</sup>) = <strong>{bid.probability.toFixed(3)}</strong>{" "}
        <span className="muted">with k = {bid.k}</span>
      </div>
    </div>
  );
}

function Sum({ name, seconds, terms }: { name: string; seconds: number; terms: Bid["terms"] }) {
  const shown = terms.filter((term, index) => index === 0 || term.seconds !== 0);
  return (
    <div>
      <span className="bid-name">{name}</span> = <strong>{inSeconds(seconds)}</strong>
      {" = "}
      {shown.map((term, index) => (
        <span key={term.name} className="nowrap">
          {index > 0 && (term.seconds < 0 ? " − " : " + ")}
          {index === 0 && term.seconds < 0 && "−"}
          {inSeconds(Math.abs(term.seconds))} <span className="muted">{term.name}</span>
        </span>
      ))}
    </div>
  );
}

function inSeconds(seconds: number): string {
  const digits = Math.abs(seconds) < 10 ? 1 : 0;
  return `${seconds.toLocaleString(undefined, { maximumFractionDigits: digits })} s`;
}
