import { apiSend } from './api.ts'

/** Opens a session in this browser. @throws ApiProblem */
export const signIn = (credentials: { email: string; password: string }): Promise<unknown> =>
  apiSend('POST', '/api/auth/sign-in/email', credentials)

/** Ends the session of this browser. @throws ApiProblem */
export const signOut = (): Promise<unknown> => apiSend('POST', '/api/auth/sign-out', {})
