import { redirect } from 'next/navigation'

interface VisitorsPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

/** The address without a view is the view by hour; what was chosen goes along. */
export default async function VisitorsPage({ searchParams }: VisitorsPageProps) {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(await searchParams)) {
    for (const each of [value ?? []].flat()) query.append(name, each)
  }
  const text = query.toString()
  redirect(`/analytics/visitors/hour${text ? `?${text}` : ''}`)
}
