import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Dialog } from '../common/dialog.tsx'
import { reasonOf } from '../common/problem.ts'
import { createDevice } from '../hub/calls.ts'
import { routeTo } from '../route.ts'

/** Registers a device, with keys that the hub makes. */
export function AddDevice(): JSX.Element {
  const [isAsking, setIsAsking] = useState(false)
  const [problem, setProblem] = useState('')

  async function add(deviceId: string): Promise<void> {
    try {
      await createDevice(deviceId)
      setIsAsking(false)
      location.hash = routeTo({ deviceId })
    } catch (error) {
      setProblem(reasonOf(error))
    }
  }

  const open = (): void => {
    setProblem('')
    setIsAsking(true)
  }
  return (
    <>
      <button type="button" onClick={open}>
        Add
      </button>
      {isAsking && (
        <Dialog title="Add a device" onClose={() => setIsAsking(false)}>
          <form
            onSubmit={(event) => {
              event.preventDefault()
              void add(new FormData(event.currentTarget).get('deviceId') as string)
            }}
          >
            <label for="new-device">Device id</label>
            <input id="new-device" name="deviceId" required maxLength={128} autocomplete="off" spellcheck={false} />
            <p class="fault" role="alert">
              {problem}
            </p>
            <div class="dialog-actions">
              <button type="button" onClick={() => setIsAsking(false)}>
                Cancel
              </button>
              <button type="submit" class="primary">
                Add
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  )
}
