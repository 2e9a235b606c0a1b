import { Link2Off } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import { SignInFrame } from '#components/auth/sign-in-frame.tsx'
import { Button } from '#components/ui/button.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('auth.linkUsed')
  return { title: t('title') }
}

export default async function LinkUsedPage() {
  const t = await getTranslations('auth.linkUsed')
  return (
    <SignInFrame>
      <span className="flex size-10 items-center justify-center rounded-md bg-warn-soft text-warn">
        <Link2Off className="size-5" aria-hidden />
      </span>
      <h1 className="mt-4 font-semibold text-2xl tracking-tight">{t('title')}</h1>
      <p className="mt-2 text-soft">{t('text')}</p>
      <p className="mt-2 text-soft">{t('advice')}</p>
      <Button asChild variant="primary" size="lg" className="mt-6">
        <Link href="/sign-in">{t('action')}</Link>
      </Button>
    </SignInFrame>
  )
}
