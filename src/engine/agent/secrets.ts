import { createHmac } from 'node:crypto'

/** Secret of Spark's own RPC between the machines of one start. Every machine knows the token, so every machine can make it. */
export const rpcSecret = (token: string): string => createHmac('sha256', token).update('spark-rpc').digest('hex')
