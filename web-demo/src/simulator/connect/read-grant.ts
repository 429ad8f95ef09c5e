import * as v from 'valibot'
import type { Grant } from './grant.ts'

const grantSchema = v.variant('type', [
  v.object({ type: v.literal('connectionString'), text: v.string() }),
  v.object({
    type: v.literal('service'),
    service: v.object({
      address: v.pipe(v.string(), v.url(), v.regex(/^https?:/)),
      jwt: v.optional(v.string()),
      hostName: v.string(),
      deviceId: v.string(),
      endpoint: v.optional(v.pipe(v.string(), v.url(), v.regex(/^wss?:/))),
    }),
  }),
])

/** Validates a grant from another tab. @returns `undefined` if it is invalid */
export function readGrant(value: unknown): Grant | undefined {
  const { success, output } = v.safeParse(grantSchema, value)
  return success ? output : undefined
}
