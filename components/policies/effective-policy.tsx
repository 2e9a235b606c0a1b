'use client'

import { TriangleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Badge } from '#components/ui/badge.tsx'
import type { PolicyDetail } from '#lib/api/maintenance-policies.ts'
import { fieldGroups, groupOf } from './field-specs.ts'
import { usePolicyText } from './use-policy-text.ts'

/** The policy that counts, field by field, with where each value comes from. */
export function EffectivePolicy({ policy }: { policy: PolicyDetail }) {
  const t = useTranslations('policies')
  const text = usePolicyText()
  return (
    <div className="flex flex-col gap-4">
      {policy.problems.map(({ property, message }) => (
        <p key={property} className="flex gap-2 rounded-md bg-bad-soft px-3 py-2 text-bad text-sm">
          <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          {message}
        </p>
      ))}
      <div className="grid gap-x-8 gap-y-4 lg:grid-cols-2">
        {fieldGroups.map((group) => (
          <section key={group}>
            <h3 className="mb-1 font-semibold text-sm">{t(`group.${group}`)}</h3>
            <dl className="divide-y divide-line border-line border-t text-sm">
              {policy.fields
                .filter(({ field }) => groupOf(field) === group)
                .map(({ field, value, origin }) => (
                  <div key={field} className="flex flex-wrap items-center justify-between gap-x-3 py-1.5">
                    <dt className="text-soft">{text.label(field)}</dt>
                    <dd className="flex items-center gap-2">
                      <span className="font-medium">{text.value(field, value)}</span>
                      <Badge tone={origin.kind === 'default' ? 'neutral' : 'accent'}>
                        {text.origin(origin)}
                      </Badge>
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </div>
  )
}
