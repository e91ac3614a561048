/** One round, as it is told. */
export interface Row {
  readonly round: number;
  readonly seconds: number;
  readonly commit: string;
  readonly deed: string;
  readonly faults: string;
  readonly exits: string;
  readonly took: number;
  readonly calls: number;
  readonly peak: number;
  readonly heap: number;
  readonly message: string;
}

const clock = (seconds: number): string =>
  `${String(Math.floor(seconds / 60)).padStart(2)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

const MESSAGE_MOST = 60;

const cells = (
  round: string,
  time: string,
  commit: string,
  deed: string,
  faults: string,
  exits: string,
  took: string,
  calls: string,
  peak: string,
  heap: string,
): string =>
  [
    round.padStart(5),
    time.padStart(5),
    commit.padEnd(7),
    deed.padEnd(11),
    faults.padEnd(24),
    exits.padEnd(9),
    took.padStart(7),
    calls.padStart(5),
    peak.padStart(6),
    heap.padStart(7),
  ].join('  ');

export const header = (): string =>
  `${cells('round', 'time', 'commit', 'deed', 'faults', 'exit', 'took', 'calls', 'peak', 'gateway')}  commit's message`;

/** One line of the table. */
export const line = (row: Row): string => {
  const { message } = row;
  const shown = message.length > MESSAGE_MOST ? `${message.slice(0, MESSAGE_MOST - 1)}…` : message;
  const figures = cells(
    String(row.round),
    clock(row.seconds),
    row.commit.slice(0, 7),
    row.deed,
    row.faults,
    row.exits,
    `${row.took.toFixed(1)} s`,
    String(row.calls),
    row.peak === 0 ? '–' : `${row.peak.toFixed(0)} MB`,
    `${row.heap.toFixed(1)} MB`,
  );
  return `${figures}  ${shown}`;
};
