/** One measured start. */
export type Start = {
  /** Seconds until the rows were there. */
  seconds: number
  /** Executors that ran tasks of the query. */
  computedOn: number
}

/** Enough partitions for every core, so that no worker is spared. */
export const query = 'select id % 4 as k, count(*) as n, sum(id) as s from range(0, 4000000, 1, 16) group by id % 4 order by k'
export const expected = [0, 1, 2, 3].map((k) => [k, 1_000_000, 1_999_998_000_000 + k * 1_000_000])
