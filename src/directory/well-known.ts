/** Microsoft's tenant for personal accounts. Source: "ID token claims", `tid` of consumer accounts. */
export const consumersTenant = '9188040d-6c67-4c5b-b112-36a304b66dad'

/** Applications with ids that clients have built in. */
export const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'
export const databricksApp = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d'
/** Our own command line; not an id of Azure's. */
export const brickyardCli = 'b1c4a2d0-0c11-4b61-9f3e-b71c4a2d0c11'
/** The page `/myapps` signs its visitors in as this application. */
export const myApps = '2793995e-0a7d-40d7-bd35-6968ba142197'
/** Azure's own portal has this id too. */
export const portalApp = 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c'
export const graphApp = '00000003-0000-0000-c000-000000000000'
export const armApp = '797f4846-ba00-4fd7-ba43-dac1f8f63013'
export const storageApp = 'e406a681-f3d4-42a8-90b6-c2b029497af1'

export type Scope = {
  value: string
  /** As the consent page says it: what is allowed, from the user's point of view. */
  title: string
  description: string
}
export type Resource = {
  appId: string
  displayName: string
  /** Under which it is asked for; the first one stands for the others. Compared without a trailing slash. */
  names: readonly string[]
  scopes: readonly Scope[]
}

/** OpenID scopes are permissions of Graph, as in Entra ID. */
export const openIdScopes = ['openid', 'profile', 'email', 'offline_access'] as const

/** Resources of the product itself. Registered applications are resources too (`applications.identifierUris`). */
export const resources: readonly Resource[] = [
  {
    appId: armApp,
    displayName: 'Azure Resource Manager',
    names: ['https://management.azure.com/', 'https://management.core.windows.net/', armApp],
    scopes: [{
      value: 'user_impersonation',
      title: 'Manage cloud resources as you',
      description: 'Create, read, change and delete resource groups, machines, networks and storage accounts, wherever your own roles allow it.',
    }],
  },
  {
    appId: databricksApp,
    displayName: 'Azure Databricks',
    names: [databricksApp],
    scopes: [{
      value: 'user_impersonation',
      title: 'Use Databricks workspaces as you',
      description: 'Run clusters, notebooks and jobs, and read and write the data that you can reach there.',
    }],
  },
  {
    appId: storageApp,
    displayName: 'Azure Storage',
    names: ['https://storage.azure.com/', storageApp],
    scopes: [{
      value: 'user_impersonation',
      title: 'Read and write stored data as you',
      description: 'Reach files in storage accounts to which your roles give you access.',
    }],
  },
  {
    appId: graphApp,
    displayName: 'Microsoft Graph',
    names: ['https://graph.microsoft.com/', graphApp],
    scopes: [
      { value: 'openid', title: 'Sign you in', description: 'Know that it is you who signed in.' },
      { value: 'profile', title: 'View your basic profile', description: 'See your name and your user name.' },
      { value: 'email', title: 'View your email address', description: 'See the address of your account.' },
      {
        value: 'offline_access',
        title: 'Keep the access you have given it',
        description: 'Go on using what you allow here when you are not at the computer, until you revoke it.',
      },
      { value: 'User.Read', title: 'Read your profile', description: 'Read your account, your groups and your roles in the directory.' },
      { value: 'User.Read.All', title: 'Read all users\u2019 profiles', description: 'Read the accounts of everybody in the organisation.' },
      { value: 'Directory.Read.All', title: 'Read the directory', description: 'Read all users, groups and applications of the organisation.' },
      {
        value: 'Directory.AccessAsUser.All',
        title: 'Administer the directory as you',
        description: 'Create, change and delete users, groups and applications, wherever your own roles allow it.',
      },
    ],
  },
]

/** Domains whose accounts belong to people, not to organisations. */
const personalDomains = new Set(
  ('outlook.com hotmail.com hotmail.co.uk hotmail.de hotmail.fr live.com live.co.uk live.de live.fr msn.com passport.com windowslive.com gmail.com googlemail.com ' +
    'yahoo.com yahoo.co.uk yahoo.de ymail.com icloud.com me.com mac.com aol.com gmx.com gmx.de gmx.net web.de mail.com proton.me protonmail.com yandex.com yandex.ru mail.ru qq.com 163.com').split(' '),
)

/** The part after the last `@`, in lower case; empty without one. */
export const domainOf = (name: string) => (name.includes('@') ? name.slice(name.lastIndexOf('@') + 1).trim().toLowerCase() : '')
export const isPersonal = (name: string) => {
  const domain = domainOf(name)
  return personalDomains.has(domain) || /^(outlook|hotmail|live|yahoo)\.([a-z]{2,3})(\.[a-z]{2})?$/.test(domain)
}
