import type { Keys } from '#base/keys.ts'
import { portalApp, type Directory } from '#directory/directory.ts'

export type PortalApplication = { clientId: string; clientSecret: string; redirectUri: string; signedOutUri: string }

/**
 * The portal as an application of the directory: part of the product, so nobody is asked for consent. Its secret is
 * derived from the master key and lies in no file. Repeatable; a portal on another port keeps its earlier addresses.
 */
export const portalApplication = (keys: Pick<Keys, 'derive'>, publicUrl: string): PortalApplication => ({
  clientId: portalApp,
  clientSecret: keys.derive('secret of the portal application').toString('base64url'),
  redirectUri: `${publicUrl}/portal/callback`,
  signedOutUri: `${publicUrl}/portal/signed-out`,
})

export async function registerPortal(directory: Pick<Directory, 'applications' | 'servicePrincipals'>, application: PortalApplication): Promise<void> {
  const { applications, servicePrincipals } = directory
  if (!(await applications.find(application.clientId))) {
    await applications.createApplication({ appId: application.clientId, displayName: 'Azure Portal', publisher: 'Brickyard', firstParty: true, secret: application.clientSecret })
  }
  await applications.addRedirectUri(application.clientId, application.redirectUri)
  await applications.addLogoutUri(application.clientId, application.signedOutUri)
  await servicePrincipals.createServicePrincipal(application.clientId)
}
