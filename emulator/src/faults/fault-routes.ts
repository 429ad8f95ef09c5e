import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { json, noContent, readJson } from '../http/http.ts'
import { parseFaultSpec } from './fault-spec.ts'
import type { Faults } from './faults.ts'

/** Lists, injects, and removes faults. */
export function faultRoutes(faults: Faults): Hono {
  const app = new Hono()
  app.get('/', () => json(faults.list()))
  app.post('/', async (request) => {
    const report = faults.inject(parseFaultSpec(await readJson(request)))
    return json(report, report.id === undefined ? 200 : 201)
  })
  app.delete('/', () => {
    faults.clear()
    return noContent()
  })
  app.delete('/:id', ({ req }) => {
    const id = req.param('id')
    if (!/^\d{1,15}$/.test(id) || !faults.remove(Number(id))) {
      throw new HTTPException(404, { message: `There is no fault ${id}` })
    }
    return noContent()
  })
  return app
}
