import { type NextRequest, NextResponse } from 'next/server'
import { pagePathHeader } from '#lib/auth/page-path.ts'

/** Tells pages their own address, so that sign-in can lead back to it; refuses addresses of the catalog that are broken. */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl
  if (pathname.startsWith('/iceberg/')) return isDecodable(pathname) ? NextResponse.next() : brokenAddress()
  const headers = new Headers(request.headers)
  headers.set(pagePathHeader, pathname + search)
  return NextResponse.next({ request: { headers } })
}

function isDecodable(pathname: string): boolean {
  try {
    decodeURIComponent(pathname)
    return true
  } catch {
    return false
  }
}

/** Next itself would answer 500 before the Iceberg catalog's route is asked. The shape is the one its clients read. */
function brokenAddress(): NextResponse {
  const message = 'The address has a broken percent-encoding.'
  return NextResponse.json({ error: { message, type: 'BadRequestException', code: 400 } }, { status: 400 })
}

export const config = { matcher: ['/((?!api/|iceberg/|_next/|readiness|metrics).*)', '/iceberg/(.*%.*)'] }
