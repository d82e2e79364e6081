import { z } from 'zod'

const reference = z.looseObject({ id: z.string() })
const diskOption = z.enum(['Delete', 'Detach'])

/** The parts of a virtual machine that have an effect; the rest is kept and shown again. Source: virtualMachine.json. */
export const machineBody = z.looseObject({
  hardwareProfile: z.looseObject({ vmSize: z.string() }),
  storageProfile: z.looseObject({
    imageReference: z.looseObject({ publisher: z.string().optional(), offer: z.string().optional(), sku: z.string().optional(), version: z.string().optional(), id: z.string().optional() }),
    osDisk: z.looseObject({ name: z.string().optional(), createOption: z.string().optional(), deleteOption: diskOption.optional(), diskSizeGB: z.number().optional() }).optional(),
    dataDisks: z.array(z.unknown()).nullish(),
  }),
  osProfile: z.looseObject({
    computerName: z.string().min(1).max(64).regex(/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/, 'may hold letters, digits and "-"').optional(),
    adminUsername: z.string().min(1).max(64), adminPassword: z.string().optional(), customData: z.string().optional(),
    linuxConfiguration: z.looseObject({ disablePasswordAuthentication: z.boolean().optional() }).optional(),
  }),
  networkProfile: z.looseObject({ networkInterfaces: z.array(reference.extend({ properties: z.looseObject({ primary: z.boolean().optional(), deleteOption: diskOption.optional() }).optional() })).min(1) }),
  additionalCapabilities: z.looseObject({ hibernationEnabled: z.boolean().optional() }).nullish(),
})
export type MachineBody = z.infer<typeof machineBody>

export const storedMachine = machineBody.extend({
  vmId: z.string(), timeCreated: z.string(),
  storageProfile: machineBody.shape.storageProfile.extend({ osDisk: z.looseObject({ name: z.string(), deleteOption: diskOption.optional(), managedDisk: reference }) }),
})
export type StoredMachine = z.infer<typeof storedMachine>
