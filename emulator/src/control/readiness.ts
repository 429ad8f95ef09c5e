import { json } from '../http/http.ts'

/** 200 once the store is open and every port listens, 503 before that and from the moment the hub closes. It tells nothing else, so everyone may ask. */
export function readiness(isReady: boolean): Response {
  return json({ ready: isReady }, isReady ? 200 : 503, { 'cache-control': 'no-store' })
}
