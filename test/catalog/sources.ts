import type { Sources } from '../../src/catalog/read.ts';

/** Files as the reader would hand them on, without a disk. */
export const sourcesOf = (files: Readonly<Record<string, string>>): Sources => {
  const paths = Object.keys(files);
  const ofKind = (kind: 'dataset' | 'principal' | 'grant') =>
    paths
      .filter((path) => path.startsWith(`catalog/${kind}s/`))
      .map((path) => ({ kind, path, text: files[path] ?? '' }));
  const folders = paths
    .filter((path) => path.endsWith('/pipeline_config.yaml'))
    .map((path) => path.replace(/\/[^/]*$/, ''));
  return {
    files: [
      { kind: 'lake', path: 'lake.yaml', text: files['lake.yaml'] ?? '' },
      ...ofKind('dataset'),
      ...ofKind('principal'),
      ...ofKind('grant'),
    ],
    pipelines: folders.map((folder) => ({
      name: folder.split('/').at(-1) ?? '',
      config: {
        kind: 'pipeline' as const,
        path: `${folder}/pipeline_config.yaml`,
        text: files[`${folder}/pipeline_config.yaml`] ?? '',
      },
      files: paths
        .filter((path) => path.startsWith(`${folder}/`) && !path.endsWith('.yaml'))
        .map((path) => ({ path: path.slice(folder.length + 1), content: files[path] ?? '' })),
    })),
    problems: [],
    count: paths.length,
  };
};

/** The same permutation of any list, from a seed. */
export const shuffle =
  (seed: number) =>
  (names: readonly string[]): readonly string[] =>
    [...names]
      .map((name, index) => ({ name, key: Math.imul(seed ^ (index + 1), 0x9e3779b1) >>> 0 }))
      .sort((left, right) => left.key - right.key)
      .map(({ name }) => name);
