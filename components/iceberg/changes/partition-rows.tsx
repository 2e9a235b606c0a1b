'use client'

import { Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Controller, useFieldArray, useFormContext } from 'react-hook-form'
import { Button } from '#components/ui/button.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Input } from '#components/ui/input.tsx'
import { Select } from '#components/ui/select.tsx'
import { needsWidth, type TableForm, transforms } from './create-table-form.ts'

/** The partition fields of a table in the making. */
export function PartitionRows() {
  const t = useTranslations('catalog-changes.createTable')
  const ui = useTranslations('ui')
  const { register, control, watch, formState } = useFormContext<TableForm>()
  const fields = useFieldArray({ control, name: 'partitionBy' })
  const names = [...new Set(watch('columns').map(({ name }) => name.trim()))].filter((name) => name !== '')
  const chosen = watch('partitionBy')
  const errors = formState.errors.partitionBy
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium text-sm">
        {t('partitions')} <span className="font-normal text-faint text-xs">{ui('optional')}</span>
      </legend>
      <p className="text-faint text-xs">{t('partitionsHint')}</p>
      {fields.fields.map(({ id }, index) => {
        const wrong = errors?.[index]
        const transform = chosen[index]?.transform ?? 'identity'
        return (
          <div key={id} className="flex flex-col gap-1">
            <div className="flex items-center gap-2">
              <Controller
                control={control}
                name={`partitionBy.${index}.column`}
                render={({ field }) => (
                  <Select
                    value={names.includes(field.value) ? field.value : undefined}
                    onChange={field.onChange}
                    options={names.map((value) => ({ value, label: value }))}
                    placeholder={t('partitionColumn')}
                    aria-label={t('partitionColumnOf', { number: index + 1 })}
                    aria-invalid={wrong?.column !== undefined}
                    className="font-mono"
                  />
                )}
              />
              <Controller
                control={control}
                name={`partitionBy.${index}.transform`}
                render={({ field }) => (
                  <Select
                    value={field.value}
                    onChange={field.onChange}
                    options={transforms.map((value) => ({ value, label: t(`transform.${value}`) }))}
                    aria-label={t('transformOf', { number: index + 1 })}
                  />
                )}
              />
              {needsWidth(transform) && (
                <Input
                  {...register(`partitionBy.${index}.width`)}
                  aria-label={t('widthOf', { number: index + 1 })}
                  aria-invalid={wrong?.width !== undefined}
                  placeholder="16"
                  inputMode="numeric"
                  boxClassName="w-24 shrink-0"
                />
              )}
              <IconButton
                icon={X}
                label={t('removePartition', { number: index + 1 })}
                size="sm"
                onClick={() => fields.remove(index)}
              />
            </div>
            {wrong && (
              <p role="alert" className="text-bad text-xs">
                {wrong.column?.message ?? wrong.transform?.message ?? wrong.width?.message}
              </p>
            )}
          </div>
        )
      })}
      <Button
        size="sm"
        icon={Plus}
        className="self-start"
        onClick={() => fields.append({ column: '', transform: 'day', width: '' })}
      >
        {t('addPartition')}
      </Button>
    </fieldset>
  )
}
