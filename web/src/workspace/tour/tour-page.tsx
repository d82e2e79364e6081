import { Page } from '#web/kit/page.tsx'

export function TourPage() {
  return <Page title="Guided tour">…</Page>
}
