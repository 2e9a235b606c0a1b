import { grantAccessToken } from '#lib/auth/oauth/grant-access-token.ts'
import { OAuthError } from '#lib/auth/oauth/oauth-error.ts'
import { isAppError } from '#lib/errors.ts'
import { databaseFailure } from '#lib/http/database-failure.ts'
import { readFormBody } from '#lib/http/request-body.ts'
import { endpoint } from './endpoint.ts'

/** A form with two tokens in it. */
const maxFormBytes = 20_000

const oauthAnswer = (status: number, value: object, headers: Record<string, string> = {}): Response =>
  Response.json(value, { status, headers: { 'cache-control': 'no-store', pragma: 'no-cache', ...headers } })

/** OAuth2's own shape of an error (RFC 6749, section 5.2), which clients of this one address expect. */
function oauthErrorAnswer(error: OAuthError): Response {
  const headers: Record<string, string> =
    error.code === 'invalid_client' ? { 'www-authenticate': 'Basic realm="firn"' } : {}
  return oauthAnswer(error.status, { error: error.code, error_description: error.message }, headers)
}

/** The token endpoint: an API token's id and secret, or a token that is about to end, for a short-lived one. */
export const tokenEndpoint = endpoint({
  method: 'POST',
  path: '/v1/oauth/tokens',
  role: 'public',
  audit: false,
  handle: async ({ request, requestId, log }) => {
    try {
      const form = await readFormBody(request, maxFormBytes)
      return oauthAnswer(200, await grantAccessToken(form, request.headers.get('authorization')))
    } catch (thrown) {
      if (thrown instanceof OAuthError) return oauthErrorAnswer(thrown)
      const error = databaseFailure(thrown) ?? thrown
      if (isAppError(error, 'unsupported-media-type', 'too-large')) {
        return oauthErrorAnswer(new OAuthError('invalid_request', error.userMessage))
      }
      log.error({ requestId, error }, 'no access token given')
      return oauthErrorAnswer(
        isAppError(error, 'unavailable')
          ? new OAuthError('temporarily_unavailable', error.userMessage)
          : new OAuthError('server_error', 'Firn could not answer because of an error of its own.'),
      )
    }
  },
})
