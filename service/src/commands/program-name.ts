/** The program as a user calls it in a shell, for hints that can be pasted. */
export const PROGRAM = 'npm run service --'
