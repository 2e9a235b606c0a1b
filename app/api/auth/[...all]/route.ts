import { handleAuthRequest } from '#lib/auth/handle-auth-request.ts'

export const GET = handleAuthRequest
export const POST = handleAuthRequest
