import type { Restrictions } from './hosts.ts'

const layouts: Record<string, Restrictions> = {
  /** Everything this host can do. */
  all: {},
  /** As on a host with version 1 of cgroups only. */
  v1: { cgroups: (found) => found.filter(({ version }) => version === 1) },
  /** As an ordinary user who may make user namespaces. */
  pids: { isolation: 'pids', cgroups: () => [] },
  /** As an ordinary user who may do nothing. */
  none: { isolation: 'none', cgroups: () => [] },
}

/** Named restrictions, so that one capable host tests what less capable ones do. */
export const restrictionsOf = (name: string): Restrictions => layouts[name] ?? {}
