import pc from 'picocolors';
import type { Event } from '../reconciler/model/events.ts';
import { headOf } from '../reconciler/model/message.ts';
import type { Reporter } from '../reconciler/model/ports.ts';
import type { StackResult } from '../reconciler/model/result.ts';
import { hasColor } from './print.ts';

const STEP_TEXT: Readonly<Record<string, string>> = {
  load: 'Reading the catalog',
  compile: 'Compiling',
  observe: 'Reading AWS',
  plan: 'Planning',
  proof: 'Proving access',
  apply: 'Applying',
  verify: 'Reading back',
};

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

const seconds = (value: number): string => (value < 10 ? `${value.toFixed(1)} s` : `${value.toFixed(0)} s`);

const resultText = (result: StackResult): string => {
  switch (result.outcome) {
    case 'applied':
      return `applied in ${seconds(result.seconds)}`;
    case 'unchanged':
      return 'unchanged';
    case 'failed':
      return `failed after ${seconds(result.seconds)}: ${headOf(result.failures[0]?.message ?? 'no reason given')}`;
    case 'skipped':
      return result.because === 'cancelled'
        ? 'not started'
        : `skipped: ${result.dependency ?? 'a stack it needs'} failed`;
  }
};

/** One plain line for an event, or nothing where a line would be noise. For CI logs, and above the live line on a terminal. */
export const plainLine = (event: Event): string | undefined => {
  switch (event.type) {
    case 'step-started':
      return `${STEP_TEXT[event.step] ?? event.step}${event.detail === undefined ? '' : ` ${event.detail}`} …`;
    case 'stack-started':
      return `  ${event.stack}: ${event.changes} ${event.changes === 1 ? 'change' : 'changes'} …`;
    case 'stack-finished':
      // After ^C everything left would be a line; the result lists it.
      return event.result.outcome === 'skipped' && event.result.because === 'cancelled'
        ? undefined
        : `  ${event.stack}: ${resultText(event.result)}`;
    case 'wave-started':
      return `Wave ${event.wave}: ${event.stacks.length} ${event.stacks.length === 1 ? 'stack' : 'stacks'}`;
    case 'note':
      return event.message;
    case 'stopping':
      return 'Stopping: stacks that run are finished, no other is started. Once more to leave at once.';
    case 'throttled':
    case 'slowed':
    case 'step-finished':
    case 'observe-progress':
    case 'proof-progress':
    case 'apply-started':
    case 'stack-progress':
      return undefined;
  }
};

const SLOWER = 'AWS is throttling';

/** A log hears when AWS starts to throttle and when it has ended; each step in between would be noise. */
const flowTeller = (): ((event: Event) => string | undefined) => {
  let isSlowed = false;
  return (event) => {
    if (event.type !== 'slowed' || isSlowed === event.inFlight < event.most) return undefined;
    isSlowed = !isSlowed;
    return isSlowed
      ? `  ${SLOWER}: ${event.inFlight} of ${event.most} calls at once until it lets us.`
      : `  AWS has stopped throttling: ${event.most} calls at once again.`;
  };
};

/** The first attempts are nobody's business: a call that is throttled now and then gets through by itself. */
const TOLD_ATTEMPT = 5;

/** A call that does not get through is told when it has been tried for long, and then each time that doubles; a line an operation. */
const throttleTeller = (): ((event: Event) => string | undefined) => {
  const next = new Map<string, number>();
  return (event) => {
    if (event.type !== 'throttled' || event.attempt < (next.get(event.operation) ?? TOLD_ATTEMPT)) return undefined;
    next.set(event.operation, event.attempt * 2);
    return `  AWS is throttling ${event.operation}; attempt ${event.attempt}, and it is tried for a minute at most.`;
  };
};

/** Progress for logs: one line an event, nothing redrawn. */
export const plainReporter = (write: (line: string) => void): Reporter => {
  const flowLine = flowTeller();
  const throttleLine = throttleTeller();
  return {
    emit: (event) => {
      const line = plainLine(event) ?? flowLine(event) ?? throttleLine(event);
      if (line !== undefined) write(`${line}\n`);
    },
  };
};

/** What the live line shows now. */
export interface LiveView {
  step: string;
  detail: string;
  running: Map<string, string>;
  done: number;
  total: number;
  /** How many calls run at once, where AWS throttles. */
  slowed: string;
  isStopping: boolean;
}

/** The live line before anything happened. */
export const newView = (): LiveView => ({
  step: '',
  detail: '',
  running: new Map(),
  done: 0,
  total: 0,
  slowed: '',
  isStopping: false,
});

