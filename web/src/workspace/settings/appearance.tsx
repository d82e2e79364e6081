import { Radio, RadioGroup } from '@fluentui/react-components'
import { Section } from '#web/kit/page.tsx'
import { useTheme } from '#web/kit/theme.ts'

export function Appearance() {
  const { choice, choose } = useTheme()
  return (
    <Section title="Appearance" text="Kept in this browser.">
      <RadioGroup value={choice} aria-label="Appearance" onChange={(_event, data) => (data.value === 'light' || data.value === 'dark' || data.value === 'system') && choose(data.value)}>
        <Radio value="light" label="Light" />
        <Radio value="dark" label="Dark" />
        <Radio value="system" label="Like the system" />
      </RadioGroup>
    </Section>
  )
}
