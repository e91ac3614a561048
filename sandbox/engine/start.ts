import type { JsonObject } from '../json.ts';
import { createStack, importStack, inBackground, updateStack } from './deploy.ts';
import type { Deployment } from './deployment.ts';
import type { Request } from './request.ts';
import type { Run } from './run.ts';
import type { Stack } from './stack.ts';
import { setStatus } from './stack.ts';

/** How a deployment is to run beside its target. */
export interface StartOptions {
  readonly imports?: ReadonlyMap<string, JsonObject>;
  /** Start from what is live instead of from what was deployed last. */
  readonly isDriftAware?: boolean;
  readonly dropsRetained?: boolean;
  readonly after?: () => void;
}

const start =
  (first: string, failed: string, operation: (run: Run) => Promise<void>) =>
  (request: Request, stack: Stack, target: Deployment, options: StartOptions = {}): void => {
    setStatus(stack, first, 'User Initiated');
    const run: Run = {
      environment: request.environment,
      stack,
      target,
      imports: options.imports ?? new Map(),
      isDriftAware: options.isDriftAware ?? false,
      dropsRetained: options.dropsRetained ?? false,
      done: [],
    };
    inBackground(stack, failed, async () => {
      await operation(run);
      options.after?.();
    });
  };

export const startCreate = start('CREATE_IN_PROGRESS', 'CREATE_FAILED', createStack);
export const startImport = start('IMPORT_IN_PROGRESS', 'IMPORT_ROLLBACK_FAILED', importStack);
const beginUpdate = start('UPDATE_IN_PROGRESS', 'UPDATE_FAILED', updateStack);

export const startUpdate: typeof beginUpdate = (request, stack, target, options) => {
  stack.updatedAt = new Date();
  beginUpdate(request, stack, target, options);
};
