import { describeKills } from './kills.ts'

describeKills(2, { workers: 8, requestsPerWorker: 40, codes: 20 })
