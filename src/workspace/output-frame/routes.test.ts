import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { registerOutputFrame } from './routes.ts'

describe('the frame of HTML outputs', () => {
  it('has no origin, loads nothing and may be framed by us alone', async () => {
    const app = fastify()
    registerOutputFrame(app)
    const answer = await app.inject('/output-frame')
    const policy = String(answer.headers['content-security-policy']).split('; ')
    expect(policy).toContain('sandbox allow-scripts')
    for (const part of ["default-src 'none'", "connect-src 'none'", "form-action 'none'", "frame-ancestors 'self'"]) expect(policy).toContain(part)
    expect(policy.join()).not.toContain('allow-same-origin')
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(answer.statusCode).toBe(200)
    await app.close()
  })
})
