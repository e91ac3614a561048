import { at, type Diagnostic, type Severity, type SourceLocation } from '../reconciler/model/diagnostic.ts';

/** What can be wrong with a catalog: the code of each kind of mistake with its constant summary. */
export const PROBLEMS = {
  'EDL-1001': 'File cannot be read',
  'EDL-1002': 'File is too large',
  'EDL-1003': 'File is not UTF-8 text',
  'EDL-1004': 'Link leaves the lake',
  'EDL-1005': 'File in an unknown place',
  'EDL-1006': 'Pipeline without pipeline_config.yaml',
  'EDL-1007': 'No catalog folder',
  'EDL-1101': 'Not valid YAML',
  'EDL-1102': 'Key given twice',
  'EDL-1103': 'Too many aliases',
  'EDL-1104': 'Not exactly one object',
  'EDL-1201': 'Unknown key',
  'EDL-1202': 'Missing key',
  'EDL-1203': 'Wrong type of value',
  'EDL-1204': 'Unknown value',
  'EDL-1205': 'Value in the wrong form',
  'EDL-1206': 'Value out of bounds',
  'EDL-1207': 'Not exactly one of the alternatives',
  'EDL-1208': 'Item given twice',
  'EDL-1209': 'Key does not belong here',
  'EDL-1301': 'Name declared twice',
  'EDL-1302': 'Unknown principal',
  'EDL-1303': 'Unknown dataset',
  'EDL-1304': 'Unknown tier',
  'EDL-1305': 'Unknown instance',
  'EDL-1306': 'Unknown region',
  'EDL-1307': 'Dataset that no instance has',
  'EDL-1308': 'Grant on a dataset that none of its instances has',
  'EDL-1309': 'Selector matches no dataset',
  'EDL-1310': 'Unknown column',
  'EDL-1311': 'Unknown column type',
  'EDL-1312': 'Table or column declared twice',
  'EDL-1320': 'Grant has expired',
  'EDL-1321': 'Grant without an end',
  'EDL-1322': 'Grant lasts too long',
  'EDL-1323': 'Grant without a reason',
  'EDL-1324': 'Selector reaches a tier that forbids selectors',
  'EDL-1325': 'Security approval without security',
  'EDL-1330': 'Name too long for AWS',
  'EDL-1340': 'Pipeline without code',
  'EDL-1341': 'Pipeline in two languages',
  'EDL-1342': 'pipeline.py without run()',
  'EDL-1343': 'SQL pipeline without exactly one output',
  'EDL-1344': 'Dataset written by two pipelines',
  'EDL-1345': 'Pipeline where its dataset is not',
  'EDL-1346': 'Reserved name',
  'EDL-1347': 'Schedule that never fits',
  'EDL-1348': 'Pipeline uses a retired dataset',
} as const satisfies Readonly<Record<`EDL-${number}`, string>>;

/** A code of this area. */
export type ProblemCode = keyof typeof PROBLEMS;

/** A message about the catalog: the code's summary, and what is wrong here, why, and what to do. */
export const problem = (
  code: ProblemCode,
  location: SourceLocation | undefined,
  detail: string,
  severity: Severity = 'error',
): Diagnostic => ({ code, severity, summary: PROBLEMS[code], detail, ...at(location) });
