import { hostContract } from './contract.ts'
import { openHosts } from './hosts.ts'
import { restrictionsOf } from './layouts.ts'

const root = process.getuid?.() === 0

if (root) {
  hostContract('process hosts of root, with cgroups', { mode: 'process', open: (options) => openHosts(options), crashAs: 'all', rooted: true, limits: true, complete: true })
  hostContract('process hosts of root, with version 1 of cgroups only', {
    ...{ mode: 'process', open: (options) => openHosts(options, restrictionsOf('v1')), crashAs: 'v1', rooted: true, limits: true, complete: true },
  })
}
hostContract('process hosts in pid namespaces, without cgroups', {
  ...{ mode: 'process', open: (options) => openHosts(options, restrictionsOf('pids')), crashAs: 'pids', rooted: false, limits: false, complete: true },
})
hostContract('process hosts without any privilege', {
  ...{ mode: 'process', open: (options) => openHosts(options, restrictionsOf('none')), crashAs: 'none', rooted: false, limits: false, complete: false },
})
