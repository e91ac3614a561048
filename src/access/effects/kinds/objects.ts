import { always, changed, type KindEffects, rule, UNKNOWN_PART } from '../rule.ts';

const FOREIGN_BYTES = 'jobs load other bytes than those that were reviewed, with the rights of their pipelines';

/** Files that jobs load. Their names tell their content, so that other content is always somebody's doing. */
export const ARTIFACT: KindEffects = {
  kind: 'artifact',
  parts: [
    rule('/Md5', changed, 'widens', FOREIGN_BYTES),
    rule('/Size', changed, 'widens', FOREIGN_BYTES),
    UNKNOWN_PART,
  ],
  missing: [always('narrows', 'jobs that load the file cannot start')],
  undeclared: [always('neutral', 'no job that git declares loads it')],
};

const MISLEADS = 'programs that ask which datasets and jobs there are get another answer than git';

/** The lists of datasets and jobs for programs. */
export const REGISTRY: KindEffects = {
  kind: 'registry',
  parts: [rule('/**', changed, 'neutral', MISLEADS)],
  missing: [always('narrows', 'programs that ask which datasets and jobs there are get no answer')],
  undeclared: [always('neutral', MISLEADS)],
};
