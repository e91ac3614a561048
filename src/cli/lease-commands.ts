import type { Command } from 'commander';
import type { runLeaseRelease as RunLeaseRelease, runLeaseShow as RunLeaseShow } from './commands/lease.ts';
import { withInstance, withLake, withOutput } from './options.ts';

/** `edl lease show|release`. */
export const addLeaseCommands = (program: Command): void => {
  const lease = program.command('lease').description('who may write to an instance right now');
  withOutput(withInstance(withLake(lease.command('show'), ['text', 'json'])))
    .description('who is changing the instance, since when and from where; reads only')
    .action(async (...input: Parameters<typeof RunLeaseShow>) => {
      const { runLeaseShow } = await import('./commands/lease.ts');
      await runLeaseShow(...input);
    });
  withOutput(withInstance(withLake(lease.command('release'), ['text', 'json'])))
    .option('--yes', 'do not ask')
    .option('--newer', 'also a lease that a newer EDL wrote, which this one cannot read')
    .description('take the lease away from a run that is dead; one that is not stops before its next write')
    .action(async (...input: Parameters<typeof RunLeaseRelease>) => {
      const { runLeaseRelease } = await import('./commands/lease.ts');
      await runLeaseRelease(...input);
    });
};
