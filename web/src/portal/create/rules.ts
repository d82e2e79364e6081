/** The resource manager's and the service's own rules, said while one types. The server has the last word. */
export function groupNameTrouble(name: string, taken: readonly string[]): string | undefined {
  if (name === '') return 'Enter a name.'
  if (name.length > 90) return 'At most 90 characters.'
  if (!/^[\p{L}\p{N}_().-]+$/u.test(name)) return 'Only letters, digits, _ ( ) . and - are allowed.'
  if (name.endsWith('.')) return 'A name must not end with a dot.'
  if (taken.some((each) => each.toLowerCase() === name.toLowerCase())) return 'A resource group of this name exists already.'
  return undefined
}
export function workspaceNameTrouble(name: string, taken: readonly string[]): string | undefined {
  if (name === '') return 'Enter a name.'
  if (!/^[A-Za-z0-9_-]*$/.test(name)) return 'Only letters, digits, - and _ are allowed.'
  if (name.length < 3) return 'At least 3 characters.'
  if (name.length > 64) return 'At most 64 characters.'
  if (taken.some((each) => each.toLowerCase() === name.toLowerCase())) return 'This resource group has a service of this name already.'
  return undefined
}
/** Two octets of a private range: `10.139` means 10.139.0.0/16. */
export function prefixTrouble(text: string): string | undefined {
  const [, first, second] = /^(\d{1,3})\.(\d{1,3})$/.exec(text) ?? []
  const [a, b] = [Number(first), Number(second)]
  const isPrivate = (a === 10 && b < 256) || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)
  return first !== undefined && isPrivate ? undefined : 'Enter the first two octets of a private network, such as 10.139.'
}
export const tagTrouble = (name: string, value: string): string | undefined =>
  name.length > 512 || /[<>%&\\?/]/.test(name) ? 'A tag’s name must not hold < > % & \\ ? / and has at most 512 characters.' : value.length > 256 ? 'A tag’s value has at most 256 characters.' : undefined

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
/** As Azure names it: the service's name and thirteen characters nobody else has. */
export const managedGroupName = (workspace: string): string =>
  `databricks-rg-${workspace}-${[...crypto.getRandomValues(new Uint8Array(13))].map((byte) => letters[byte % letters.length]).join('')}`.slice(0, 90)
