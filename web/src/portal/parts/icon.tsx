import type { ReactNode } from 'react'
import type { IconName } from '../arm/kinds.ts'

/** Drawings of our own, one for each kind of thing, in the colours that Azure's kinds have. */
const drawings: Readonly<Record<IconName, ReactNode>> = {
  group: <><path d="M3 6.5h7l2 2h9v10.5H3z" fill="#5ea0ef" /><path d="M3 10h18v9H3z" fill="#83b9f9" /><rect x="6.5" y="12" width="4" height="4" rx=".6" fill="#fff" /><rect x="13" y="12" width="4" height="4" rx=".6" fill="#fff" opacity=".8" /></>,
  databricks: <><path d="M12 2.5 21 7.4 12 12.3 3 7.4z" fill="#ff6a4d" /><path d="m3 11 9 4.9 9-4.9v2.7l-9 4.9-9-4.9z" fill="#ee3d2c" /><path d="m3 15.6 9 4.9 9-4.9v1.2L12 21.7 3 16.8z" fill="#c92b1b" /></>,
  storage: <><rect x="3" y="4" width="18" height="4.6" rx="1" fill="#37c2b1" /><rect x="3" y="9.7" width="18" height="4.6" rx="1" fill="#2ba698" /><rect x="3" y="15.4" width="18" height="4.6" rx="1" fill="#1f8a7e" /><path d="M5 6h6M5 11.9h6M5 17.6h6" stroke="#fff" strokeWidth="1.3" /></>,
  network: <><path d="M8 6 3 12l5 6M16 6l5 6-5 6" fill="none" stroke="#3f8fe0" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round" /><circle cx="8.6" cy="12" r="1.6" fill="#76bc2d" /><circle cx="12.1" cy="12" r="1.6" fill="#76bc2d" /><circle cx="15.6" cy="12" r="1.6" fill="#76bc2d" /></>,
  security: <><path d="M12 2.5 20 5.5v6c0 5-3.4 8.4-8 10-4.6-1.6-8-5-8-10v-6z" fill="#3f8fe0" /><path d="M12 2.5v19c-4.6-1.6-8-5-8-10v-6z" fill="#5ea0ef" /><path d="m8.5 12 2.4 2.5 4.6-5" fill="none" stroke="#fff" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" /></>,
  machine: <><rect x="2.5" y="4" width="19" height="12.5" rx="1.4" fill="#3f8fe0" /><rect x="4.5" y="6" width="15" height="8.5" fill="#cfe4fb" /><path d="m12 7.2 3.3 1.8v3.4L12 14.2l-3.3-1.8V9z" fill="#3f8fe0" /><path d="M9.5 16.5h5l1 3.5h-7z" fill="#9aa0a6" /></>,
  card: <><path d="M4 6h16v10H4z" fill="#76bc2d" /><path d="M7 16v4M11 16v4M15 16v4" stroke="#f2b01e" strokeWidth="2" /><rect x="7" y="8.5" width="5" height="5" fill="#fff" opacity=".85" /><circle cx="16" cy="11" r="1.5" fill="#fff" opacity=".85" /></>,
  disk: <><rect x="4" y="3" width="16" height="18" rx="2" fill="#6a7b8c" /><circle cx="12" cy="10" r="4.6" fill="#d5dde5" /><circle cx="12" cy="10" r="1.5" fill="#6a7b8c" /><rect x="6.5" y="17" width="11" height="1.8" rx=".9" fill="#d5dde5" /></>,
  identity: <><circle cx="9" cy="12" r="5.5" fill="#f2b01e" /><circle cx="9" cy="12" r="2" fill="#fff" /><path d="M14 11h7v2.2h-1.6v2H17v-2h-3z" fill="#f2b01e" /></>,
  address: <><rect x="2.5" y="7" width="19" height="10" rx="2" fill="#3f8fe0" /><path d="M7 9.5v5M11 14.5v-5h2.2a1.6 1.6 0 0 1 0 3.2H11" fill="none" stroke="#fff" strokeWidth="1.5" strokeLinecap="round" /></>,
  gateway: <><circle cx="12" cy="12" r="9" fill="#3f8fe0" /><path d="M6 12h11m-3.5-4 4 4-4 4" fill="none" stroke="#fff" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" /></>,
  user: <><circle cx="12" cy="7.6" r="4.2" fill="#5ea0ef" /><path d="M4 21c0-4.6 3.4-7.6 8-7.6s8 3 8 7.6z" fill="#3f8fe0" /></>,
  users: <><circle cx="8.5" cy="8.4" r="3.5" fill="#5ea0ef" /><circle cx="16.4" cy="9.4" r="2.9" fill="#83b9f9" /><path d="M2 20c0-4 2.8-6.6 6.5-6.6S15 16 15 20z" fill="#3f8fe0" /><path d="M16 20h6c0-3.6-2.2-6-5.4-6-.8 0-1.5.1-2 .4 1 1.4 1.4 3.2 1.4 5.6z" fill="#5ea0ef" /></>,
  application: <><rect x="3" y="3" width="8" height="8" rx="1.2" fill="#3f8fe0" /><rect x="13" y="3" width="8" height="8" rx="1.2" fill="#76bc2d" /><rect x="3" y="13" width="8" height="8" rx="1.2" fill="#f2b01e" /><rect x="13" y="13" width="8" height="8" rx="1.2" fill="#9a6ee0" /></>,
  subscription: <><circle cx="9" cy="12" r="6" fill="#f2b01e" /><circle cx="9" cy="12" r="2.2" fill="#fff7df" /><path d="M14.5 11H22v2.5h-7.5z" fill="#e09a00" /></>,
  directory: <><path d="M12 2 22 12 12 22 2 12z" fill="#3f8fe0" /><circle cx="12" cy="8" r="2" fill="#fff" /><circle cx="7.5" cy="14" r="1.7" fill="#fff" /><circle cx="16.5" cy="14" r="1.7" fill="#fff" /><path d="M12 8 7.5 14M12 8l4.5 6" stroke="#fff" strokeWidth="1.2" /></>,
  unknown: <path d="m12 2.5 8.2 4.7v9.6L12 21.5l-8.2-4.7V7.2z" fill="#9aa0a6" />,
}

/** The drawing of a kind of thing; text beside it names it, so it says nothing to a screen reader. */
export const Icon = ({ name, size = 20 }: { name: IconName; size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false" style={{ flex: 'none' }}>{drawings[name]}</svg>
)
