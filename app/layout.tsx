import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import { NextIntlClientProvider } from 'next-intl'
import { getLocale } from 'next-intl/server'
import type { ReactNode } from 'react'
import { Providers } from '#components/shell/providers.tsx'
import { Shell } from '#components/shell/shell.tsx'
import { currentUser } from '#lib/auth/current-user.ts'
import { describeActor } from '#lib/auth/describe-actor.ts'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Firn', template: '%s · Firn' },
  description: 'Event streams into healthy Apache Iceberg tables, by themselves, and what they say.',
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#10161d' },
  ],
}

/** The document: language, providers and the frame with whoever is signed in. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const actor = await currentUser()
  const me = actor ? await describeActor(actor) : null
  const collapsed = (await cookies()).get('firn-navigation')?.value === 'collapsed'
  return (
    <html lang={await getLocale()} suppressHydrationWarning>
      <body>
        <NextIntlClientProvider>
          <Providers>
            <Shell me={me} collapsed={collapsed}>
              {children}
            </Shell>
          </Providers>
        </NextIntlClientProvider>
      </body>
    </html>
  )
}
