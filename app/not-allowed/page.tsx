import { ShieldOff } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { Button } from '#components/ui/button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { requireUser } from '#lib/auth/current-user.ts'
import { RoleSchema, roleIncludes } from '#lib/auth/roles.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('access.notAllowed')
  return { title: t('title') }
}

/** Where `requireUser` leads somebody whose role is too low: which role is needed, and what to do. */
export default async function NotAllowedPage({
  searchParams,
}: {
  searchParams: Promise<{ role?: unknown }>
}) {
  const needed = RoleSchema.catch('admin').parse((await searchParams).role)
  const user = await requireUser()
  if (roleIncludes(user.role, needed)) redirect('/')
  const t = await getTranslations('access.notAllowed')
  return (
    <>
      <h1 className="sr-only">{t('title')}</h1>
      <EmptyState
        icon={ShieldOff}
        className="min-h-[60vh] justify-center"
        title={t('title')}
        action={
          <Button asChild variant="primary">
            <Link href="/">{t('back')}</Link>
          </Button>
        }
      >
        <p>{t('text', { needed: t(`role.${needed}`), name: user.name, role: t(`role.${user.role}`) })}</p>
        <p className="mt-2">{t('next')}</p>
      </EmptyState>
    </>
  )
}
