import { afterAll } from 'vitest';

const before = { ...process.env };

/** Vitest's setup of each file that may change the environment: the files share a process, and the next one finds it as it was. */
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
});
