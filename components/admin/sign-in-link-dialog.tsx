'use client'

import { useTranslations } from 'next-intl'
import { Button } from '#components/ui/button.tsx'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { useFormat } from '#lib/client/use-format.ts'

export interface SignInLinkFor {
  name: string
  url: string
  expiresAt: string
}

/** The one-time link, to copy and hand over. */
export function SignInLinkDialog({ link, onClose }: { link: SignInLinkFor | null; onClose: () => void }) {
  const t = useTranslations('admin.users.link')
  const format = useFormat()
  if (!link) return null
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={t('title', { name: link.name })}
      description={t('text', { name: link.name, until: format.time(link.expiresAt) })}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t('done')}
        </Button>
      }
    >
      <CodeBlock code={link.url} wrap />
    </Dialog>
  )
}
