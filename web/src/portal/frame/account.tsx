import { Avatar, Button, Divider, makeStyles, mergeClasses, Popover, PopoverSurface, PopoverTrigger, Text, tokens } from '@fluentui/react-components'
import { send } from '#web/api/call.ts'
import { useMe } from '../arm/queries.ts'
import { Out } from '../parts/links.tsx'

const useStyles = makeStyles({
  surface: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, minWidth: '260px' },
  who: { display: 'flex', gap: tokens.spacingHorizontalM, alignItems: 'center' },
  names: { display: 'flex', flexDirection: 'column', minWidth: 0, overflowWrap: 'anywhere' },
  button: { minWidth: 0, paddingInline: tokens.spacingHorizontalXS },
})

/** Who is signed in, and the ways out. The account itself is the directory's. */
export function Account({ className }: { className?: string }) {
  const s = useStyles()
  const who = useMe()
  if (!who) return null
  const leave = async () => {
    const { goTo }: { goTo: string } = await (await send('POST', '/portal/sign-out')).json()
    location.assign(goTo)
  }
  return (
    <Popover trapFocus positioning="below-end">
      <PopoverTrigger disableButtonEnhancement><Button appearance="transparent" className={mergeClasses(className, s.button)} aria-label={`Account ${who.user.upn}`} icon={<Avatar name={who.user.name} size={28} color="colorful" />} /></PopoverTrigger>
      <PopoverSurface aria-label="Account">
        <div className={s.surface}>
          <Text size={200}>{who.tenant.name} ({who.tenant.domain})</Text>
          <div className={s.who}><Avatar name={who.user.name} size={40} color="colorful" aria-hidden="true" /><div className={s.names}><Text weight="semibold">{who.user.name}</Text><Text size={200}>{who.user.upn}</Text></div></div>
          <Out href={who.links.account} here>View account, consents and sessions</Out>
          <Out href="/portal/sign-in?account=pick" here>Sign in with another account</Out>
          <Divider />
          <Button onClick={() => void leave()}>Sign out</Button>
        </div>
      </PopoverSurface>
    </Popover>
  )
}
