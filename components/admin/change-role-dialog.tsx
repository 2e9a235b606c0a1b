'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { ProblemNote } from '#components/ui/error-state.tsx'
import { Field } from '#components/ui/field.tsx'
import { Select } from '#components/ui/select.tsx'
import type { ApiProblem } from '#lib/client/api.ts'
import type { Role } from '#lib/client/me.ts'
import { useRoleOptions } from './role-options.ts'

interface ChangeRoleDialogProps {
  name: string
  role: Role
  onClose: () => void
  onChange: (role: Role) => void
  pending: boolean
  problem: ApiProblem | null
}

/** Another role for a person. */
export function ChangeRoleDialog({ name, role, onClose, onChange, pending, problem }: ChangeRoleDialogProps) {
  const t = useTranslations('admin.users')
  const ui = useTranslations('ui')
  const options = useRoleOptions()
  const [chosen, setChosen] = useState(role)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="sm"
      title={t('changeRole.title', { name })}
      description={t('changeRole.text')}
      footer={
        <>
          <Button onClick={onClose}>{ui('cancel')}</Button>
          <Button
            variant="primary"
            disabled={chosen === role}
            loading={pending}
            onClick={() => onChange(chosen)}
          >
            {t('changeRole.action')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Field label={t('role')}>
          {(control) => <Select {...control} value={chosen} onChange={setChosen} options={options} />}
        </Field>
        {problem && <ProblemNote problem={problem} />}
      </div>
    </Dialog>
  )
}
