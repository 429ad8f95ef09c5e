import { openTwin } from 'hubtwin'
import type { Client } from './client.ts'

export const hubtwin: Client = {
  name: 'hubtwin',
  async open(connectionString) {
    const twin = openTwin(connectionString)
    await twin.ready()
    return {
      // hubtwin subscribes before it reads the twin.
      listen: async (listener) => void twin.onDesired(({ desired }) => listener(desired)),
      listenAt: (path, listener) => void twin.onDesired(path, ({ value }) => listener(value)),
      report: async (patch) => void (await twin.report(patch)),
      refresh: async () => void (await twin.refresh()),
      close: () => twin.close(),
    }
  },
}
