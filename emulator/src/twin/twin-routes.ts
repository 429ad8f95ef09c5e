import { Hono } from 'hono'
import type { Context } from '../hub/context.ts'
import { putTwin, readTwin, updateTwin } from './twins.ts'
import { type Authority, requires } from '../access/authorize.ts'
import { identityIn, json, readJson } from '../http/http.ts'
import { metered } from '../throttling/throttle.ts'

/** GET, PATCH, and PUT of the twins of devices and modules (docs/protocol/protocol.md §6.2). */
export function twinRoutes(context: Context, authority: Authority): Hono {
  const app = new Hono()
  app.use('*', requires(authority, 'ServiceConnect'))
  for (const path of ['/:deviceId', '/:deviceId/modules/:moduleId']) {
    app.get(path, metered(context, 'twinReads'), (request) => json(readTwin(context, identityIn(request))))
    app.patch(path, metered(context, 'twinUpdates'), async (request) =>
      json(await updateTwin(context, identityIn(request), await readJson(request), request.req.header('if-match'))),
    )
    app.put(path, metered(context, 'twinUpdates'), async (request) =>
      json(await putTwin(context, identityIn(request), await readJson(request), request.req.header('if-match'))),
    )
  }
  return app
}
