import { makeStyles, Text, tokens } from '@fluentui/react-components'
import { Icon } from '../parts/icon.tsx'
import { Go } from '../parts/links.tsx'
import { Card, Page } from '../parts/page.tsx'
import type { IconName } from '../arm/kinds.ts'

const useStyles = makeStyles({ grid: { display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(260px, 1fr))', gap: tokens.spacingHorizontalL }, offer: { display: 'grid', gridTemplateColumns: '48px minmax(0, 1fr)', gap: tokens.spacingHorizontalM, alignItems: 'start' } })
const offers: readonly { title: string; icon: IconName; to: '/create/databricks' | '/groups' | '/directory/users'; link: string; words: string }[] = [
  { title: 'Azure Databricks Service', icon: 'databricks', to: '/create/databricks', link: 'Create', words: 'A workspace with notebooks, and Apache Spark clusters in a network of its own. Takes less than a minute.' },
  { title: 'Resource group', icon: 'group', to: '/groups', link: 'Create in the list', words: 'Holds what belongs together and goes together.' },
  { title: 'Dedicated account', icon: 'user', to: '/directory/users', link: 'Create among users', words: 'A user with only the rights that working with services needs.' },
]

export function CreatePage() {
  const s = useStyles()
  return (
    <Page title="Create a resource" icon="application" crumbs={[{ title: 'Home', to: '/' }]}>
      <div className={s.grid}>
        {offers.map((offer) => <Card key={offer.title}><div className={s.offer}><Icon name={offer.icon} size={44} /><div><Text as="h2" weight="semibold" size={400} style={{ margin: 0, display: 'block' }}>{offer.title}</Text><Text as="p" style={{ margin: '4px 0 10px' }}>{offer.words}</Text><div><Go to={offer.to} aria-label={`${offer.link}: ${offer.title}`}>{offer.link}</Go></div></div></div></Card>)}
      </div>
      <Text size={200}>Networks, machines and storage accounts of your own are made with the Azure SDKs or <code>az</code>; they appear in these pages at once.</Text>
    </Page>
  )
}
