import { openHosts } from './hosts.ts'
import { restrictionsOf } from './layouts.ts'

// Started by `crash.ts`, only in tests: says when it begins and is killed while it works.
const [layout = '', options = '', spec = ''] = process.argv.slice(2)
const hosts = await openHosts(JSON.parse(options), restrictionsOf(layout))
process.stdout.write('begin\n')
await hosts.ensure(JSON.parse(spec), new AbortController().signal)
