'use client'

import { useTranslations } from 'next-intl'
import type { SelectOption } from '#components/ui/select.tsx'
import { type Role, roleIncludes, roles } from '#lib/client/me.ts'

/** The roles as choices with what each may do; none above `highest`. */
export function useRoleOptions(highest: Role = 'admin'): SelectOption<Role>[] {
  const t = useTranslations('admin.role')
  return roles
    .filter((role) => roleIncludes(highest, role))
    .map((role) => ({ value: role, label: t(role), description: t(`${role}Text`) }))
}
