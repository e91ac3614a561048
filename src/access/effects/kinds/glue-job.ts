import { textOf } from '../../../reconciler/model/json.ts';
import { always, changed, harmless, type KindEffects, rule, type Rule, UNKNOWN_PART } from '../rule.ts';

const FOREIGN_CODE = 'code that nobody reviewed runs with the rights of the pipeline';

/** Arguments that say what code a job loads (glue/latest/dg/aws-glue-programming-etl-glue-arguments). */
const CODE_ARGUMENTS = [
  '--additional-python-modules',
  '--class',
  '--conf',
  '--extra-files',
  '--extra-jars',
  '--extra-py-files',
  '--python-modules-installer-option',
  '--scriptLocation',
  '--user-jars-first',
];

const argumentRules = (property: string): readonly Rule[] => [
  ...CODE_ARGUMENTS.map((name) => rule(`${property}/${name}`, changed, 'widens', FOREIGN_CODE)),
  rule(
    `${property}/--edl-contract`,
    changed,
    'neutral',
    'the job is told of other datasets than git says; its rights stay as they are',
  ),
  // What an argument does is the code's to decide: a limit, a place, a filter.
  rule(`${property}/*`, changed, 'widens', 'reviewed code runs with an argument that nobody reviewed'),
];

/** Jobs: what code runs, and with whose rights. */
export const GLUE_JOB: KindEffects = {
  kind: 'glue-job',
  parts: [
    rule('/Role', changed, 'widens', {
      text: 'names the role',
      tell: ({ live }) => `the job runs with the rights of ${textOf(live) || 'another role'}`,
    }),
    rule('/Command/*', changed, 'widens', FOREIGN_CODE),
    ...argumentRules('/DefaultArguments'),
    ...argumentRules('/NonOverridableArguments'),
    rule(
      '/Connections',
      changed,
      'widens',
      'the job reaches networks and stores that git does not name, and can carry data there',
    ),
    rule('/SecurityConfiguration', changed, 'widens', 'what the job writes beside its data is encrypted otherwise'),
    rule('/CodeGenConfigurationNodes', changed, 'widens', FOREIGN_CODE),
    rule('/SourceControlDetails', changed, 'widens', FOREIGN_CODE),
    ...harmless(
      '/Description',
      '/ExecutionClass',
      '/ExecutionProperty',
      '/GlueVersion',
      '/JobMode',
      '/JobRunQueuingEnabled',
      '/LogUri',
      '/MaintenanceWindow',
      '/MaxRetries',
      '/NotificationProperty',
      '/NumberOfWorkers',
      '/Timeout',
      '/WorkerType',
    ),
    UNKNOWN_PART,
  ],
  missing: [always('narrows', 'the pipeline cannot run')],
  undeclared: [
    always('widens', {
      text: 'names its role',
      tell: ({ Role: role }) =>
        `nobody declared it, and its code runs with the rights of ${textOf(role) || 'a role that it does not name'}`,
    }),
  ],
};
