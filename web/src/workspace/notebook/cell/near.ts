import { useEffect, useState, type RefObject } from 'react'

/** Whether an element is in sight or soon will be. Only then does a cell get an editor. */
export function useNear(element: RefObject<Element | null>, margin = 800): boolean {
  const [near, setNear] = useState(false)
  useEffect(() => {
    if (element.current === null) return
    const observer = new IntersectionObserver(([entry]) => entry && setNear(entry.isIntersecting), { root: element.current.closest('[data-scrolls]'), rootMargin: `${margin}px 0px` })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element, margin])
  return near
}
