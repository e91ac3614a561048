/**
 * What a caller should do: `retry` the failure may pass by itself, `user` somebody must change something, `bug` it should
 * never happen.
 */
export type Disposition = 'retry' | 'user' | 'bug';

/** What the edges (AWS, files, git) throw. The core never throws; it returns diagnostics. */
export class EdlError extends Error {
  readonly code: `EDL-${number}`;
  readonly disposition: Disposition;

  constructor(code: `EDL-${number}`, disposition: Disposition, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'EdlError';
    this.code = code;
    this.disposition = disposition;
  }
}

/** Stops a case that the types say cannot happen. */
export const assertNever = (value: never): never => {
  throw new EdlError('EDL-9001', 'bug', `Unexpected value: ${JSON.stringify(value)}`);
};

/** Stops when an invariant of our own code is broken. Not for checking input. */
export const invariant: (condition: unknown, message: string) => asserts condition = (condition, message) => {
  if (condition === false || condition === undefined || condition === null)
    throw new EdlError('EDL-9002', 'bug', message);
};
