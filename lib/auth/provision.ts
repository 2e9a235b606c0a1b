/** What start-up scripts call to make people and tokens, without a web server. */
export { createApiToken } from './api-token.ts'
export { ensureUser } from './ensure-user.ts'
export { createSignInLink } from './sign-in-link.ts'
