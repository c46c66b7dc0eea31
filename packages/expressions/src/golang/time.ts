import { GoDuration } from "./duration.ts";
import { type TimeZone, utc, type ZoneOffset } from "./time-zone.ts";

const nanosecondsPerSecond = 1_000_000_000n;

/** A date of the proleptic Gregorian calendar with a time of day. */
export interface CivilTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
}

/** Go's time.Time: an instant and the zone that it is shown in. */
export class GoTime {
  /** Nanoseconds since 1970. */
  readonly unixNanoseconds: bigint;
  readonly zone: TimeZone;

  constructor(unixNanoseconds: bigint, zone: TimeZone) {
    this.unixNanoseconds = unixNanoseconds;
    this.zone = zone;
  }

  get unixSeconds(): number {
    return Number(floorDivide(this.unixNanoseconds, nanosecondsPerSecond));
  }

  get nanosecond(): number {
    return Number(this.unixNanoseconds - BigInt(this.unixSeconds) * nanosecondsPerSecond);
  }

  get offset(): ZoneOffset {
    return this.zone.offsetAt(this.unixSeconds);
  }

  /** The date and time of day as the zone's clocks show them. */
  get civil(): CivilTime {
    const local = this.unixSeconds + this.offset.seconds;
    const days = Math.floor(local / 86_400);
    const rest = local - days * 86_400;
    const { year, month, day } = civilFromDays(days);
    const hour = Math.floor(rest / 3600);
    const minute = Math.floor((rest % 3600) / 60);
    return { year, month, day, hour, minute, second: rest % 60, nanosecond: this.nanosecond };
  }

  /** 0 (Sunday) to 6. */
  get weekday(): number {
    const days = Math.floor((this.unixSeconds + this.offset.seconds) / 86_400);
    return (((days + 4) % 7) + 7) % 7;
  }

  get dayOfYear(): number {
    const { year, month, day } = this.civil;
    return daysFromCivil(year, month, day) - daysFromCivil(year, 1, 1) + 1;
  }

  add(duration: GoDuration): GoTime {
    return new GoTime(this.unixNanoseconds + duration.nanoseconds, this.zone);
  }

  since(earlier: GoTime): GoDuration {
    const longest = 2n ** 63n - 1n;
    const difference = this.unixNanoseconds - earlier.unixNanoseconds;
    if (difference > longest) return new GoDuration(longest);
    return new GoDuration(difference < -longest ? -longest - 1n : difference);
  }

  in(zone: TimeZone): GoTime {
    return new GoTime(this.unixNanoseconds, zone);
  }
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}

/** Days since 1970 of a date; months outside 1 to 12 and days outside the month carry over. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const carried = year + Math.floor((month - 1) / 12);
  const normalMonth = ((((month - 1) % 12) + 12) % 12) + 1;
  const y = normalMonth <= 2 ? carried - 1 : carried;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (normalMonth + (normalMonth > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilFromDays(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9);
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** The instant at which the zone's clocks show the given time. */
export function timeFromCivil(civil: CivilTime, zone: TimeZone): GoTime {
  const days = daysFromCivil(civil.year, civil.month, civil.day);
  const local = days * 86_400 + civil.hour * 3600 + civil.minute * 60 + civil.second;
  // The offset depends on the instant that is being looked for: guess it, then correct the guess once, as Go does.
  const offset = zone.offsetAt(local - zone.offsetAt(local).seconds).seconds;
  return new GoTime(BigInt(local - offset) * nanosecondsPerSecond + BigInt(civil.nanosecond), zone);
}

/** The instant of a millisecond clock, shown in UTC. */
export function timeFromMilliseconds(unixMs: number): GoTime {
  return new GoTime(BigInt(Math.trunc(unixMs)) * 1_000_000n, utc);
}
