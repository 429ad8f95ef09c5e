import { type Order, play } from '../play.ts'

/** The parts of a module worker that Cloudflare's `workerd` calls. */
export default {
  async fetch(request: Request): Promise<Response> {
    // Connections and timers belong to a request, so each test is a request.
    return Response.json(await play((await request.json()) as Order))
  },
}
