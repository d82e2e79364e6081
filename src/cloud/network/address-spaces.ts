import { bad } from '../resource-manager/problems.ts'
import { overlap, parseCidr, within, type Range } from './cidr.ts'

/** Azure takes subnets from /29 (three usable addresses) up to /2. */
const smallest = 29

/** Address prefixes of a network: valid, none inside another. */
export function addressSpace(prefixes: readonly string[]): Range[] {
  const ranges = prefixes.map((prefix) => {
    const range = prefix.includes('/') ? parseCidr(prefix, true) : null
    if (!range || range.bits > smallest || range.bits < 2) throw bad('InvalidAddressPrefixFormat', `Address prefix ${prefix} of resource addressSpace is not formatted correctly. It should follow CIDR notation, for example 10.0.0.0/24.`, 'properties.addressSpace.addressPrefixes')
    return range
  })
  ranges.forEach((range, index) => ranges.slice(index + 1).forEach((other) => {
    if (overlap(range, other)) throw bad('AddressPrefixesOverlap', 'Address prefixes of the virtual network overlap each other.', 'properties.addressSpace.addressPrefixes')
  }))
  return ranges
}

/** Subnets: each inside the network, none over another. */
export function mustFit(space: readonly Range[], subnets: readonly { name: string; prefix: string }[], network: string): void {
  const ranges = subnets.map(({ name, prefix }) => {
    const range = prefix.includes('/') ? parseCidr(prefix) : null
    if (!range || range.bits > smallest) throw bad('InvalidAddressPrefixFormat', `Address prefix ${prefix} of subnet '${name}' is not formatted correctly. It should follow CIDR notation, for example 10.0.0.0/24, and hold at least 8 addresses.`)
    if (!parseCidr(prefix, true)) throw bad('InvalidCIDRNotation', `The address prefix ${prefix} of subnet '${name}' has an invalid CIDR notation. For the given prefix length, the address prefix should begin at its first address.`)
    if (!space.some((outer) => within(range, outer))) throw bad('NetcfgSubnetRangeOutsideVnet', `Subnet '${name}' is not valid because its IP address range is outside the IP address range of virtual network '${network}'.`)
    return { name, range }
  })
  ranges.forEach(({ name, range }, index) => ranges.slice(index + 1).forEach((other) => {
    if (overlap(range, other.range)) throw bad('NetcfgSubnetRangesOverlap', `Subnet '${other.name}' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '${network}' ('${name}').`)
  }))
}
