import { Hono } from 'hono'
import { every } from 'hono/combine'
import { type Authority, requires } from '../access/authorize.ts'
import type { Context } from '../hub/context.ts'
import { json, noContent, readJson, wholeNumber } from '../http/http.ts'
import { metered } from '../throttling/throttle.ts'
import {
  applyContent,
  deleteConfiguration,
  listConfigurations,
  putConfiguration,
  readConfiguration,
  testQueries,
} from './configurations.ts'

/**
 * Automatic configurations of devices and modules (docs/protocol/configurations.md §5). No source
 * names their rights. The local hub requires those of the registry: RegistryRead and RegistryWrite.
 */
export function configurationRoutes(context: Context, authority: Authority): Hono {
  const app = new Hono()
  const read = every(requires(authority, 'RegistryRead'), metered(context, 'configurations'))
  const write = every(requires(authority, 'RegistryWrite'), metered(context, 'configurations'))
  // The SDKs for .NET and C end this path with a slash.
  for (const path of ['', '/']) {
    app.get(path, read, ({ req }) => json(listConfigurations(context, wholeNumber('top', req.query('top')))))
  }
  app.post('/testQueries', read, async (request) => json(testQueries(await readJson(request))))
  app.get('/:id', read, ({ req }) => json(readConfiguration(context, req.param('id'))))
  app.put('/:id', write, async (request) => {
    const { req } = request
    const { isNew, document } = await putConfiguration(
      context,
      req.param('id'),
      await readJson(request),
      req.header('if-match'),
    )
    return json(document, isNew ? 201 : 200)
  })
  app.delete('/:id', write, async ({ req }) => {
    await deleteConfiguration(context, req.param('id'), req.header('if-match'))
    return noContent()
  })
  return app
}

/** `POST /devices/{id}/applyConfigurationContent` */
export function configurationContentRoutes(context: Context, authority: Authority): Hono {
  const app = new Hono()
  const write = every(requires(authority, 'RegistryWrite'), metered(context, 'configurations'))
  app.post('/:deviceId/applyConfigurationContent', write, async (request) =>
    applyContent(context, request.req.param('deviceId'), await readJson(request)),
  )
  return app
}
