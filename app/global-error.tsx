'use client'

import './globals.css'

/**
 * The frame itself could not be drawn (no database, a broken build): nothing may be relied upon here, not even the
 * messages, so it says it in both languages.
 */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <main className="mx-auto flex min-h-dvh max-w-lg flex-col justify-center gap-3 px-6">
          <title>Firn</title>
          <h1 className="font-semibold text-xl">Firn cannot be shown right now</h1>
          <p className="text-soft">
            Its database or another part may be starting or down. Reload in a moment. If it stays, give the
            number below to your administrator.
          </p>
          <p lang="ko" className="text-soft">
            지금은 Firn을 표시할 수 없습니다. 데이터베이스 등이 시작 중이거나 멈췄을 수 있습니다. 잠시 뒤에
            새로 고치고, 계속되면 아래 번호를 관리자에게 알려 주세요.
          </p>
          {error.digest && <code className="text-faint text-xs">{error.digest}</code>}
          <button
            type="button"
            onClick={() => window.location.reload()}
            className="h-8 self-start rounded-md bg-accent px-3 font-medium text-on-accent text-sm"
          >
            Reload · 새로 고침
          </button>
        </main>
      </body>
    </html>
  )
}
