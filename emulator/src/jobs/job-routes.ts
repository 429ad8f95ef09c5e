import { Hono } from 'hono'
import { every } from 'hono/combine'
import type { Context } from '../hub/context.ts'
import { cancelJob, queryJobs, readJob, scheduleJob } from './jobs.ts'
import { type Authority, requires } from '../access/authorize.ts'
import { json, readJson, wholeNumber } from '../http/http.ts'
import { pageResponse } from '../query/query-page.ts'
import { metered } from '../throttling/throttle.ts'

/** Jobs of API version 2: twin updates and direct methods (docs/protocol/protocol.md §6.2). */
export function jobRoutes(context: Context, authority: Authority): Hono {
  const app = new Hono()
  const read = every(requires(authority, 'RegistryRead'), metered(context, 'jobs'))
  const write = every(requires(authority, 'RegistryWrite'), metered(context, 'jobs'))
  app.get('/query', read, ({ req }) => {
    const filter = { type: req.query('jobType') || undefined, status: req.query('jobStatus') || undefined }
    const pageSize = wholeNumber('x-ms-max-item-count', req.header('x-ms-max-item-count'))
    return pageResponse(queryJobs(context, filter, pageSize, req.header('x-ms-continuation') || undefined))
  })
  app.get('/:jobId', read, ({ req }) => json(readJob(context, req.param('jobId'))))
  app.put('/:jobId', write, async (request) =>
    json(await scheduleJob(context, request.req.param('jobId'), await readJson(request))),
  )
  app.post('/:jobId/cancel', write, async ({ req }) => json(await cancelJob(context, req.param('jobId'))))
  return app
}
