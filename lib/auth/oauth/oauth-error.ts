/** Error codes of RFC 6749, section 5.2, as far as the token endpoint gives them, and section 4.1.2.1 for failures of ours. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unsupported_grant_type'
  | 'server_error'
  | 'temporarily_unavailable'

const statusOf: Record<OAuthErrorCode, number> = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unsupported_grant_type: 400,
  server_error: 500,
  temporarily_unavailable: 503,
}

/** What the token endpoint refuses. The message is for the caller; it never repeats a secret. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: OAuthErrorCode

  constructor(code: OAuthErrorCode, message: string) {
    super(message)
    this.code = code
  }

  get status(): number {
    return statusOf[this.code]
  }
}
