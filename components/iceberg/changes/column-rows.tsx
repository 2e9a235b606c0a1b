'use client'

import { Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useId } from 'react'
import { Controller, useFieldArray, useFormContext } from 'react-hook-form'
import { Button } from '#components/ui/button.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Input } from '#components/ui/input.tsx'
import { commonTypes, type TableForm, version3Types } from './create-table-form.ts'

const exampleTypes = ['long', 'decimal(9,2)', 'list<string>', 'map<string, long>', 'struct<name: string>']

/** The columns of a table in the making: name, type, required, description. */
export function ColumnRows() {
  const t = useTranslations('catalog-changes.createTable')
  const types = useId()
  const { register, control, watch, formState } = useFormContext<TableForm>()
  const columns = useFieldArray({ control, name: 'columns' })
  const version = watch('formatVersion')
  const errors = formState.errors.columns
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium text-sm">{t('columns')}</legend>
      <p className="text-faint text-xs">{t('columnsHint', { types: exampleTypes.join(', ') })}</p>
      <datalist id={types}>
        {[...commonTypes, ...(version === '3' ? version3Types : [])].map((type) => (
          <option key={type} value={type} />
        ))}
      </datalist>
      {columns.fields.map(({ id }, index) => {
        const wrong = errors?.[index]
        return (
          <div key={id} className="flex flex-col gap-1 border-line border-b pb-2 sm:border-0 sm:pb-0">
            <div className="grid grid-cols-[1fr_1fr_auto] items-center gap-2 sm:grid-cols-[1fr_12rem_auto_1fr_auto]">
              <Input
                {...register(`columns.${index}.name`)}
                aria-label={t('columnName', { number: index + 1 })}
                aria-invalid={wrong?.name !== undefined}
                placeholder={t('columnPlaceholder')}
                className="font-mono"
                autoComplete="off"
                spellCheck={false}
              />
              <Input
                {...register(`columns.${index}.type`)}
                aria-label={t('columnType', { number: index + 1 })}
                aria-invalid={wrong?.type !== undefined}
                list={types}
                className="font-mono"
                autoComplete="off"
                spellCheck={false}
              />
              <Controller
                control={control}
                name={`columns.${index}.required`}
                render={({ field }) => (
                  <Checkbox checked={field.value} onChange={field.onChange} label={t('required')} />
                )}
              />
              <Input
                {...register(`columns.${index}.doc`)}
                aria-label={t('columnDoc', { number: index + 1 })}
                placeholder={t('docPlaceholder')}
                boxClassName="col-span-2 sm:col-span-1"
              />
              <IconButton
                icon={X}
                label={t('removeColumn', { number: index + 1 })}
                size="sm"
                disabled={columns.fields.length === 1}
                onClick={() => columns.remove(index)}
              />
            </div>
            {wrong && (
              <p role="alert" className="text-bad text-xs">
                {wrong.name?.message ?? wrong.type?.message}
              </p>
            )}
          </div>
        )
      })}
      <Button
        size="sm"
        icon={Plus}
        className="self-start"
        onClick={() => columns.append({ name: '', type: 'string', required: false, doc: '' })}
      >
        {t('addColumn')}
      </Button>
    </fieldset>
  )
}
