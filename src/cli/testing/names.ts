/** The suites of `./brickyard test`, in the order in which they run. */
export const suiteNames: readonly string[] = ['check', 'unit', 'conformance-netns', 'conformance-process', 'browser', 'crash']
