'use client'

import { TriangleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '#components/ui/button.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Page } from '#components/ui/page-header.tsx'

/** A page that could not be drawn; the number finds the error in the log. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  const t = useTranslations('shell.error')
  return (
    <Page>
      <EmptyState
        icon={TriangleAlert}
        title={t('title')}
        heading
        className="py-24"
        action={
          <>
            <Button variant="primary" onClick={reset}>
              {t('reload')}
            </Button>
            {/* A whole new page: what failed may be in what is held in memory. */}
            <Button asChild>
              <a href="/">{t('home')}</a>
            </Button>
          </>
        }
      >
        <p>{t('advice')}</p>
        {error.digest && (
          <p className="mt-1 inline-flex items-center gap-1 text-faint text-xs">
            {t('number')} <code>{error.digest}</code>
            <CopyButton text={error.digest} />
          </p>
        )}
      </EmptyState>
    </Page>
  )
}
