import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The service names of the SDK's packages, where they are others than in our operations. */
const SERVICES: Readonly<Record<string, string>> = { 'service-quotas': 'servicequotas' };

/** CloudFormation is the sandbox's own engine: moto's is not used, so there is nothing to compare. */
const OWN = 'cloudformation';

const IMPORT = /import (?:type )?\{([^}]*)\} from '@aws-sdk\/client-([a-z0-9-]+)'/g;

/** The operations that a source file can send: what it imports from an SDK client as a command or a paginator. */
export const operationsIn = (source: string): readonly string[] => {
  const imports = [...source.matchAll(IMPORT)];
  if (imports.length !== source.split("'@aws-sdk/client-").length - 1)
    throw new Error('The SDK is imported in a way that cannot be read here: import its commands by name.');
  return imports.flatMap(([, names = '', client = '']) =>
    names.split(',').flatMap((name) => {
      const operation = /^\s*(?:paginate(\w+)|(\w+)Command)(?:\s+as\s+\w+)?\s*$/.exec(name);
      const found = operation?.[1] ?? operation?.[2];
      return found === undefined || client === OWN ? [] : [`${SERVICES[client] ?? client}:${found}`];
    }),
  );
};

const SOURCES = join(import.meta.dirname, '../../../src/aws');

/** Every operation that the product sends to a service that moto answers. */
export const productOperations = (): readonly string[] => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return [...new Set(files.flatMap((file) => operationsIn(readFileSync(join(SOURCES, file), 'utf8'))))].sort();
};
