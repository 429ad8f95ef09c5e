import { openTwin } from 'hubtwin/light'
import type { Client } from './client.ts'

export const light: Client = {
  name: 'hubtwin/light',
  async open(connectionString) {
    const twin = openTwin(connectionString)
    await twin.ready()
    return {
      listen: async (listener) => void twin.onDesired(({ desired }) => listener(desired)),
      listenAt: (path, listener) => void twin.onDesired(path, ({ value }) => listener(value)),
      report: async (patch) => void (await twin.report(patch)),
      refresh: async () => void (await twin.refresh()),
      close: () => twin.close(),
    }
  },
}
