const units = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** "1 byte", "2.1 kB", "200 MB": as much as one wants to read. */
export function formatBytes(bytes: number): string {
  if (bytes === 1) return "1 byte";
  let amount = bytes;
  let unit = 0;
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1_000;
    unit += 1;
  }
  return `${amount >= 99.95 || unit === 0 ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`;
}