/** Takes one event into what the live line shows. */
export const updateView = (view: LiveView, event: Event): void => {
  switch (event.type) {
    case 'step-started':
      view.step = STEP_TEXT[event.step] ?? event.step;
      view.detail = event.detail ?? '';
      break;
    case 'observe-progress':
      view.detail = `${event.done}/${event.total} ${event.kind}`;
      break;
    case 'proof-progress':
      view.detail = `${event.done}/${event.total} roles, ${event.questions.toLocaleString('en-US')} questions`;
      break;
    case 'apply-started':
      view.total = event.stacks;
      view.done = 0;
      break;
    case 'stack-started':
      view.running.set(event.stack, '');
      break;
    case 'stack-progress':
      view.running.set(event.stack, event.message);
      break;
    case 'stack-finished':
      view.running.delete(event.stack);
      view.done += 1;
      break;
    case 'step-finished':
      view.detail = '';
      break;
    case 'slowed':
      view.slowed = event.inFlight < event.most ? `${SLOWER}, ${event.inFlight} of ${event.most} calls at once` : '';
      break;
    case 'stopping':
      view.isStopping = true;
      break;
    case 'wave-started':
    case 'throttled':
    case 'note':
      break;
  }
};

const stateText = ({ isStopping, slowed }: LiveView): string => {
  const states = [...(isStopping ? ['stopping, ^C to leave at once'] : []), ...(slowed === '' ? [] : [slowed])];
  return states.length === 0 ? '' : `(${states.join('; ')}) `;
};

/** The live line as text. What is unusual comes first: a narrow terminal cuts the end. */
export const liveText = (view: LiveView): string => `${stateText(view)}${workText(view)}`;

const workText = (view: LiveView): string => {
  if (view.running.size === 0) return `${view.step} ${view.detail}`;
  const [first] = view.running.entries();
  const shown = first === undefined ? '' : first[1] === '' ? first[0] : `${first[0]}: ${first[1]}`;
  const more = view.running.size > 1 ? ` and ${view.running.size - 1} more` : '';
  return `${view.step} ${view.done}/${view.total}: ${shown}${more}`;
};

/** Events that leave a line above the live one. */
const STAYING: ReadonlySet<Event['type']> = new Set(['stack-finished', 'note', 'stopping']);

/** Progress for a terminal: one line redrawn in place, and a line that stays for each finished stack. */
const liveReporter = (
  stream: NodeJS.WriteStream,
  isColored: boolean,
): Reporter & { stop: () => void; pause: () => void } => {
  const view = newView();
  const colors = pc.createColors(isColored);
  let frame = 0;
  const clear = (): void => {
    stream.write('\r\u001b[2K');
  };
  const draw = (): void => {
    const width = Math.max(20, stream.columns - 4);
    clear();
    stream.write(`${colors.cyan(SPINNER[frame % SPINNER.length] ?? '')} ${liveText(view).slice(0, width)}`);
    frame += 1;
  };
  let timer: NodeJS.Timeout | undefined;
  const pause = (): void => {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    clear();
  };
  const run = (): void => {
    timer ??= setInterval(draw, 100).unref();
  };
  return {
    emit: (event) => {
      run();
      updateView(view, event);
      if (STAYING.has(event.type)) {
        const line = plainLine(event);
        if (line === undefined) return;
        clear();
        stream.write(
          `${event.type === 'stack-finished' && event.result.outcome === 'failed' ? colors.red(line) : line}\n`,
        );
      }
    },
    stop: pause,
    pause,
  };
};

/** Progress that a shell starts and stops; always on stderr, so that stdout is the result alone. */
export interface Progress {
  readonly reporter: Reporter;
  /** Whether each finished stack leaves its line on the terminal. */
  readonly isLive: boolean;
  /** Ends the live line before anything else is printed. Safe to call twice. */
  stop(): void;
  /** Takes the live line away while somebody is asked; the next event brings it back. */
  pause(): void;
}

/** Draws on a terminal, prints plain lines in CI, and says nothing with `--quiet`. */
export const startProgress = (options: { readonly quiet?: boolean; readonly color: boolean }): Progress => {
  const silent = (): void => undefined;
  if (options.quiet === true) return { reporter: { emit: silent }, isLive: false, stop: silent, pause: silent };
  const stream = process.stderr;
  if (!stream.isTTY || process.env['CI'] !== undefined) {
    return { reporter: plainReporter((line) => stream.write(line)), isLive: false, stop: silent, pause: silent };
  }
  const live = liveReporter(stream, hasColor(stream, options.color));
  return { reporter: live, isLive: true, stop: live.stop, pause: live.pause };
};
