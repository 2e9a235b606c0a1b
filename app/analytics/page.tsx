import { redirect } from 'next/navigation'

/** The visitor dashboard is where analytics begins. */
export default function AnalyticsPage() {
  redirect('/analytics/visitors')
}
