import type { RequestHandler } from '#base/http/serve.ts'
import type { StorageDeps } from './contract.ts'

/** Answers ADLS Gen2 (dfs) and Blob requests for every account below `root`; give it to `serve` as `onRequest`. */
export function storageHandler(_deps: StorageDeps): RequestHandler {
  return (_request, response) => {
    response.writeHead(501)
    response.end()
  }
}
