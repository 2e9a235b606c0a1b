import { OverviewPage } from '#components/overview/overview-page.tsx'
import { requireUser } from '#lib/auth/current-user.ts'

export default async function Home() {
  await requireUser()
  return <OverviewPage />
}
