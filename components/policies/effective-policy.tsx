'use client'

import { TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { type TablePath, tableHref } from '#components/iceberg/table-path.ts'
import { Badge } from '#components/ui/badge.tsx'
import type { PolicyDetail, PolicyFieldItem } from '#lib/api/maintenance-policies.ts'
import { fieldGroups, groupOf } from './field-specs.ts'
import { usePolicyText } from './use-policy-text.ts'

/** The policy that counts for a table, field by field, with where each value comes from: a link to where it is changed. */
export function EffectivePolicy({ policy, path }: { policy: PolicyDetail; path: TablePath }) {
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
                      <Origin origin={origin} path={path} />
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

function Origin({ origin, path }: { origin: PolicyFieldItem['origin']; path: TablePath }) {
  const text = usePolicyText()
  if (origin.kind === 'default') return <Badge>{text.origin(origin)}</Badge>
  const badge = <Badge tone="accent">{text.origin(origin)}</Badge>
  const { kind } = origin.kind === 'preset' ? origin.at : origin
  // What the table says itself is changed right here.
  if (kind === 'table') return badge
  const href = kind === 'table-property' ? tableHref(path, 'properties') : '/maintenance/policies'
  return (
    <Link className="hover:underline" href={href}>
      {badge}
    </Link>
  )
}
