export type Size = { name: string; family: string; cores: number; memoryGb: number; hibernation: boolean; localDiskMb: number }
const size = (name: string, family: string, cores: number, memoryGb: number): Size => ({ name, family, cores, memoryGb, hibernation: true, localDiskMb: cores * 8192 })

/** The limited list of machine sizes, with Azure's names, cores and memory. Those of the B series fit a laptop. */
export const sizes: readonly Size[] = [
  size('Standard_B1ms', 'standardBSFamily', 1, 2),
  size('Standard_B2s', 'standardBSFamily', 2, 4),
  size('Standard_B2ms', 'standardBSFamily', 2, 8),
  size('Standard_D2s_v5', 'standardDSv5Family', 2, 8),
  size('Standard_D4s_v5', 'standardDSv5Family', 4, 16),
  size('Standard_D8s_v5', 'standardDSv5Family', 8, 32),
  size('Standard_E2s_v5', 'standardESv5Family', 2, 16),
  size('Standard_E4s_v5', 'standardESv5Family', 4, 32),
  size('Standard_F4s_v2', 'standardFSv2Family', 4, 8),
  size('Standard_DS3_v2', 'standardDSv2Family', 4, 14),
]
export const findSize = (name: string): Size | undefined => sizes.find((each) => each.name.toLowerCase() === name.toLowerCase())
