import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import type { ClaimedNames, Written, WrittenFiles } from '../declarations.ts';
import type {
  Caller,
  DatasetFile,
  Forbidden,
  GrantFile,
  Holding,
  LakeFile,
  PrincipalFile,
  Rule,
} from '../files.gen.ts';
import { didYouMean, listNames } from '../nearest.ts';
import { locate, type ParsedFile, type ValuePath } from '../parse.ts';
import { problem, type ProblemCode } from '../problems.ts';

type What = 'principal' | 'dataset' | 'tier' | 'instance' | 'region' | 'principal or pipeline';

const CODES: Readonly<Record<What, ProblemCode>> = {
  principal: 'EDL-1302',
  dataset: 'EDL-1303',
  tier: 'EDL-1304',
  instance: 'EDL-1305',
  region: 'EDL-1306',
  'principal or pipeline': 'EDL-1302',
};

const HOMES: Readonly<Record<What, string>> = {
  principal: 'Declare it in the catalog under principals/, or correct the name',
  dataset: 'Declare it in the catalog under datasets/, or correct the name',
  tier: 'Add it to tiers in lake.yaml, or correct the name',
  instance: 'Add it to instances in lake.yaml, or correct the name',
  region: "Add it to an instance's regions in lake.yaml, or correct the name",
  'principal or pipeline': 'Declare it in the catalog under principals/ or pipelines/, or correct the name',
};

/** One name in a file that should be declared somewhere. */
interface Reference {
  readonly what: What;
  readonly name: string;
  readonly source: ParsedFile;
  readonly path: ValuePath;
}

/** What each kind of name may be; `undefined` while lake.yaml itself is wrong. */
type Known = Readonly<Record<What, ReadonlySet<string> | undefined>>;

const referencesIn = (
  source: ParsedFile,
  what: What,
  names: readonly string[] | undefined,
  path: ValuePath,
): readonly Reference[] => (names ?? []).map((name, index) => ({ what, name, source, path: [...path, index] }));

const one = (source: ParsedFile, what: What, name: string | undefined, path: ValuePath): readonly Reference[] =>
  name === undefined ? [] : [{ what, name, source, path }];

const ofCallers = (source: ParsedFile, callers: readonly Caller[], path: ValuePath): readonly Reference[] =>
  callers.flatMap((caller, index) => referencesIn(source, 'instance', caller.instances, [...path, index, 'instances']));

const ofHolding = (source: ParsedFile, holding: Holding | Forbidden, path: ValuePath): readonly Reference[] => [
  ...one(source, 'dataset', holding.dataset, [...path, 'dataset']),
  ...one(source, 'tier', holding.tier, [...path, 'tier']),
  ...one(source, 'principal', holding.owner, [...path, 'owner']),
];

const ofRule = (source: ParsedFile, rule: Rule, path: ValuePath): readonly Reference[] => [
  ...(rule.apart ?? []).flatMap((side, index) => ofHolding(source, side, [...path, 'apart', index])),
  ...(rule.forbid === undefined ? [] : ofHolding(source, rule.forbid, [...path, 'forbid'])),
  ...referencesIn(source, 'instance', rule.instances, [...path, 'instances']),
  ...referencesIn(source, 'principal or pipeline', rule.except, [...path, 'except']),
];

const ofLake = ({ source, file }: Written<LakeFile>): readonly Reference[] => [
  ...one(source, 'region', file.homeRegion, ['homeRegion']),
  ...one(source, 'principal', file.security, ['security']),
  ...Object.entries(file.tiers).flatMap(([name, { defaultRole }]) =>
    typeof defaultRole === 'object'
      ? ofCallers(source, defaultRole.assumedBy, ['tiers', name, 'defaultRole', 'assumedBy'])
      : [],
  ),
  ...(file.rules ?? []).flatMap((rule, index) => ofRule(source, rule, ['rules', index])),
];

const ofDataset = ({ source, file }: Written<DatasetFile>): readonly Reference[] => [
  ...one(source, 'tier', file.tier, ['tier']),
  ...one(source, 'principal', file.owner, ['owner']),
  ...referencesIn(source, 'region', file.regions, ['regions']),
  ...referencesIn(source, 'instance', file.instances, ['instances']),
  ...Object.entries(file.expose ?? {}).flatMap(([level, exposure]: [string, { assumedBy: Caller[] }]) =>
    ofCallers(source, exposure.assumedBy, ['expose', level, 'assumedBy']),
  ),
];

const ofPrincipal = ({ source, file }: Written<PrincipalFile>): readonly Reference[] =>
  ofCallers(source, file.assumedBy, ['assumedBy']);

const ofGrant = ({ source, file }: Written<GrantFile>): readonly Reference[] => [
  ...one(source, 'principal', file.principal, ['principal']),
  ...file.access.flatMap((entry, index) => [
    ...one(source, 'dataset', entry.dataset, ['access', index, 'dataset']),
    ...one(source, 'tier', entry.select?.tier, ['access', index, 'select', 'tier']),
    ...one(source, 'principal', entry.select?.owner, ['access', index, 'select', 'owner']),
    ...referencesIn(source, 'instance', entry.instances, ['access', index, 'instances']),
  ]),
];

const ofPipeline = ({ source, file }: WrittenFiles['pipelines'][number]): readonly Reference[] => [
  ...one(source, 'principal', file.owner, ['owner']),
  ...referencesIn(source, 'dataset', file.inputs, ['inputs']),
  ...referencesIn(source, 'dataset', file.outputs, ['outputs']),
  ...(file.declassify ?? []).flatMap(({ dataset }, index) =>
    one(source, 'dataset', dataset, ['declassify', index, 'dataset']),
  ),
  ...one(source, 'region', file.region, ['region']),
  ...referencesIn(source, 'instance', file.instances, ['instances']),
];

const knownNames = (names: ClaimedNames, lake: LakeFile | undefined): Known => ({
  principal: names.principals,
  'principal or pipeline': new Set([...names.principals, ...[...names.pipelines].map((name) => `pipeline:${name}`)]),
  dataset: names.datasets,
  tier: lake === undefined ? undefined : new Set(Object.keys(lake.tiers)),
  instance: lake === undefined ? undefined : new Set(Object.keys(lake.instances)),
  region: lake === undefined ? undefined : new Set(Object.values(lake.instances).flatMap(({ regions }) => regions)),
});

const explain = ({ what, name, source, path }: Reference, candidates: ReadonlySet<string>): Diagnostic => {
  const hint = didYouMean(name, candidates);
  const list = hint === '.' && candidates.size <= 8 ? ` There are: ${listNames(candidates)}.` : '';
  return problem(CODES[what], locate(source, path), `There is no ${what} ${name}${hint}${list} ${HOMES[what]}.`);
};

/** Every name that refers to something declared elsewhere must be declared. Names that a broken file claims count. */
export const checkReferences = (files: WrittenFiles, names: ClaimedNames): readonly Diagnostic[] => {
  const known = knownNames(names, files.lake?.file);
  const references = [
    ...(files.lake === undefined ? [] : ofLake(files.lake)),
    ...files.datasets.flatMap(ofDataset),
    ...files.principals.flatMap(ofPrincipal),
    ...files.grants.flatMap(ofGrant),
    ...files.pipelines.flatMap(ofPipeline),
  ];
  return references.flatMap((reference) => {
    const candidates = known[reference.what];
    return candidates === undefined || candidates.has(reference.name) ? [] : [explain(reference, candidates)];
  });
};
