import { bad } from '../resource-manager/problems.ts'
import type { MachineBody } from './schema.ts'

/** The one image of the region: Linux with Node, Python, a JDK and Spark, as set-up made it. */
export const images = [
  { publisher: 'brickyard', offer: 'brickyard', sku: 'spark' },
  { publisher: 'brickyard', offer: 'spark-runtime', sku: 'spark' },
] as const

/** Any version of an image of ours is what this host has installed; another image is refused by name. */
export function mustBeKnown(image: MachineBody['storageProfile']['imageReference']): void {
  const same = (a: string | undefined, b: string) => a?.toLowerCase() === b
  if (images.some((each) => same(image.publisher, each.publisher) && same(image.offer, each.offer) && same(image.sku, each.sku))) return
  const asked = image.id ?? [image.publisher, image.offer, image.sku, image.version].join(':')
  const known = images.map((each) => `${each.publisher}:${each.offer}:${each.sku}:latest`).join(', ')
  throw bad('ImageNotFound', `The image '${asked}' does not exist in this region. It has ${known}.`, 'imageReference')
}
