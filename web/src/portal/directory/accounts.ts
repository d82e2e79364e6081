/** The directory's rules for names, said while one types. */
export function nameTrouble(name: string, domain: string): string | undefined {
  if (name === '') return 'Enter a name.'
  const [local = '', given] = name.split('@')
  if (given !== undefined && given.toLowerCase() !== domain.toLowerCase()) return `Accounts belong to this organisation: the name must end with @${domain}.`
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(local)) return 'Letters, digits, dot, - and _ are allowed; it begins with a letter or digit.'
  return undefined
}
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
/** Four groups of five: about 99 bits, easy to read out. */
export const freshPassword = (): string =>
  Array.from({ length: 4 }, () => Array.from(crypto.getRandomValues(new Uint32Array(5)), (number) => letters[number % letters.length]).join('')).join('-')

/** Well-known scopes in the words of the consent page. */
const scopes: Readonly<Record<string, string>> = {
  user_impersonation: 'Act as the person there', openid: 'Sign the person in', profile: 'View the basic profile', email: 'View the email address', offline_access: 'Keep the access until it is revoked', 'User.Read': 'Read the person’s profile',
  'User.Read.All': 'Read all users’ profiles', 'Directory.Read.All': 'Read the directory', 'Directory.AccessAsUser.All': 'Administer the directory as the person',
}
export const scopeWords = (scope: string): string => scopes[scope] ?? scope
