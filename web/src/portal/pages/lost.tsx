import { Go } from '../parts/links.tsx'
import { Page } from '../parts/page.tsx'
import { Empty } from '../parts/states.tsx'

export const Lost = () => <Page title="Not found"><Empty title="There is no such page" action={<Go to="/">Back to Home</Go>}>The address may be old, or mistyped. Search with / from anywhere.</Empty></Page>
