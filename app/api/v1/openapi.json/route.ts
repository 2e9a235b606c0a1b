import { openApiDocument } from '#lib/api/document.ts'
import { getOpenApi } from '#lib/api/openapi.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(getOpenApi, () => Response.json(openApiDocument()))
