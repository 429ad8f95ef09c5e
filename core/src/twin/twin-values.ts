import type { TwinVersions } from '../protocol/document.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'
import type { FollowedTwin } from './followed-twin.ts'
import { readSnapshot } from './snapshot.ts'

/**
 * The properties of a twin that change. A class, because getters in an object literal are functions
 * of each object, and V8 then makes a hidden class for each twin (bench/light.md).
 */
export class TwinValues {
  readonly #followed: FollowedTwin

  constructor(followed: FollowedTwin) {
    this.#followed = followed
  }

  get desired(): JsonObject {
    return readSnapshot(this.#followed.sections.desired)
  }

  get reported(): JsonObject {
    return readSnapshot(this.#followed.sections.reported)
  }

  get versions(): TwinVersions {
    return this.#followed.versions
  }

  get status(): TwinStatus {
    return this.#followed.statuses.current
  }
}
