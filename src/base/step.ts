/**
 * One step of set-up, repeatable after any failure: what is half done is thrown away or continued, never trusted.
 * The `brickyard` command shows each with its size and seconds.
 */
export type SetupStep = {
  name: string
  /** True when nothing is left to do. Cheap: it is asked at every start. */
  done(): Promise<boolean>
  /** Does the step. `report` takes one line of progress at a time; the reply says how many bytes the step put on disk. */
  run(report: (line: string) => void, signal: AbortSignal): Promise<{ bytes?: number }>
  /** Makes things faster but is never required: it may run after `up` has answered. */
  background?: boolean
  /** What must be on the machine beforehand, in words for the person who has to install it. */
  needs?: string
}
