/** A half-open range of bytes, `[from, to)`. */
export type Span = readonly [from: number, to: number]

/** Adds a span to a list of spans that touch nowhere, and merges what now touches. */
export function addSpan(spans: readonly Span[], [from, to]: Span): Span[] {
  const apart = spans.filter(([a, b]) => b < from || a > to)
  const touching = spans.filter(([a, b]) => b >= from && a <= to)
  const merged: Span = [Math.min(from, ...touching.map(([a]) => a)), Math.max(to, ...touching.map(([, b]) => b))]
  return [...apart, merged].sort((x, y) => x[0] - y[0])
}

/** Whether every byte of a range is there. */
export const covers = (spans: readonly Span[], [from, to]: Span): boolean => from >= to || spans.some(([a, b]) => a <= from && b >= to)

/** The end of the last span, or `otherwise`. */
export const endOf = (spans: readonly Span[], otherwise: number): number => spans.at(-1)?.[1] ?? otherwise
