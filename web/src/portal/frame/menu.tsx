import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useLocation, useRouter } from '@tanstack/react-router'
import { Icon } from '../parts/icon.tsx'
import { places } from './places.ts'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: tokens.spacingVerticalS },
  title: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200, padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalM} ${tokens.spacingVerticalXS}`, margin: 0, fontWeight: tokens.fontWeightSemibold },
  place: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM, padding: `7px ${tokens.spacingHorizontalM}`, borderRadius: tokens.borderRadiusMedium, color: tokens.colorNeutralForeground1, textDecorationLine: 'none', ':hover': { backgroundColor: tokens.colorSubtleBackgroundHover }, ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` } },
  here: { backgroundColor: tokens.colorSubtleBackgroundSelected, fontWeight: tokens.fontWeightSemibold },
})

/** The portal's places; the one that is open is marked. */
export function Menu({ onGo }: { onGo?: () => void }) {
  const s = useStyles()
  const { href } = useLocation()
  const router = useRouter()
  return places.map((part) => (
    <div key={part.title}>
      <h2 className={s.title}>{part.title}</h2>
      <ul className={s.list}>
        {part.places.map((place) => {
          const here = place.to === '/' ? href === '/' : href === place.to
          const go = (event: React.MouseEvent) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return
            event.preventDefault()
            void router.navigate({ href: place.to })
            onGo?.()
          }
          return <li key={place.to}><a href={place.to} onClick={go} className={mergeClasses(s.place, here && s.here)} aria-current={here ? 'page' : undefined}><Icon name={place.icon} />{place.title}</a></li>
        })}
      </ul>
    </div>
  ))
}
