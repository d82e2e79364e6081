/** Programs on a person's own machine that may sign them in: no secret, PKCE, back to the loopback interface only (RFC 8252). */
const publicClients = [
  'databricks-cli',
  'databricks-connect',
  'databricks-sql-python',
  'databricks-sql-connector',
  'databricks-sql-nodejs',
  'databricks-jdbc',
  'databricks-sql-jdbc',
  'dbt-databricks',
  'databricks-vscode',
  'brickyard',
]

export function mayReturnTo(clientId: string, redirectUri: string): boolean {
  if (!publicClients.includes(clientId) || !URL.canParse(redirectUri)) return false
  const url = new URL(redirectUri)
  return url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname) && url.username === '' && url.hash === ''
}
