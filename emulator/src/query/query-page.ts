import type { JsonObject } from '../formats/json.ts'
import { json } from '../http/http.ts'

/** A page of the results of a query. */
export interface QueryPage {
  readonly items: readonly JsonObject[]
  readonly itemType: ItemType
  /** The start of the next page. Undefined on the last page. */
  readonly continuation?: string
}

/** The type of the items in the header `x-ms-item-type` (docs/protocol/protocol.md §6.2). */
export type ItemType = 'Twin' | 'Raw' | 'DeviceJob' | 'JobResponse'

/** A page has at most 100 items (docs/protocol/protocol.md §6.5). Older documents say 1,000. */
export const MAX_PAGE_SIZE = 100

/**
 * The response with a page. A continuation means that there are more results
 * (docs/protocol/protocol.md §6.2).
 */
export function pageResponse({ items, itemType, continuation }: QueryPage): Response {
  return json(items, 200, {
    'x-ms-item-type': itemType,
    ...(continuation === undefined ? {} : { 'x-ms-continuation': continuation }),
  })
}
