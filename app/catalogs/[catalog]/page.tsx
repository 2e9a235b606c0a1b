import { redirect } from 'next/navigation'

/** Catalogs are shown together; their breadcrumb leads there. */
export default function Page() {
  redirect('/catalogs')
}
