import { describeKills } from './kills.ts'

describeKills(5, { workers: 16, requestsPerWorker: 60, codes: 60 })
