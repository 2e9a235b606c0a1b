'use client'

import { Plug } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '#components/ui/button.tsx'
import { useAsk } from '../changes/use-changes.tsx'

/** Opens what an engine needs to connect to a catalog. */
export function ConnectButton({ catalog }: { catalog: string }) {
  const t = useTranslations('catalog.connect')
  const ask = useAsk()
  return (
    <Button icon={Plug} onClick={() => ask({ kind: 'connect', catalog })}>
      {t('open')}
    </Button>
  )
}
