import type { Architecture } from './place.ts'

/** Tools that set-up gets before any locked package manager can: name, version and checksum of each download. */
export const pnpm = {
  version: '12.21.0',
  /** sha512 of the npm package `@pnpm/exe.linux-<arch>`. */
  sha512: {
    x64: 'f1eb9f0a31d7b2929b352fe487cab843482a2683aebc2e10e69828b3a5d2f01cbf9c032d3fe8dff05d42c3d7abf38d247c05fe3c9fedb3e03daa72c4f75aef5d',
    arm64: 'e0e8ff885d930c27b695c1f49f84eea4f479b1276b34b725241eb104494b30f094380bc185d7f6ad195268ee4ce1eac9ea0e05cb2ed84d74e97267c5b0acb110',
  } satisfies Record<Architecture, string>,
}

export const uv = {
  version: '0.13.9',
  /** sha256 of the PyPI wheels; pip checks them. */
  sha256: [
    'd7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19', // x64
    'ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375', // arm64
  ],
}
