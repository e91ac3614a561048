import { it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { compileAccess } from '../../src/access/documents/compile.ts';
import { AS_OF, catalogOf, dataset, entry, grant, heldBy, team } from './support.ts';
it('p', () => {
  const datasets = Array.from({ length: 1000 }, (_, index) =>
    dataset(`dataset-${index}`, index % 2 === 0 ? 'internal' : 'sensitive'),
  );
  const principals = Array.from({ length: 200 }, (_, index) => team(`team-${index}`));
  const grants = principals.map((principal, index) =>
    grant(
      principal.ref,
      ...Array.from({ length: 10 }, (_, step) =>
        entry(`dataset-${(index * 37 + step * 101) % 1000}`, 'read', `2027-0${1 + (step % 9)}-01`),
      ),
    ),
  );
  const catalog = catalogOf({ datasets, principals, grants });
  const s = new Session();
  s.connect();
  s.post('Profiler.enable');
  s.post('Profiler.start');
  let t = performance.now();
  const { roles } = compileAccess(catalog, 'dev01', AS_OF);
  console.log('compile', performance.now() - t);
  t = performance.now();
  roles.flatMap((role) => heldBy(catalog, role).rows);
  console.log('held', performance.now() - t);
  s.post('Profiler.stop', (_e, r: any) => {
    const self = new Map<string, number>();
    const n = new Map(r.profile.nodes.map((x: any) => [x.id, x]));
    r.profile.samples.forEach((id: number, i: number) => {
      const x: any = n.get(id);
      const k = x.callFrame.functionName + ' ' + x.callFrame.url.split('/').slice(-1) + ':' + x.callFrame.lineNumber;
      self.set(k, (self.get(k) ?? 0) + r.profile.timeDeltas[i]);
    });
    console.log(
      [...self]
        .sort((a, b) => b[1] - a[1])
        .slice(0, 25)
        .map(([k, v]) => `${(v / 1000).toFixed(0)}ms ${k}`)
        .join('\n'),
    );
  });
}, 60000);
