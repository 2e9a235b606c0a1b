'use client'

import { useEffect, useState } from 'react'

/** A value once it has been the same for so many milliseconds: what is asked of others is not asked with every key. */
export function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return settled
}
