import { useSyncExternalStore } from 'react'

export type ThemeChoice = 'light' | 'dark' | 'system'
const key = 'brickyard-theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()
const told = () => {
  document.documentElement.style.colorScheme = isDark() ? 'dark' : 'light'
  for (const listener of listeners) listener()
}
system.addEventListener('change', told)
addEventListener('storage', (event) => event.key === key && told())

const choice = (): ThemeChoice => {
  const kept = localStorage.getItem(key)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}
const isDark = () => (choice() === 'system' ? system.matches : choice() === 'dark')
told()

/** Light or dark: what the person chose on this browser, else what the system says. */
export function useTheme(): { dark: boolean; choice: ThemeChoice; choose(next: ThemeChoice): void } {
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  return {
    dark: useSyncExternalStore(subscribe, isDark),
    choice: useSyncExternalStore(subscribe, choice),
    choose(next) {
      localStorage.setItem(key, next)
      told()
    },
  }
}
