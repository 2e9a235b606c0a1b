import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'

export const getOpenApi = contract({
  method: 'GET',
  path: '/api/v1/openapi.json',
  role: 'public',
  summary: 'This document',
  tags: ['system'],
  response: z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }),
})
