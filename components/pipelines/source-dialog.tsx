'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import { z } from 'zod'
import { FormInput, FormSelect, useZodForm } from '#components/ui/form.tsx'
import { FormDialog } from '#components/ui/form-dialog.tsx'
import { Segmented } from '#components/ui/segmented.tsx'
import type { PipelineItem } from '#lib/api/pipelines.ts'
import type { SourceItem } from '#lib/api/sources.ts'
import { type ApiPage, useApi, useApiMutation } from '#lib/client/use-api.ts'

const ValuesSchema = z.object({
  kind: z.enum(['landing', 'kafka']),
  name: z.string(),
  pipelineId: z.string(),
  location: z.string(),
  pattern: z.string(),
  topic: z.string(),
  archive: z.enum(['yes', 'no']),
  start: z.enum(['earliest', 'latest']),
})
type Values = z.infer<typeof ValuesSchema>

/** The API's request; the API alone decides what is right, its errors are shown at the fields. */
function requestOf(values: Values) {
  const { kind, name, pipelineId, location, pattern, topic, archive, start } = values
  return {
    name,
    ...(pipelineId ? { pipelineId } : {}),
    config:
      kind === 'landing'
        ? { kind, location, ...(pattern ? { pattern } : {}) }
        : { kind, topic, archive: archive === 'yes', start },
  }
}

/** Adds a landing-zone folder or a Kafka topic to a pipeline. */
export function SourceDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('streams.sourceForm')
  const router = useRouter()
  const pipelines = useApi<ApiPage<PipelineItem>>('/api/v1/pipelines', { query: { limit: 100 } })
  const form = useZodForm<Values>(ValuesSchema, {
    kind: 'landing',
    name: '',
    pipelineId: '',
    location: '',
    pattern: '',
    topic: '',
    archive: 'yes',
    start: 'earliest',
  })
  const kind = form.watch('kind')
  const create = useApiMutation<Values, SourceItem>({
    method: 'POST',
    path: '/api/v1/sources',
    body: requestOf,
    refresh: ['/api/v1/sources', '/api/v1/pipelines'],
    onSuccess: (source) => {
      toast.success(t('added', { name: source.name }))
      onClose()
      router.push(`/sources/${source.id}`)
    },
  })

  const several = (pipelines.data?.items.length ?? 0) > 1
  return (
    <FormDialog
      form={form}
      onSubmit={(values) => create.mutate(values)}
      request={create}
      title={t('title')}
      description={t('description')}
      submit={t('submit')}
      onClose={onClose}
    >
      <Segmented
        label={t('kind')}
        value={kind}
        onChange={(value) => form.setValue('kind', value)}
        options={[
          { value: 'landing', label: t('landing') },
          { value: 'kafka', label: t('kafka') },
        ]}
      />
      <FormInput name="name" label={t('name')} autoComplete="off" autoFocus />
      {several && (
        <FormSelect
          name="pipelineId"
          label={t('pipeline')}
          options={(pipelines.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      {kind === 'landing' ? (
        <>
          <FormInput
            name="location"
            label={t('location')}
            hint={t('locationHint')}
            placeholder="s3://bucket/events"
            className="font-mono"
            spellCheck={false}
          />
          <FormInput
            name="pattern"
            label={t('pattern')}
            optional={t('optional')}
            hint={t('patternHint')}
            placeholder="**/*.jsonl.gz"
            spellCheck={false}
          />
        </>
      ) : (
        <>
          <FormInput name="topic" label={t('topic')} hint={t('topicHint')} spellCheck={false} />
          <FormSelect
            name="start"
            label={t('start')}
            options={[
              { value: 'earliest', label: t('earliest') },
              { value: 'latest', label: t('latest') },
            ]}
          />
          <FormSelect
            name="archive"
            label={t('archive')}
            hint={t('archiveHint')}
            options={[
              { value: 'yes', label: t('yes') },
              { value: 'no', label: t('no') },
            ]}
          />
        </>
      )}
    </FormDialog>
  )
}
