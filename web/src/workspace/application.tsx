import { Title1 } from '@fluentui/react-components'

export function Application() {
  return <Title1>Brickyard</Title1>
}
