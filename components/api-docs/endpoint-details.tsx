'use client'

import { ChevronRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Badge, type Tone } from '#components/ui/badge.tsx'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { cn } from '#lib/client/cn.ts'
import { roles } from '#lib/client/me.ts'
import { curlExample } from '#lib/client/openapi/curl-example.ts'
import type { Endpoint, JsonSchema, Method, Parameter } from '#lib/client/openapi/document.ts'
import { typeText } from '#lib/client/openapi/type-text.ts'

type Schemas = Readonly<Record<string, JsonSchema>>

const methodTone: Record<Method, Tone> = {
  get: 'accent',
  post: 'ok',
  put: 'warn',
  patch: 'warn',
  delete: 'bad',
}

/** One endpoint: a line that opens. The address names it, so a link opens it. */
export function EndpointDetails({ endpoint, schemas }: { endpoint: Endpoint; schemas: Schemas }) {
  const t = useTranslations('api-docs')
  const roleName = useTranslations('shell.role')
  const [open, setOpen] = useState(false)
  useEffect(() => {
    if (window.location.hash === `#${endpoint.id}`) setOpen(true)
  }, [endpoint.id])
  const role = roles.find((name) => name === endpoint.role)
  return (
    <details
      id={endpoint.id}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="group/endpoint scroll-mt-14"
    >
      <summary className="flex min-h-9 cursor-pointer list-none flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-1.5 text-sm hover:bg-subtle focus-visible:outline-offset-[-2px] [&::-webkit-details-marker]:hidden">
        <ChevronRight
          className={cn('size-4 shrink-0 text-faint transition-transform', open && 'rotate-90')}
          aria-hidden
        />
        <Badge tone={methodTone[endpoint.method]} className="w-14 justify-center font-mono uppercase">
          {endpoint.method}
        </Badge>
        <code className="min-w-0 break-all text-xs">{endpoint.path}</code>
        <span className="min-w-0 flex-1 basis-48 truncate text-soft sm:text-right">{endpoint.summary}</span>
      </summary>
      {open && (
        <div className="flex flex-col gap-4 border-line border-t bg-canvas px-4 py-4 text-sm">
          <div className="flex flex-col gap-1">
            <p className="font-medium">{endpoint.summary}</p>
            {endpoint.description && <p className="max-w-3xl text-soft">{endpoint.description}</p>}
            <p className="text-faint text-xs">{role ? t('role', { role: roleName(role) }) : t('open')}</p>
          </div>
          {endpoint.parameters.length > 0 && (
            <Parameters parameters={endpoint.parameters} schemas={schemas} />
          )}
          <div className="grid items-start gap-3 lg:grid-cols-2">
            {endpoint.body && <CodeBlock label={t('body')} code={typeText(endpoint.body, schemas)} />}
            {endpoint.answer ? (
              <CodeBlock
                label={`${t('answer')} ${endpoint.status}`}
                code={typeText(endpoint.answer, schemas)}
              />
            ) : (
              <p className="text-faint">
                {t('answer')} {endpoint.status}
              </p>
            )}
          </div>
          <CodeBlock
            label={t('example')}
            code={curlExample(endpoint, window.location.origin, schemas)}
            wrap
          />
        </div>
      )}
    </details>
  )
}

function Parameters({ parameters, schemas }: { parameters: readonly Parameter[]; schemas: Schemas }) {
  const t = useTranslations('api-docs')
  return (
    <div className="scroll-thin overflow-x-auto rounded-md border border-line bg-surface">
      <table className="w-full text-sm">
        <caption className="sr-only">{t('parameters')}</caption>
        <thead>
          <tr className="bg-subtle text-left text-faint text-xs [&>th]:h-8 [&>th]:whitespace-nowrap [&>th]:px-3 [&>th]:font-medium">
            <th scope="col">{t('name')}</th>
            <th scope="col">{t('where')}</th>
            <th scope="col">{t('type')}</th>
            <th scope="col">{t('meaning')}</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {parameters.map((parameter) => (
            <tr
              key={`${parameter.in} ${parameter.name}`}
              className="[&>td]:px-3 [&>td]:py-1.5 [&>td]:align-top"
            >
              <td className="whitespace-nowrap">
                <code className="text-xs">{parameter.name}</code>
                {parameter.required && <span className="ml-1.5 text-faint text-xs">{t('required')}</span>}
              </td>
              <td className="whitespace-nowrap text-soft">{t(`places.${parameter.in}`)}</td>
              <td>
                <code className="text-soft text-xs">
                  {parameter.schema ? typeText(parameter.schema, schemas) : 'string'}
                  {parameter.schema?.default !== undefined &&
                    ` = ${JSON.stringify(parameter.schema.default)}`}
                </code>
              </td>
              <td className="min-w-48 text-soft">{parameter.description}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
