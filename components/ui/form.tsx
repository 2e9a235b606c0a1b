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

/**
 * Puts the errors of single fields of a problem document at their fields.
 * Returns true when each of them has a place there, so that the document needs no note of its own.
 */
export function showProblem<Values extends FieldValues>(
  form: UseFormReturn<Values, unknown, Values>,
  problem: ApiProblem,
): boolean {
  const names = new Set(Object.keys(form.getValues()))
  let placed = 0
  for (const { path, message } of problem.fields) {
    const name = path.replace(/^body\./, '')
    if (!names.has(name.split('.')[0] ?? '')) continue
    form.setError(name as Path<Values>, { type: 'server', message })
    placed += 1
  }
  return placed > 0 && placed === problem.fields.length
}

/** The same for a form that is flatter than the document: fields go by the last part of their path. */
export function showNestedProblem<Values extends FieldValues>(
  form: UseFormReturn<Values, unknown, Values>,
  problem: ApiProblem,
): void {
  for (const { path, message } of problem.fields) {
    const field = path.split('.').at(-1) ?? ''
    if (field in form.getValues()) form.setError(field as Path<Values>, { type: 'server', message })
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
