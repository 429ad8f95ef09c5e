import { getPathNoStrict } from 'hono/utils/url'

/**
 * The path that selects the route of a request.
 *
 * An escaped slash separates segments, because no ID contains a slash. Azure IoT Explorer escapes
 * its whole path (`/twins%2Fdevice1`), and its releases before 0.14 also escape a slash at the
 * start (`/%2FdigitalTwins%2Fdevice1`).
 */
export function routedPath(request: Request): string {
  return getPathNoStrict(request)
    .replaceAll(/%2f/gi, '/')
    .replace(/^\/{2,}/, '/')
}
