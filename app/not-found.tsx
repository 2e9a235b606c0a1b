import { Compass } from 'lucide-react'
import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import { Button } from '#components/ui/button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Page } from '#components/ui/page-header.tsx'

export default async function NotFound() {
  const t = await getTranslations('shell.notFound')
  return (
    <Page>
      <EmptyState
        icon={Compass}
        title={t('title')}
        heading
        className="py-24"
        action={
          <Button asChild variant="primary">
            <Link href="/">{t('home')}</Link>
          </Button>
        }
      >
        {t('advice')}
      </EmptyState>
    </Page>
  )
}
