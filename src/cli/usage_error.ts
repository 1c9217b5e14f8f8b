/** A mistake on the command line: its message is all that the user sees. */
export class UsageError extends Error {}
