'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import type { ComponentProps, ReactNode } from 'react'
import {
  Controller,
  type DefaultValues,
  type FieldValues,
  FormProvider,
  type Path,
  type UseFormReturn,
  useForm,
  useFormContext,
} from 'react-hook-form'
import type { z } from 'zod'
import type { ApiProblem } from '#lib/client/api.ts'
import { Field } from './field.tsx'
import { Input } from './input.tsx'
import { Select, type SelectOption } from './select.tsx'

/** A form whose values fit `schema`; checked when leaving a field, then at each change. */
export function useZodForm<Values extends FieldValues>(
  schema: z.ZodType<Values, Values>,
  defaultValues: DefaultValues<Values>,
): UseFormReturn<Values, unknown, Values> {
  return useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues,
    mode: 'onTouched',
  })
}

/** Where in a form an error of a field belongs: documents may be deeper than forms, then the last part of the path counts. */
function placeOf<Values extends FieldValues>(
  form: UseFormReturn<Values, unknown, Values>,
  path: string,
): Path<Values> | null {
  const names = new Set(Object.keys(form.getValues()))
  const parts = path.replace(/^body\./, '').split('.')
  const last = parts.at(-1) ?? ''
  if (names.has(parts[0] ?? '')) return parts.join('.') as Path<Values>
  return names.has(last) ? (last as Path<Values>) : null
}

/** Whether each error of a problem document has a field of the form, so that it needs no note of its own. */
export const hasPlaces = <Values extends FieldValues>(
  form: UseFormReturn<Values, unknown, Values>,
  { fields }: ApiProblem,
): boolean => fields.length > 0 && fields.every(({ path }) => placeOf(form, path) !== null)

/** Puts the errors of a problem document at their fields. */
export function showProblem<Values extends FieldValues>(
  form: UseFormReturn<Values, unknown, Values>,
  problem: ApiProblem,
): void {
  for (const { path, message } of problem.fields) {
    const place = placeOf(form, path)
    if (place !== null) form.setError(place, { type: 'server', message })
  }
}

interface FormProps<Values extends FieldValues> {
  form: UseFormReturn<Values, unknown, Values>
  onSubmit: (values: Values) => void
  children: ReactNode
  id?: string
  className?: string
}

/** The form element around fields that read their state from `form`. */
export function Form<Values extends FieldValues>({ form, onSubmit, children, ...rest }: FormProps<Values>) {
  return (
    <FormProvider {...form}>
      <form noValidate onSubmit={(event) => void form.handleSubmit(onSubmit)(event)} {...rest}>
        {children}
      </form>
    </FormProvider>
  )
}

interface FormFieldProps {
  name: string
  label: ReactNode
  hint?: ReactNode
  optional?: ReactNode
  className?: string
}

/** A text field of a Form. */
export function FormInput({
  name,
  label,
  hint,
  optional,
  className,
  ...input
}: FormFieldProps & Omit<ComponentProps<typeof Input>, 'name'>) {
  const { register, getFieldState, formState } = useFormContext()
  const { error } = getFieldState(name, formState)
  return (
    <Field label={label} hint={hint} optional={optional} error={error?.message} className={className ?? ''}>
      {(control) => <Input {...control} {...input} {...register(name)} />}
    </Field>
  )
}

/** A choice of a Form. */
export function FormSelect({
  name,
  label,
  hint,
  optional,
  options,
  placeholder,
  className,
}: FormFieldProps & { options: readonly SelectOption[]; placeholder?: string }) {
  const { control: formControl } = useFormContext()
  return (
    <Controller
      name={name}
      control={formControl}
      render={({ field, fieldState }) => (
        <Field
          label={label}
          hint={hint}
          optional={optional}
          error={fieldState.error?.message}
          className={className ?? ''}
        >
          {(control) => (
            <Select
              {...control}
              value={field.value === undefined ? undefined : String(field.value)}
              onChange={field.onChange}
              options={options}
              {...(placeholder === undefined ? {} : { placeholder })}
            />
          )}
        </Field>
      )}
    />
  )
}
