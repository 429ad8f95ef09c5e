import type { JSX } from 'preact'

/** Warns that the twin changed during editing. */
export function TwinConflict({ onResolve }: { readonly onResolve: () => void }): JSX.Element {
  return (
    <div class="conflict" role="alert">
      <p>
        The tags or the desired properties changed while you were editing. Nothing was sent. Check the current twin
        above, then continue.
      </p>
      <button type="button" onClick={onResolve}>
        Continue
      </button>
    </div>
  )
}
