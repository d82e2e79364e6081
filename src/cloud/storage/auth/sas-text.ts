/** The fields of a shared access signature, by their names in the URL (`sp`, `st`, `se`, …). */
export type SasFields = { get(name: string): string | undefined }

const of = (fields: SasFields, ...names: string[]): string[] => names.map((name) => fields.get(name) ?? '')

/** `/blob/<account>/<container>[/<path>]`: the same for both endpoints, never encoded. */
export const signedResource = (account: string, container: string, path: string): string =>
  `/blob/${account}/${container}${path === '' ? '' : `/${path}`}`

/**
 * What the account key signs for a service SAS.
 * Source: learn.microsoft.com/rest/api/storageservices/create-service-sas: 2018-11-09 brought sr and the snapshot, 2020-12-06 the encryption scope.
 */
export function serviceSasText(fields: SasFields, resource: string): string {
  const scope = (fields.get('sv') ?? '') >= '2020-12-06' ? of(fields, 'ses') : []
  return [
    ...of(fields, 'sp', 'st', 'se'), resource, ...of(fields, 'si', 'sip', 'spr', 'sv', 'sr', 'snapshot'),
    ...scope, ...of(fields, 'rscc', 'rscd', 'rsce', 'rscl', 'rsct'),
  ].join('\n')
}

/**
 * What a user delegation key signs.
 * Source: learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas: 2020-02-10 brought saoid, suoid and scid, 2020-12-06 the
 * encryption scope, 2025-07-05 the delegated user.
 */
export function delegatedSasText(fields: SasFields, resource: string): string {
  const version = fields.get('sv') ?? ''
  return [
    ...of(fields, 'sp', 'st', 'se'), resource, ...of(fields, 'skoid', 'sktid', 'skt', 'ske', 'sks', 'skv'),
    ...(version >= '2020-02-10' ? of(fields, 'saoid', 'suoid', 'scid') : []), ...(version >= '2025-07-05' ? of(fields, 'skdutid', 'sduoid') : []),
    ...of(fields, 'sip', 'spr', 'sv', 'sr', 'snapshot'), ...(version >= '2020-12-06' ? of(fields, 'ses') : []), ...of(fields, 'rscc', 'rscd', 'rsce', 'rscl', 'rsct'),
  ].join('\n')
}

/** What the account key signs for an account SAS. Source: …/create-account-sas. */
export function accountSasText(fields: SasFields, account: string): string {
  const scope = (fields.get('sv') ?? '') >= '2020-12-06' ? of(fields, 'ses') : []
  return [account, ...of(fields, 'sp', 'ss', 'srt', 'st', 'se', 'sip', 'spr', 'sv'), ...scope, ''].join('\n')
}
