import { describe, expect, it } from 'vitest'
import { sharedJson } from './shared-json.ts'

const ask = (headers: Record<string, string> = {}) => new Request('http://firn.test/', { headers })
const answer = { snapshotId: 9_007_199_254_740_993n, name: '방문자' }

describe('sharedJson', () => {
  it('sends JSON with 64-bit integers as text', async () => {
    const response = sharedJson(ask(), answer)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.json()).toEqual({ snapshotId: '9007199254740993', name: '방문자' })
  })

  it('sends nothing to those who have it', async () => {
    const etag = sharedJson(ask(), answer).headers.get('etag') ?? ''
    const again = sharedJson(ask({ 'if-none-match': `"other", W/${etag}` }), answer)
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
    expect(sharedJson(ask({ 'if-none-match': '"other"' }), answer).status).toBe(200)
  })
})
