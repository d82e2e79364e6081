import { Avatar, makeStyles, Tooltip } from '@fluentui/react-components'
import { useLive, useNotebook } from '../notebook-context.ts'
import { peopleColours } from '../people-colours.ts'

const useStyles = makeStyles({
  all: { display: 'flex', alignItems: 'center', listStyleType: 'none', margin: 0, padding: 0 },
  one: { marginLeft: '-4px' },
  button: { border: 'none', background: 'none', padding: 0, cursor: 'pointer', borderRadius: '50%' },
})

/** Who else has the notebook open; a press leads to where they are. */
export function Presence() {
  const styles = useStyles()
  const { view } = useNotebook()
  const people = useLive('people', (live) => live.people())
  if (people.length === 0) return null
  return (
    <ul className={styles.all} aria-label="Others in this notebook">
      {people.slice(0, 6).map(({ client, name, cell, colour }) => (
        <li key={client} className={styles.one}>
          <Tooltip content={cell === null ? `${name} is here` : `${name} is here: go to their cell`} relationship="label">
            <button type="button" className={styles.button} onClick={() => cell !== null && view.select(cell, 'command')}>
              <Avatar name={name} size={28} initials={{ style: { backgroundColor: peopleColours[colour], color: '#fff' } }} aria-hidden />
            </button>
          </Tooltip>
        </li>
      ))}
      {people.length > 6 && <li>+{people.length - 6}</li>}
    </ul>
  )
}
