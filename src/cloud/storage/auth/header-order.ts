/**
 * Two orders of header names, because Azure's clients sign in two.
 * The .NET order (what the service itself uses, and the JavaScript SDK imitates) skips hyphens at first and puts signs before digits before letters;
 * the Java, Python and Go clients and ABFS sort by character code. They differ only for unusual names.
 */
export const byCharacter = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export const byCulture = (a: string, b: string): number => byCharacter(weights(a), weights(b)) || byCharacter(a, b)

const weights = (name: string): string => name.split('').filter((c) => c !== '-' && c !== "'").map(weight).join('')

const weight = (c: string): string => (c >= 'a' && c <= 'z' ? `2${c}` : c >= '0' && c <= '9' ? `1${c}` : `0${c}`)
