import { Hono } from 'hono'
import type { Context as HonoContext } from 'hono'
import type { Context } from '../hub/context.ts'
import { putTwin, readTwin, updateTwin } from './twins.ts'
import { identityOf } from '../identity/identity-id.ts'
import type { Identity } from '../identity/identity-id.ts'
import type { Authority } from '../access/authorize.ts'
import { requires } from '../access/authorize.ts'
import { json, readJson } from '../http/http.ts'
import { metered } from '../throttling/metered.ts'

/** Twins of devices and modules: GET, PATCH, PUT (docs/protocol/protocol.md §6.2). */
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

function identityIn(request: HonoContext): Identity {
  return identityOf(request.req.param('deviceId') ?? '', request.req.param('moduleId'))
}
