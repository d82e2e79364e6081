/** .NET ticks (100 ns since the year 1) at the Unix epoch: Azure's ETags are such ticks in hexadecimal. */
const epochTicks = 621_355_968_000_000_000n

/** A moment as an ETag, with the quotes of RFC 9110. */
export const etagOf = (microseconds: bigint): string => `"0x${(epochTicks + microseconds * 10n).toString(16).toUpperCase()}"`

/**
 * Gives every write a moment of its own, in microseconds and always rising, so that two writes in the same tick of the
 * kernel's clock still differ. The moment is kept as the file's modification time: rename keeps it, and a write by hand changes it.
 */
export function openStamps(now: () => number = Date.now): { next(after?: bigint): bigint } {
  let last = 0n
  return {
    next(after = 0n) {
      last = [BigInt(now()) * 1000n, last + 2n, after + 2n].reduce((a, b) => (a > b ? a : b))
      return last
    },
  }
}

/** Seconds for utimes(2). Half a microsecond more, because the conversion to a timespec cuts off. */
export const secondsOf = (microseconds: bigint): number => (Number(microseconds) + 0.5) / 1e6
