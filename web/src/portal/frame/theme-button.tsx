import { Button, Menu, MenuItemRadio, MenuList, MenuPopover, MenuTrigger, Tooltip } from '@fluentui/react-components'
import { DarkTheme24Regular } from '@fluentui/react-icons'
import { useTheme } from '#web/kit/theme.ts'

/** Light, dark, or as the system says. */
export function ThemeButton({ className }: { className?: string }) {
  const { choice, choose } = useTheme()
  return (
    <Menu checkedValues={{ theme: [choice] }} onCheckedValueChange={(_, { checkedItems }) => { const [next] = checkedItems; if (next === 'light' || next === 'dark' || next === 'system') choose(next) }}>
      <MenuTrigger disableButtonEnhancement><Tooltip content="Light or dark" relationship="label"><Button appearance="transparent" className={className} icon={<DarkTheme24Regular />} /></Tooltip></MenuTrigger>
      <MenuPopover><MenuList><MenuItemRadio name="theme" value="light">Light</MenuItemRadio><MenuItemRadio name="theme" value="dark">Dark</MenuItemRadio><MenuItemRadio name="theme" value="system">As the system</MenuItemRadio></MenuList></MenuPopover>
    </Menu>
  )
}
