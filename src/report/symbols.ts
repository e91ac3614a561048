import type { Change } from '../reconciler/model/plan.ts';
import type { Paint } from './paint.ts';

/** The sign of each action, the same in text and markdown. */
export const SYMBOLS: Readonly<Record<Change['action'], string>> = {
  create: '+',
  update: '~',
  prune: '-',
  adopt: '«',
};

export const DRIFT_SYMBOL = '!';

/** The colour of each action. */
export const paintAction = (paint: Paint, action: Change['action'], text: string): string => {
  switch (action) {
    case 'create':
      return paint.green(text);
    case 'update':
      return paint.yellow(text);
    case 'prune':
      return paint.red(text);
    case 'adopt':
      return paint.cyan(text);
  }
};
