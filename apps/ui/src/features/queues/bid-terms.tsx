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
        <span className="bid-name">P</span> = 1/(1+e<sup>−k(t−θ)</sup>){" "}
        <strong>{formatProbability(bid.probability)}</strong> <span className="muted">with k = {bid.k}</span>
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
          {inSeconds(index === 0 ? term.seconds : Math.abs(term.seconds))} <span className="muted">{term.name}</span>
        </span>
      ))}
    </div>
  );
}

export function inSeconds(seconds: number): string {
  const digits = Math.abs(seconds) < 10 ? 1 : 0;
  const text = Math.abs(seconds).toLocaleString(undefined, { maximumFractionDigits: digits });
  return `${seconds < 0 ? "−" : ""}${text} s`;
}

/** "= 0.123"; what would look like 0 or 1 and is not says so. */
export function formatProbability(probability: number): string {
  if (probability < 0.001) return "< 0.001";
  return probability > 0.999 ? "> 0.999" : `= ${probability.toFixed(3)}`;
}
