import { type NextRequest, NextResponse } from 'next/server'
import { pagePathHeader } from '#lib/auth/page-path.ts'

/** Tells pages their own address, so that sign-in can lead back to it. */
export function proxy(request: NextRequest): NextResponse {
  const headers = new Headers(request.headers)
  headers.set(pagePathHeader, request.nextUrl.pathname + request.nextUrl.search)
  return NextResponse.next({ request: { headers } })
}

export const config = { matcher: ['/((?!api/|iceberg/|_next/|readiness).*)'] }
