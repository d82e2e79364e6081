import { randomUUID } from 'node:crypto'
import { join } from 'node:path'

/**
 * An account's folder. Everything in it is on one file system, so that link(2) and rename(2) work between its parts.
 * `containers/<name>/…` are the user's files, plain and readable; the other folders are the account's own.
 */
export type Layout = {
  root: string
  /** One folder a container, holding its files under their own names. */
  containers: string
  /** Properties that a plain file cannot carry: one JSON file for each inode that has any. */
  properties: string
  /** Data that nobody can see yet. Emptied at start. */
  staging: string
  /** Deleted things on their way out. Emptied at start. */
  trash: string
  /** Hard links to files that are growing, named with the length to go back to after a crash. */
  growing: string
  /** Leases on containers and blobs: one JSON file each. */
  leases: string
}

/** The folders of account `name` below the storage root. */
export const layout = (root: string, name: string): Layout => {
  const own = join(root, name)
  return {
    root: own,
    containers: join(own, 'containers'),
    properties: join(own, 'properties'),
    staging: join(own, 'staging'),
    trash: join(own, 'trash'),
    growing: join(own, 'growing'),
    leases: join(own, 'leases'),
  }
}

/** A fresh path in `folder` that nothing else uses. */
export const freshPath = (folder: string): string => join(folder, randomUUID())
