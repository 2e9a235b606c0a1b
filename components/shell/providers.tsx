'use client'

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { ThemeProvider } from 'next-themes'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { Tooltip } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { Toaster } from 'sonner'
import { problemOf } from '#lib/client/api.ts'
import { signInAddress } from './sign-in-address.ts'

/** A session that has ended leads to the sign-in page, and back here after it. */
function leaveWhenSignedOut(error: unknown): void {
  if (problemOf(error).code !== 'unauthenticated' || window.location.pathname.startsWith('/sign-in')) return
  window.location.assign(signInAddress(window.location.pathname + window.location.search))
}

const createClient = (): QueryClient =>
  new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
    mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        // The first reads after a hiccup are worth repeating; a refusal stays a refusal.
        retry: (count, error) => count < 2 && problemOf(error).retryable,
        retryDelay: (attempt) => 500 * 2 ** attempt,
      },
      mutations: { retry: false },
    },
  })

/** What every page stands in: queries, theme, address state, tooltips, toasts. */
export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(createClient)
  return (
    <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange>
      <QueryClientProvider client={client}>
        <NuqsAdapter>
          <Tooltip.Provider delayDuration={250} skipDelayDuration={100}>
            {children}
          </Tooltip.Provider>
        </NuqsAdapter>
        <Toaster
          position="bottom-right"
          style={{ fontFamily: 'inherit' }}
          toastOptions={{
            unstyled: true,
            classNames: {
              toast:
                'flex w-full items-start gap-2 rounded-md border border-line bg-surface p-3 text-ink text-sm shadow-pop sm:w-90',
              description: 'text-soft',
              icon: 'mt-0.5',
              success: '[&_[data-icon]]:text-ok',
              error: '[&_[data-icon]]:text-bad',
              actionButton:
                'ml-auto shrink-0 rounded-md border border-line px-2 py-0.5 text-xs hover:bg-hover',
            },
          }}
        />
      </QueryClientProvider>
    </ThemeProvider>
  )
}
