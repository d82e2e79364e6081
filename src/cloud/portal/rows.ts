/** A browser session of the portal. `tokens` are sealed, `hash` is of the cookie's secret. */
export type PortalSessionRow = { hash: string; oid: string; upn: string; name: string; tokens: string; created_at: Date; expires_at: Date }
