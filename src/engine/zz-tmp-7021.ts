import { lab, cpu, threads } from '/tmp/engine/lab.ts'
import { runningStorage, keyOne } from '/work/main/src/cloud/storage/testing/running-storage.ts'
import { generateDataLakeSASQueryParameters, FileSystemSASPermissions, StorageSharedKeyCredential, SASProtocol } from '@azure/storage-file-datalake'
const st = await runningStorage()
await st.client().getFileSystemClient('root').create()
const sas = () => { const until = new Date(Date.now() + 3600_000); return { sas: generateDataLakeSASQueryParameters({ fileSystemName: 'root', permissions: FileSystemSASPermissions.parse('racwdlmeop'), expiresOn: until, protocol: SASProtocol.HttpsAndHttp }, new StorageSharedKeyCredential('testaccount', keyOne)).toString(), expires_at: until.toISOString() } }
const l = await lab({ sas, storage: { account: 'testaccount', container: 'root', dfsEndpoint: `http://localhost:${st.port}` }, conf: JSON.parse(process.env.CONF ?? '{}'), jvm: process.env.JVM ? { worker: process.env.JVM } : {} })
const c = l.client
let t = Date.now(); const lap = (s: string) => { console.log(`   [${((Date.now() - t) / 1000).toFixed(2)}s] ${s}`); t = Date.now() }
const run = async (contextId: string, language: any, command: string, ms = 200_000) => {
  const { id } = await c.execute({ contextId, language, command })
  const end = Date.now() + ms
  for (;;) { const r = await c.command(contextId, id); if (['Finished', 'Cancelled', 'Error'].includes(r.status)) return r; if (Date.now() > end) throw new Error('slow ' + command); await new Promise((r) => setTimeout(r, 20)) }
}
const show = async (id: string, lang: any, code: string) => { const r = await run(id, lang, code); lap(`${code.slice(0, 70).replace(/\n/g, ' ')} -> ${r.status} ${JSON.stringify(r.results).slice(0, 130)}`) }
try {
  await l.until('ready+2', async () => (await c.status()).executors.length === 2); t = Date.now()
  const p = await c.createContext({ language: 'sql' })
  await show(p.id, 'sql', 'select id % 4 as k, count(*) as n, sum(id) as s from range(0, 4000000, 1, 16) group by id % 4 order by k')
  threads(l.vms); t = Date.now()
  await show(p.id, 'sql', 'create table numbers as select id, id % 7 as k from range(100000)')
  threads(l.vms); t = Date.now()
  await show(p.id, 'sql', 'select k, count(*) n, sum(id) s from numbers group by k order by k limit 2')
  threads(l.vms); t = Date.now()
  await show(p.id, 'sql', 'select k, count(*) n, sum(id) s from numbers group by k order by k limit 3')
  await show(p.id, 'sql', 'insert into numbers values (1,1)')
  await show(p.id, 'sql', 'select k, count(*) n, sum(id) s from numbers group by k order by k limit 2')
  console.log(cpu(l.vms))
} catch (e) { console.log(e) }
await l.close(); await st.close(); process.exit(0)
